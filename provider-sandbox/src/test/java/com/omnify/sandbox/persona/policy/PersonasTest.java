package com.omnify.sandbox.persona.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.omnify.sandbox.persona.policy.Journey.Station;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Exchange;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PersonasTest {

  private static final String OUR = "+15125550100";
  private static final String PERSON = "+15125550142";
  private static final Talkativeness ALWAYS = new Talkativeness(1, 3);

  @Test
  void mixHoldsEveryoneAndMostlySilence() {
    var counts = new EnumMap<Persona, Integer>(Persona.class);
    for (int i = 0; i < 20_000; i++) {
      counts.merge(PersonaMix.of(7, "+1415%07d".formatted(2_000_000 + i)), 1, Integer::sum);
    }
    assertThat(counts.keySet()).isEqualTo(EnumSet.allOf(Persona.class));
    assertThat(counts.get(Persona.SILENT) / 20_000.0).isCloseTo(0.37, within(0.02));
    assertThat(counts.get(Persona.INVALID) / 20_000.0).isCloseTo(0.01, within(0.004));
  }

  @Test
  void samePersonUnderTheSameSeed() {
    assertThat(IntStream.range(0, 50).mapToObj(i -> PersonaMix.of(7, PERSON + i)))
        .containsExactlyElementsOf(
            IntStream.range(0, 50).mapToObj(i -> PersonaMix.of(7, PERSON + i)).toList());
  }

  @ParameterizedTest
  @EnumSource(Persona.class)
  void journeyTellsQueuedSentAndOneEnd(Persona persona) {
    var stations = Journey.of(persona, 1, 7, OUR, PERSON).stations();
    assertThat(stations).hasSize(3).isSortedAccordingTo((a, b) -> a.after().compareTo(b.after()));
    assertThat(stations.stream().map(Station::status)).contains("queued", "sent");
    assertThat(stations.stream().map(Station::status)).containsAnyOf("delivered", "undelivered");
  }

  @Test
  void outOfOrderTellsDeliveredBeforeSent() {
    var told = Journey.of(Persona.OUT_OF_ORDER, 1, 7, OUR, PERSON).stations();
    assertThat(told.stream().map(Station::status)).containsExactly("queued", "delivered", "sent");
  }

  @ParameterizedTest
  @EnumSource(
      value = Persona.class,
      names = {"SILENT", "LANDLINE", "INVALID", "UNREACHABLE", "CARRIER_FILTERED"})
  void whoIsNotReachedOrSilentNeverAnswers(Persona persona) {
    for (int nth = 1; nth < 10; nth++) {
      assertThat(ReplyPolicy.decide(persona, new Exchange(OUR, PERSON, nth, 0, 0), ALWAYS, 7))
          .isEmpty();
    }
  }

  @Test
  void atMostOneAnswerInSoManyMessages() {
    assertThat(answers(new Exchange(OUR, PERSON, 1, 0, 0))).isTrue();
    assertThat(answers(new Exchange(OUR, PERSON, 2, 1, 1))).isFalse();
    assertThat(answers(new Exchange(OUR, PERSON, 3, 1, 1))).isFalse();
    assertThat(answers(new Exchange(OUR, PERSON, 4, 1, 1))).isTrue();
  }

  private static boolean answers(Exchange exchange) {
    return ReplyPolicy.decide(Persona.EAGER, exchange, ALWAYS, 7).isPresent();
  }

  @Test
  void stopperSaysItOnceByTheSecondMessageEvenWhenNobodyTalks() {
    var silence = new Talkativeness(0, 1);
    var stop = ReplyPolicy.decide(Persona.STOPPER, new Exchange(OUR, PERSON, 2, 0, 0), silence, 7);
    assertThat(stop).isPresent();
    assertThat(Set.of("STOP", "UNSUBSCRIBE", "CANCEL", "QUIT"))
        .contains(stop.orElseThrow().text().toUpperCase(Locale.ROOT));
    assertThat(ReplyPolicy.decide(Persona.STOPPER, new Exchange(OUR, PERSON, 3, 1, 2), silence, 7))
        .isEmpty();
  }

  @Test
  void politeStopperTurnsToTheKeywordWhenWrittenToAgain() {
    var first =
        ReplyPolicy.decide(Persona.POLITE_STOPPER, new Exchange(OUR, PERSON, 2, 0, 0), ALWAYS, 7);
    var second =
        ReplyPolicy.decide(Persona.POLITE_STOPPER, new Exchange(OUR, PERSON, 3, 1, 2), ALWAYS, 7);
    assertThat(Phrases.POLITE_STOP).contains(first.orElseThrow().text());
    assertThat(Phrases.STOP).contains(second.orElseThrow().text());
  }
}
