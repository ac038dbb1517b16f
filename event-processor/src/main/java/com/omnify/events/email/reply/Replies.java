package com.omnify.events.email.reply;

import com.omnify.events.email.message.policy.MailPart;
import com.omnify.events.email.reply.policy.VisibleText;
import java.util.Locale;

/** What a person wrote in their reply, whatever form it came in. */
public final class Replies {

  private Replies() {}

  /** Of plain text or, where it begins so, of HTML. */
  public static String visible(String text) {
    return isHtml(text) ? VisibleText.of(HtmlText.of(text)) : VisibleText.of(text);
  }

  /**
   * Of the two forms a mail or a provider offers the plain one, unless it is empty: it is what the
   * author's program says was written.
   */
  public static String visible(String plain, String html) {
    return plain.isBlank() ? VisibleText.of(HtmlText.of(html)) : VisibleText.of(plain);
  }

  public static String visible(MailPart mail) {
    return visible(mail.readable());
  }

  private static boolean isHtml(String text) {
    String start =
        text.stripLeading()
            .substring(0, Math.min(200, text.stripLeading().length()))
            .toLowerCase(Locale.ROOT);
    return start.startsWith("<!doctype html")
        || start.startsWith("<?xml")
        || start.matches(
            "(?s)<(?:html|head|body|div|p|span|table|meta|style|br|font|blockquote)\\b.*");
  }
}
