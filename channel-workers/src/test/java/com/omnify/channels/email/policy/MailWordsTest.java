package com.omnify.channels.email.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.compose.policy.MailText;
import com.omnify.channels.dispatch.policy.WarmUp;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailWordsTest {

  private static MailText ready(Composition composition) {
    return (MailText) ((Composition.Ready) composition).message();
  }

  @Test
  void whatNobodyShouldReadIsHeld() {
    assertThat(MailWords.judge("", "x", null)).isInstanceOf(Composition.Held.class);
    assertThat(MailWords.judge("x", null, null)).isInstanceOf(Composition.Held.class);
    assertThat(MailWords.judge("x", "Hi {{ first_name }}", null))
        .isInstanceOf(Composition.Held.class);
    assertThat(ready(MailWords.judge("a\r\nBcc: b", "x", null)).subject()).isEqualTo("a Bcc: b");
  }

  @Test
  void aContactsWordsAreNoMarkup() {
    assertThat(
            Html.escaped(
                Map.of("first_name", "<b>\"A\"</b>", "custom", Map.of("x", "a&b"), "n", 1)))
        .isEqualTo(
            Map.of(
                "first_name",
                "&lt;b&gt;&quot;A&quot;&lt;/b&gt;",
                "custom",
                Map.of("x", "a&amp;b"),
                "n",
                1));
  }

  @Test
  void aNewMailboxWarmsUpByTheDay() {
    var first = LocalDate.of(2026, 3, 10);
    assertThat(WarmUp.cap(2_000, null, first)).isEqualTo(2_000);
    assertThat(WarmUp.cap(2_000, first, first.minusDays(1))).isZero();
    assertThat(WarmUp.cap(2_000, first, first)).isEqualTo(20);
    assertThat(WarmUp.cap(2_000, first, first.plusDays(1))).isEqualTo(30);
    assertThat(WarmUp.cap(2_000, first, first.plusDays(5))).isEqualTo(151);
    assertThat(WarmUp.cap(2_000, first, first.plusDays(12))).isEqualTo(2_000);
    assertThat(WarmUp.cap(10, first, first)).isEqualTo(10);
  }
}
