package com.omnify.channels.email;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void whoeverSeesNoHtmlReadsTheSame() {
    assertThat(
            PlainText.of(
                "<html><head><style>p{}</style></head><body><p>Hello <b>Ada</b>,</p>"
                    + "<ul><li>one<li>two</ul><p>see <a href=\"https://x.example/a\">this</a></p></body></html>"))
        .isEqualTo("Hello Ada,\n\n- one\n- two\n\nsee this (https://x.example/a)");
  }
}
