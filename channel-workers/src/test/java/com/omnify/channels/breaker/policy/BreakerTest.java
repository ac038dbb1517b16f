package com.omnify.channels.breaker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Breaker.State;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerTest {

  private static final Instant NOW = Instant.parse("2026-03-10T18:00:00Z");
  private static final Duration REQUEST = Duration.ofSeconds(91);
  private static final Signal.Fails SILENT = new Signal.Fails(Trouble.UNAVAILABLE, "timeout", null);
  private static final Signal.Fails SLOW_DOWN = new Signal.Fails(Trouble.THROTTLED, "20429", null);

  private static Arguments reading(SendResult result, Signal signal) {
    return Arguments.of(result, signal);
  }

  private static SendResult rejected(FailureType failure, String code) {
    return new SendResult.Rejected(failure, code, null, null);
  }

  static Stream<Arguments> readings() {
    var works = new Signal.Works();
    return Stream.of(
        reading(new SendResult.Accepted("SM1"), works),
        reading(new SendResult.Unknown("timeout", null), SILENT),
        reading(
            new SendResult.Unknown("http_503", null),
            new Signal.Fails(Trouble.UNAVAILABLE, "http_503", null)),
        reading(
            new SendResult.NotSent("refused", null),
            new Signal.Fails(Trouble.UNAVAILABLE, "refused", null)),
        // Ours.
        reading(new SendResult.NotSent("not_begun", null), new Signal.Nothing()),
        reading(new SendResult.NotSent("no_connection_free", null), new Signal.Nothing()),
        // About one person, one number or one text: the account works.
        reading(rejected(FailureType.INVALID_NUMBER, "21211"), works),
        reading(rejected(FailureType.BAD_REQUEST, "http_400"), works),
        reading(rejected(FailureType.ACCOUNT_PROBLEM, "21608"), works),
        reading(rejected(FailureType.CAPACITY_EXHAUSTED, "21611"), works),
        // About the account.
        reading(
            rejected(FailureType.ACCOUNT_PROBLEM, "20003"),
            new Signal.Fails(Trouble.ACCOUNT_PROBLEM, "20003", null)),
        reading(
            rejected(FailureType.ACCOUNT_PROBLEM, "http_401"),
            new Signal.Fails(Trouble.ACCOUNT_PROBLEM, "http_401", null)),
        reading(rejected(FailureType.CAPACITY_EXHAUSTED, "20429"), SLOW_DOWN),
        reading(
            new SendResult.Rejected(
                FailureType.CAPACITY_EXHAUSTED, "http_429", null, Duration.ofSeconds(7)),
            new Signal.Fails(Trouble.THROTTLED, "http_429", Duration.ofSeconds(7))));
  }

  @ParameterizedTest
  @MethodSource("readings")
  void whatARequestTellsAboutItsAccount(SendResult result, Signal signal) {
    assertThat(Signal.of(result)).isEqualTo(signal);
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, 4, false",
    "UNAVAILABLE, 5, true",
    "ACCOUNT_PROBLEM, 2, false",
    "ACCOUNT_PROBLEM, 3, true",
    "THROTTLED, 1, true"
  })
  void howManyInARowItTakes(Trouble trouble, int inARow, boolean breaks) {
    assertThat(Breaker.breaks(new Signal.Fails(trouble, "x", null), inARow)).isEqualTo(breaks);
  }

  @Test
  void openThenOneTriesThenClosed() {
    Breaker open = Breaker.closed(NOW).broken(SILENT, NOW);
    Instant end = NOW.plusSeconds(15);
    assertThat(open.gate(end.minusMillis(1))).isEqualTo(new Gate.Shut(Trouble.UNAVAILABLE, end));
    assertThat(open.trial(end.minusMillis(1), REQUEST)).isEqualTo(open);
    assertThat(open.gate(end)).isEqualTo(new Gate.OneMayTry(Trouble.UNAVAILABLE));
    Breaker trying = open.trial(end, REQUEST);
    assertThat(trying.state()).isEqualTo(State.HALF_OPEN);
    // Nobody else does, unless it never comes back.
    assertThat(trying.trial(end.plusSeconds(1), REQUEST)).isEqualTo(trying);
    // However long its request may take: until then it is under way.
    assertThat(trying.trial(end.plus(REQUEST).plusSeconds(2), REQUEST)).isEqualTo(trying);
    Instant lost = end.plus(REQUEST).plus(Breaker.BESIDE_THE_REQUEST);
    assertThat(trying.trial(lost, REQUEST).since()).isEqualTo(lost);
    Breaker closed = trying.works(end.plusSeconds(1));
    assertThat(closed.gate(end.plusSeconds(1))).isEqualTo(new Gate.Free());
  }

  @Test
  void whatWasUnderWayWhenItOpenedProvesNothing() {
    Breaker open = Breaker.closed(NOW).broken(SILENT, NOW);
    assertThat(open.works(NOW.plusSeconds(1))).isEqualTo(open);
    assertThat(open.broken(SILENT, NOW.plusSeconds(1))).isEqualTo(open);
  }

  @Test
  void eachRelapseIsLeftAloneForLongerUpToABound() {
    Breaker breaker = Breaker.closed(NOW).broken(SILENT, NOW);
    Duration before = Duration.between(NOW, breaker.until());
    for (int n = 0; n < 12; n++) {
      Instant tried = breaker.until();
      breaker = breaker.trial(tried, REQUEST).broken(SILENT, tried);
      Duration pause = Duration.between(tried, breaker.until());
      assertThat(pause).isBetween(before, Duration.ofMinutes(5));
      before = pause;
    }
    assertThat(before).isEqualTo(Duration.ofMinutes(5));
    Instant mended = breaker.until();
    Breaker well = breaker.trial(mended, REQUEST).works(mended);
    Instant muchLater = mended.plus(Breaker.RELAPSE);
    assertThat(Duration.between(muchLater, well.broken(SILENT, muchLater).until()))
        .isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void howLongAProviderAsksForIsHonouredWithinReason() {
    var asked = new Signal.Fails(Trouble.THROTTLED, "20429", Duration.ofSeconds(30));
    assertThat(Breaker.closed(NOW).broken(asked, NOW).until()).isEqualTo(NOW.plusSeconds(30));
    var forEver = new Signal.Fails(Trouble.THROTTLED, "20429", Duration.ofDays(3));
    assertThat(Breaker.closed(NOW).broken(forEver, NOW).until())
        .isEqualTo(NOW.plus(Breaker.LONGEST_ASKED_FOR));
    assertThat(Breaker.closed(NOW).broken(SLOW_DOWN, NOW).until()).isEqualTo(NOW.plusSeconds(1));
  }
}
