package com.omnify.scheduler.message.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.SmsEncoding;
import com.omnify.model.SmsSegments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmationTextTest {

  @Test
  void itNamesTheBusinessAndSaysNothingElse() {
    assertThat(ConfirmationText.of("Bluebird Plumbing", null))
        .isEqualTo(
            "Bluebird Plumbing: You are unsubscribed and will get no more messages."
                + " Reply START to get them again.");
    assertThat(ConfirmationText.of("Bluebird Plumbing", "Bluebird: done, no more texts."))
        .isEqualTo("Bluebird: done, no more texts.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Zoë’s Café – Łódź 🦷",
        "株式会社",
        "  Doe \n & Sons  ",
        "[Brackets] take {two} septets each ~ and a very long name that goes on and on for ever",
        "A name that is so very long that nobody would ever print it on a van, but which the form takes all the same,"
            + " because it has room for two hundred characters"
      })
  void whateverTheNameItIsOneSegmentOfGsm7AndPassesItsOwnRules(String name) {
    String text = ConfirmationText.of(name, null);
    assertThat(SmsSegments.of(text).encoding()).as(text).isEqualTo(SmsEncoding.GSM_7);
    assertThat(SmsSegments.of(text).segments()).as(text).isEqualTo(1);
    assertThat(text).endsWith("Reply START to get them again.").doesNotContain("  ");
    assertThat(ConfirmationText.faults(text.replaceAll("[{}]", ""))).isEmpty();
  }

  @Test
  void lettersLoseAnAccentThatGsm7Lacks() {
    assertThat(ConfirmationText.of("Zoë’s Ñandú & Łódź", null))
        .startsWith("Zoe's Ñandu & odz: You are");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' ' | empty",
        "You’re out | GSM-7",
        "Bye {{ first_name }} | braces",
        "Bye! 20% off at https://acme.example | link",
        "Bye! See acme.example/deals | link",
        "Bye! www.acme.example | link"
      })
  void whatIsWrongIsSaid(String text, String expected) {
    assertThat(ConfirmationText.faults(text))
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).contains(expected));
  }

  @Test
  void twoSegmentsAreTooMany() {
    assertThat(ConfirmationText.faults("a".repeat(160))).isEmpty();
    assertThat(ConfirmationText.faults("a".repeat(161)))
        .singleElement()
        .satisfies(fault -> assertThat(fault.message()).contains("2 segments"));
  }
}
