package com.omnify.scheduler.timing.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.quiet.policy.Law;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.model.Channel;
import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayPolicyTest {

  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final WeeklyHours OFFICE = WeeklyHours.DEFAULT_BUSINESS_HOURS;
  private static final Instant FROM = Instant.parse("2026-03-03T15:00:00Z"); // Tue 10:00

  private static Instant due(Delay delay, Instant from) {
    return DelayPolicy.due(delay, from, NEW_YORK, OFFICE);
  }

  @Test
  void immediateIsNow() {
    assertThat(due(new Delay.Immediate(), FROM)).isEqualTo(FROM);
  }

  @Test
  void fixedAndAfterPreviousCountFromCompletion() {
    Instant later = FROM.plus(Duration.ofHours(26));
    assertThat(due(new Delay.Fixed(Duration.ofHours(26)), FROM)).isEqualTo(later);
    assertThat(due(new Delay.AfterPrevious(Duration.ofHours(26)), FROM)).isEqualTo(later);
  }

  @ParameterizedTest
  @CsvSource({
    // within the day
    "PT2H, 2026-03-03T15:00:00Z, 2026-03-03T17:00:00Z",
    // Tue 16:00, one hour left: Wed 10:00
    "PT2H, 2026-03-03T21:00:00Z, 2026-03-04T15:00:00Z",
    // what ends at the very close is due at the next opening
    "PT1H, 2026-03-03T21:00:00Z, 2026-03-04T14:00:00Z",
    // Fri 16:00 over a weekend with a change of the clock: Mon 10:00 EDT
    "PT2H, 2026-03-06T21:00:00Z, 2026-03-09T14:00:00Z",
    // nothing to wait for, but closed
    "PT0S, 2026-03-07T12:00:00Z, 2026-03-09T13:00:00Z",
    // two working days
    "PT16H, 2026-03-03T15:00:00Z, 2026-03-05T15:00:00Z"
  })
  void businessHoursCountOnlyWhileOpen(Duration duration, Instant from, Instant due) {
    assertThat(due(new Delay.BusinessHours(duration), from)).isEqualTo(due);
  }

  @ParameterizedTest
  @CsvSource({
    // later today
    "0, 11:30, 2026-03-03T15:00:00Z, 2026-03-03T16:30:00Z",
    // this very minute
    "0, 10:00, 2026-03-03T15:00:00Z, 2026-03-03T15:00:00Z",
    // past today: tomorrow
    "0, 09:59, 2026-03-03T15:00:00Z, 2026-03-04T14:59:00Z",
    // two calendar days on, though fewer than 48 hours
    "2, 09:00, 2026-03-03T15:00:00Z, 2026-03-05T14:00:00Z",
    // 02:30 does not exist on 8 March: the instant of the leap
    "0, 02:30, 2026-03-08T06:00:00Z, 2026-03-08T07:00:00Z",
    // 01:30 comes twice on 1 November: the first
    "0, 01:30, 2026-11-01T04:00:00Z, 2026-11-01T05:30:00Z",
    // after the first 01:30 the second does not count: the next day
    "0, 01:30, 2026-11-01T05:45:00Z, 2026-11-02T06:30:00Z"
  })
  void localTimeIsOnTheContactsClock(int days, LocalTime time, Instant from, Instant due) {
    assertThat(due(new Delay.AtLocalTime(days, time), from)).isEqualTo(due);
  }

  @Test
  void businessHoursAgreeWithCountingMinutes() {
    var random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      Instant from =
          Instant.parse("2026-03-05T00:00:00Z").plus(random.nextInt(8 * 1440), ChronoUnit.MINUTES);
      int minutes = random.nextInt(20 * 60);
      assertThat(due(new Delay.BusinessHours(Duration.ofMinutes(minutes)), from))
          .as("%d minutes from %s", minutes, from)
          .isEqualTo(counting(from, minutes));
    }
  }

  /** Walks minute by minute and counts the open ones. */
  private static Instant counting(Instant from, int minutes) {
    var hours = new ZonedHours(OFFICE, NEW_YORK);
    int left = minutes;
    Instant at = from;
    while (true) {
      boolean open = hours.isOpen(at);
      if (open && left == 0) {
        return at;
      }
      if (open) {
        left--;
      }
      at = at.plus(1, ChronoUnit.MINUTES);
    }
  }

  @Test
  void aBusinessThatNeverOpensDoesNotHangTheClock() {
    Instant due =
        DelayPolicy.due(
            new Delay.BusinessHours(Duration.ofHours(1)),
            FROM,
            NEW_YORK,
            new WeeklyHours(Map.of()));
    assertThat(due).isAfter(FROM.plus(Duration.ofDays(365)));
  }

  @Test
  void planningMovesAMessageIntoTheWindowAndSaysSo() {
    var timetable =
        new Timetable(
            ContactZones.of(in("America/New_York"), ZoneId.of("UTC")),
            WeeklyHours.DEFAULT_SEND_WINDOW,
            OFFICE,
            new Law(new RuleSet(0, List.of()), in("America/New_York")));
    var planned = timetable.within(Instant.parse("2026-03-04T03:30:00Z"), Channel.SMS);
    assertThat(planned.at()).isEqualTo(Instant.parse("2026-03-04T13:00:00Z"));
    assertThat(planned.deferral())
        .isEqualTo("Deferred to Wed 8:00 (America/New_York): outside the send window 08:00–21:00");
  }

  private static Whereabouts in(String zone) {
    return Whereabouts.of(null, List.of(), null, null, zone);
  }

  @Test
  void unknownZonesGiveWayToTheClients() {
    var zones = ContactZones.of(in("Mars/Olympus"), NEW_YORK);
    assertThat(zones.all()).containsExactly(NEW_YORK);
    assertThat(ContactZones.of(in("America/Chicago"), NEW_YORK).own())
        .isEqualTo(ZoneId.of("America/Chicago"));
  }
}
