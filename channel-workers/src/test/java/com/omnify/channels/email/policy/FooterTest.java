package com.omnify.channels.email.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FooterTest {

  private static final Footer FOOTER = new Footer("Acme", null, "https://example.com/u/x");

  /** In lower case that letter is two. */
  @Test
  void standsInsideOfTheBodyWhateverLettersComeBeforeItsEnd() {
    String html = FOOTER.underHtml("<BODY>" + "\u0130".repeat(30) + "</Body></html>");

    assertThat(html)
        .startsWith("<BODY>" + "\u0130".repeat(30) + "<p ")
        .endsWith("Unsubscribe</a></p></Body></html>");
  }

  @Test
  void standsAtTheEndWhereThereIsNoBody() {
    assertThat(FOOTER.underHtml("<p>Hi</p>")).startsWith("<p>Hi</p><p ").endsWith("</a></p>");
    assertThat(FOOTER.underHtml("Hi")).startsWith("Hi<p ");
  }
}
