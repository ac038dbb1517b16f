package com.omnify.sandbox.twilio.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentsTest {

  @Test
  void gsmTextIsCutAt160And153() {
    assertThat(Segments.of("")).isEqualTo(new Segments(true, 1));
    assertThat(Segments.of("a".repeat(160))).isEqualTo(new Segments(true, 1));
    assertThat(Segments.of("a".repeat(161))).isEqualTo(new Segments(true, 2));
    assertThat(Segments.of("a".repeat(306))).isEqualTo(new Segments(true, 2));
    assertThat(Segments.of("a".repeat(307))).isEqualTo(new Segments(true, 3));
  }

  @Test
  void extendedCharactersCostTwoAndAreNotCut() {
    assertThat(Segments.of("€".repeat(80))).isEqualTo(new Segments(true, 1));
    assertThat(Segments.of("€".repeat(81))).isEqualTo(new Segments(true, 2));
    // 153 is odd: the last septet of each part stays empty
    assertThat(Segments.of("€".repeat(153))).isEqualTo(new Segments(true, 3));
  }

  @Test
  void oneForeignCharacterMakesItUcs2() {
    assertThat(Segments.of("a".repeat(69) + "ő")).isEqualTo(new Segments(false, 1));
    assertThat(Segments.of("a".repeat(70) + "ő")).isEqualTo(new Segments(false, 2));
    assertThat(Segments.of("😀".repeat(35))).isEqualTo(new Segments(false, 1));
    // 67 is odd: no emoji is cut in two
    assertThat(Segments.of("😀".repeat(67))).isEqualTo(new Segments(false, 3));
  }
}
