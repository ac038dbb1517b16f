package com.omnify.sandbox.persona.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.sandbox.persona.policy.CallScript.Call;
import com.omnify.sandbox.persona.policy.CallScript.Moment;
import com.omnify.sandbox.persona.policy.CallScript.Outcome;
import com.omnify.sandbox.persona.policy.CallScript.Said;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CallScriptTest {

  private static Call call(int nth) {
    return new Call("+15125550100", "+15125550142", nth, "Hello", "", true, Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @EnumSource(VoicePersona.class)
  void everyCallGoesInOrderAndEndsInTime(VoicePersona persona) {
    for (int nth = 1; nth <= 50; nth++) {
      var script = CallScript.of(persona, call(nth), 7);

      assertThat(script)
          .as("the same for the same seed")
          .isEqualTo(CallScript.of(persona, call(nth), 7));
      assertThat(script.moments())
          .isSortedAccordingTo(Comparator.comparing(Moment::at))
          .allSatisfy(
              moment ->
                  assertThat(moment.at())
                      .isBetween(script.answered().orElseThrow(), script.ended()));
      assertThat(script.ended()).isBetween(Duration.ofMillis(500), Duration.ofMinutes(11));
      assertThat(script.answered().isPresent()).isEqualTo(!script.moments().isEmpty());
    }
  }

  @Test
  void callThatLastsTooLongIsCutOff() {
    var brief =
        new Call("+15125550100", "+15125550142", 1, "Hello", "", false, Duration.ofSeconds(10));

    var script = CallScript.of(VoicePersona.BOOKER, brief, 7);

    assertThat(script.endedReason()).isEqualTo("exceeded-max-duration");
    assertThat(script.ended()).isEqualTo(script.answered().orElseThrow().plusSeconds(10));
    assertThat(script.moments()).noneMatch(m -> m instanceof CallScript.Booking);
    assertThat(script.outcome()).isEqualTo(Outcome.NOTHING);
  }

  @Test
  void assistantSpeaksFirst() {
    var first = (Said) CallScript.of(VoicePersona.INTERESTED, call(1), 7).moments().getFirst();

    assertThat(first.text()).isEqualTo("Hello");
    assertThat(first.who()).isEqualTo(CallScript.Speaker.ASSISTANT);
  }

  @Test
  void peopleTakeCallsAsTheyText() {
    var seen = new EnumMap<Persona, EnumSet<VoicePersona>>(Persona.class);
    for (var persona : Persona.values()) {
      var taken = EnumSet.noneOf(VoicePersona.class);
      for (int nth = 1; nth <= 200; nth++) {
        taken.add(VoiceMix.of(persona, nth, 7, "+15125550100", "+15125550142"));
      }
      seen.put(persona, taken);
    }
    assertThat(seen.get(Persona.INVALID)).containsExactly(VoicePersona.MISDIALED);
    assertThat(seen.get(Persona.POLITE_STOPPER)).containsExactly(VoicePersona.REMOVER);
    assertThat(seen.get(Persona.BOOKER))
        .contains(VoicePersona.BOOKER, VoicePersona.VOICEMAIL, VoicePersona.NO_ANSWER)
        .doesNotContain(VoicePersona.PRICE_OBJECTOR);
    assertThat(seen.values().stream().flatMap(EnumSet::stream).distinct().count())
        .as("all but those that nobody is by nature")
        .isGreaterThanOrEqualTo(VoicePersona.values().length - 1L);
  }
}
