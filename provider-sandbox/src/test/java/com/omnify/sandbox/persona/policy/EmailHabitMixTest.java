package com.omnify.sandbox.persona.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.sandbox.persona.policy.MailJourney.Station;
import java.util.EnumSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmailHabitMixTest {

  @Test
  void everyHabitLivesSomewhereAndStaysThere() {
    var seen = EnumSet.noneOf(EmailHabit.class);
    IntStream.range(0, 5_000)
        .mapToObj(i -> "person" + i + "@example.com")
        .forEach(
            address -> {
              var habit = EmailHabitMix.of(42, address);
              assertThat(EmailHabitMix.of(42, address.toUpperCase(java.util.Locale.ROOT)))
                  .isEqualTo(habit);
              seen.add(habit);
            });
    assertThat(seen).isEqualTo(EnumSet.allOf(EmailHabit.class));
  }

  @ParameterizedTest
  @EnumSource(EmailHabit.class)
  void everyJourneyBeginsEndsAndRepeats(EmailHabit habit) {
    var journey = MailJourney.of(habit, 1, 42, "a@x.example", "b@y.example");
    assertThat(journey).isEqualTo(MailJourney.of(habit, 1, 42, "a@x.example", "b@y.example"));
    assertThat(journey.stations().getFirst().what()).isEqualTo(Station.What.PROCESSED);
    assertThat(journey.stations())
        .isSortedAccordingTo(java.util.Comparator.comparing(Station::after));
    long arrivals =
        journey.stations().stream()
            .filter(s -> s.what() == Station.What.DELIVERED || s.what() == Station.What.BOUNCED)
            .count();
    assertThat(arrivals).isOne();
  }
}
