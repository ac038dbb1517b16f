package com.omnify.sandbox.persona.policy;

/**
 * What a receiving server says against a mail.
 *
 * @param status its enhanced code, as {@code 5.1.1}
 * @param reply the code before it, as 550
 */
public record MailFailure(String status, int reply, String words) {

  static final MailFailure NO_MAILBOX =
      new MailFailure("5.1.1", 550, "The email account that you tried to reach does not exist");
  static final MailFailure MAILBOX_FULL =
      new MailFailure("5.2.2", 552, "The recipient's mailbox is over its storage quota");
  static final MailFailure SPAM =
      new MailFailure("5.7.1", 550, "Message rejected as spam by content filtering");
  static final MailFailure TRY_AGAIN =
      new MailFailure("4.3.2", 451, "System busy, please try again later");
  static final MailFailure GIVEN_UP =
      new MailFailure("4.4.7", 451, "Delivery time expired, last answer: 451 4.3.2 System busy");

  /** The whole answer. */
  public String line() {
    return reply + " " + status + " " + words;
  }
}
