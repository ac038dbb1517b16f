package com.omnify.model;

import static com.omnify.model.SmsEncoding.GSM_7;
import static com.omnify.model.SmsEncoding.UCS_2;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmsSegmentsTest {

  @Test
  void aSecondSegmentIsBilledPast160() {
    assertThat(SmsSegments.of("a".repeat(160))).isEqualTo(new SmsSegments(GSM_7, 160, 1));
    assertThat(SmsSegments.of("a".repeat(161))).isEqualTo(new SmsSegments(GSM_7, 161, 2));
    assertThat(SmsSegments.of("a".repeat(306))).isEqualTo(new SmsSegments(GSM_7, 306, 2));
    assertThat(SmsSegments.of("a".repeat(307))).isEqualTo(new SmsSegments(GSM_7, 307, 3));
  }

  @Test
  void theExtensionTableTakesTwoSeptets() {
    assertThat(SmsSegments.of("€")).isEqualTo(new SmsSegments(GSM_7, 2, 1));
    assertThat(SmsSegments.of("a".repeat(158) + "€")).isEqualTo(new SmsSegments(GSM_7, 160, 1));
    assertThat(SmsSegments.of("a".repeat(159) + "€")).isEqualTo(new SmsSegments(GSM_7, 161, 2));
  }

  @Test
  void anEscapeIsNotParted() {
    // 152 + 2 do not fit into 153, so the second segment starts with the escape.
    assertThat(SmsSegments.of("a".repeat(152) + "€" + "a".repeat(151)).segments()).isEqualTo(2);
    assertThat(SmsSegments.of("a".repeat(152) + "€" + "a".repeat(152)).segments()).isEqualTo(3);
  }

  @Test
  void oneForeignCharacterMakesItUcs2() {
    assertThat(SmsSegments.of("ç")).isEqualTo(new SmsSegments(UCS_2, 1, 1));
    assertThat(SmsSegments.of("Ç")).isEqualTo(new SmsSegments(GSM_7, 1, 1));
    assertThat(SmsSegments.of("’" + "a".repeat(69))).isEqualTo(new SmsSegments(UCS_2, 70, 1));
    assertThat(SmsSegments.of("’" + "a".repeat(70))).isEqualTo(new SmsSegments(UCS_2, 71, 2));
  }

  @Test
  void aSurrogatePairIsNotParted() {
    assertThat(SmsSegments.of("😀".repeat(35))).isEqualTo(new SmsSegments(UCS_2, 70, 1));
    // 33 pairs fit into 67 units, one unit stays empty.
    assertThat(SmsSegments.of("😀".repeat(67))).isEqualTo(new SmsSegments(UCS_2, 134, 3));
  }

  @Test
  void nothingIsNoSegment() {
    assertThat(SmsSegments.of("")).isEqualTo(new SmsSegments(GSM_7, 0, 0));
  }
}
