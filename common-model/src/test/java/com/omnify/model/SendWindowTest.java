package com.omnify.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.model.SendWindow.Span;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SendWindowTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LOS_ANGELES = ZoneId.of("America/Los_Angeles");

  @Test
  void nineInNewYorkIsTooEarlyForLosAngeles() {
    var window = SendWindow.standard();
    Instant nine = Instant.parse("2026-03-03T14:00:00Z");
    assertThat(window.isOpen(nine, List.of(NEW_YORK))).isTrue();
    assertThat(window.isOpen(nine, List.of(NEW_YORK, LOS_ANGELES))).isFalse();
    assertThat(window.nextOpening(nine, List.of(NEW_YORK, LOS_ANGELES)))
        .isEqualTo("2026-03-03T16:00:00Z");
  }

  @Test
  void closesAtTheEndAndOpensTheNextOpenDay() {
    var weekdays = new SendWindow(Map.of("fri", List.of(new Span("09:00", "17:00"))));
    Instant fridayEvening = Instant.parse("2026-03-06T22:00:00Z");
    assertThat(weekdays.isOpen(fridayEvening.minusSeconds(1), List.of(NEW_YORK))).isTrue();
    assertThat(weekdays.isOpen(fridayEvening, List.of(NEW_YORK))).isFalse();
    // The clocks go forward on 8 March.
    assertThat(weekdays.nextOpening(fridayEvening, List.of(NEW_YORK)))
        .isEqualTo("2026-03-13T13:00:00Z");
  }

  @Test
  void zonesWithoutACommonHourNeverOpen() {
    var hour = new SendWindow(Map.of("mon", List.of(new Span("09:00", "10:00"))));
    Instant now = Instant.parse("2026-03-03T14:00:00Z");
    assertThat(hour.nextOpening(now, List.of(NEW_YORK, LOS_ANGELES))).isNull();
    assertThat(new SendWindow(Map.of()).nextOpening(now, List.of(NEW_YORK))).isNull();
  }

  @Test
  void aNightIsTwoSpans() {
    assertThatThrownBy(() -> new Span("22:00", "06:00")).hasMessageContaining("two spans");
    var night =
        new SendWindow(
            Map.of(
                "mon", List.of(new Span("22:00", "24:00")),
                "tue", List.of(new Span("00:00", "06:00"))));
    Instant midnight = Instant.parse("2026-03-03T05:00:00Z");
    assertThat(night.isOpen(midnight, List.of(NEW_YORK))).isTrue();
  }
}
