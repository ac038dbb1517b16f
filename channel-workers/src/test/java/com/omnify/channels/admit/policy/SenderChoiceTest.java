package com.omnify.channels.admit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.id.ContactId;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SenderChoiceTest {

  private static final List<String> NUMBERS = List.of("+15550101", "+15550102", "+15550103");

  @Test
  void aPersonHearsFromTheNumberTheyKnow() {
    var anyone = new ContactId(UUID.randomUUID());
    assertThat(SenderChoice.choose(NUMBERS, "+15550102", anyone)).hasValue("+15550102");
  }

  @Test
  void aNumberOutOfUseIsReplacedByAlwaysTheSame() {
    var anyone = new ContactId(UUID.randomUUID());
    var chosen = SenderChoice.choose(NUMBERS, "+15559999", anyone);
    assertThat(chosen).isPresent().isEqualTo(SenderChoice.choose(NUMBERS, null, anyone));
  }

  @Test
  void strangersAreSpreadOverTheNumbers() {
    var counts =
        IntStream.range(0, 3000)
            .mapToObj(_ -> SenderChoice.choose(NUMBERS, null, new ContactId(UUID.randomUUID())))
            .collect(
                java.util.stream.Collectors.groupingBy(
                    n -> n, java.util.stream.Collectors.counting()));
    assertThat(counts).hasSize(3).allSatisfy((_, n) -> assertThat(n).isBetween(800L, 1200L));
  }

  @Test
  void nobodyCanSpeakWithoutANumber() {
    assertThat(SenderChoice.choose(List.of(), "+15550101", new ContactId(UUID.randomUUID())))
        .isEmpty();
  }
}
