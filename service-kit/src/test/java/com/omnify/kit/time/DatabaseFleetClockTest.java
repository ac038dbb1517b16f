package com.omnify.kit.time;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.time.DatabaseFleetClock.Setting;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DatabaseFleetClockTest {

  private static final Instant REAL = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant FLEET = Instant.parse("2026-06-01T00:00:00Z");

  private Setting row = new Setting(REAL, FLEET, 1000);
  private Instant realNow = REAL;
  private long nanos = 7;
  private final DatabaseFleetClock clock =
      new DatabaseFleetClock(() -> row, () -> realNow, () -> nanos);

  private void pass(Duration real) {
    realNow = realNow.plus(real);
    nanos += real.toNanos();
  }

  @Test
  void aSecondIsAThousand() {
    pass(Duration.ofSeconds(1));

    assertThat(clock.now()).isEqualTo(FLEET.plusSeconds(1000));
  }

  @Test
  void whoStartsLaterSeesTheSameTime() {
    pass(Duration.ofMinutes(3));
    var later = new DatabaseFleetClock(() -> row, () -> realNow, () -> 99);

    assertThat(later.now()).isEqualTo(clock.now());
  }

  @Test
  void aStepOfTheMachinesClockIsNotFeltBetweenLooks() {
    realNow = realNow.minusSeconds(30);
    nanos += Duration.ofMillis(500).toNanos();

    assertThat(clock.now()).isEqualTo(FLEET.plusSeconds(500));
  }

  @Test
  void timeNeverGoesBackUnderOneSetting() {
    pass(Duration.ofSeconds(10));
    Instant before = clock.now();
    realNow = realNow.minusSeconds(5);
    clock.refresh();

    assertThat(clock.now()).isEqualTo(before);
  }

  @Test
  void settingTheClockMayTurnItBack() {
    pass(Duration.ofSeconds(10));
    Instant before = clock.now();
    row = new Setting(realNow, FLEET, 1);
    clock.refresh();

    assertThat(clock.now()).isEqualTo(FLEET).isBefore(before);
    assertThat(clock.rate()).isEqualTo(1);
  }

  @Test
  void waitingForADayTakesOneAndAHalfMinutes() {
    assertThat(clock.realUntil(FLEET.plus(Duration.ofDays(1))))
        .isEqualTo(Duration.ofMillis(86_400));
    assertThat(clock.toReal(FLEET.plus(Duration.ofDays(1)))).isEqualTo(REAL.plusMillis(86_400));
    assertThat(clock.toReal(FLEET.minusSeconds(1000))).isEqualTo(REAL.minusSeconds(1));
    assertThat(clock.realUntil(FLEET.minusSeconds(1))).isZero();
  }

  @Test
  void aStandingClockWaitsAYear() {
    row = new Setting(REAL, FLEET, 0);
    clock.refresh();
    pass(Duration.ofHours(1));

    assertThat(clock.now()).isEqualTo(FLEET);
    assertThat(clock.realUntil(FLEET.plusSeconds(1))).isEqualTo(Duration.ofDays(365));
    assertThat(clock.realUntil(FLEET)).isZero();
  }
}
