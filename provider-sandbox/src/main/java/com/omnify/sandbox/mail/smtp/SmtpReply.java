package com.omnify.sandbox.mail.smtp;

/**
 * A reply of one line.
 *
 * @param code three digits
 * @param text what follows, an enhanced status code first where there is one
 */
public record SmtpReply(int code, String text) {

  public SmtpReply {
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("an SMTP reply is 200 to 599, not " + code);
    }
    if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a reply's text is one line");
    }
  }

  String line() {
    return code + " " + text;
  }

  boolean positive() {
    return code < 400;
  }
}
