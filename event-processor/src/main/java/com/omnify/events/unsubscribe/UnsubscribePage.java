package com.omnify.events.unsubscribe;

import org.springframework.web.util.HtmlUtils;

/** Plain pages that need no script, no style sheet and no picture. */
final class UnsubscribePage {

  private UnsubscribePage() {}

  /** Asks; a link that a scanner follows changes nothing. */
  static String ask(String business, String address, String token) {
    return page(
        "Unsubscribe",
        """
        <p>Do you want no more e-mail from <strong>%s</strong> to <strong>%s</strong>?</p>
        <form method="post" action="/u/%s">
          <input type="hidden" name="List-Unsubscribe" value="One-Click">
          <button type="submit">Unsubscribe</button>
        </form>"""
            .formatted(escape(business), escape(masked(address)), escape(token)));
  }

  static String done(String business, String address) {
    return page(
        "You are unsubscribed",
        "<p><strong>%s</strong> will send no more e-mail to <strong>%s</strong>.</p>"
            .formatted(escape(business), escape(masked(address))));
  }

  static String unknown() {
    return page(
        "This link does not work",
        """
        <p>It is incomplete, or it belongs to a mail that we no longer know. Nothing was changed.</p>
        <p>Use the link in a newer mail, or answer the mail with the word <strong>unsubscribe</strong>.</p>""");
  }

  static String later() {
    return page(
        "Please try again",
        "<p>It could not be stored just now, so nothing was changed. Try again in a minute.</p>");
  }

  /** Whoever gets hold of a forwarded mail need not learn the address from it. */
  private static String masked(String address) {
    int at = address.indexOf('@');
    return at <= 1 ? address : address.charAt(0) + "…" + address.substring(at);
  }

  private static String page(String title, String body) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>%1$s</title>
        </head>
        <body>
        <main>
        <h1>%1$s</h1>
        %2$s
        </main>
        </body>
        </html>
        """
        .formatted(title, body);
  }

  private static String escape(String text) {
    return HtmlUtils.htmlEscape(text, "UTF-8");
  }
}
