package com.omnify.fleet.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.fleet.chaos.policy.Channel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void shortIsAHundredThousandDispatchesOverTenKindsOfFault() {
    var options = Options.read(List.of("--short"));
    assertThat(options.dispatches()).isEqualTo(100_000);
    assertThat(options.kinds()).hasSize(10);
    assertThat(options.bugs()).isFalse();
  }

  @Test
  void aNumberWinsOverShort() {
    assertThat(Options.read(List.of("--short", "--dispatches", "2000")).dispatches())
        .isEqualTo(2_000);
  }

  @Test
  void kindsCanBeChosenAndKeepTheirOrder() {
    assertThat(Options.read(List.of("--short", "--only", "callbacks,reset")).kinds())
        .containsExactly(FaultKind.RESET, FaultKind.CALLBACKS);
  }

  @Test
  void whatIsNoKindIsNamed() {
    assertThatThrownBy(() -> Options.read(List.of("--only", "flood")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flood");
  }

  @Test
  void tooFewDispatchesAreRefused() {
    assertThatThrownBy(() -> Options.read(List.of("--dispatches", "3")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLoadGoesByAllChannelsUnlessSomeAreChosen() {
    assertThat(Options.read(List.of("--short")).channels())
        .containsExactlyInAnyOrder(Channel.values());
    assertThat(Options.read(List.of("--short", "--channels", "sms")).channels())
        .containsExactly(Channel.SMS);
    assertThatThrownBy(() -> Options.read(List.of("--short", "--channels", "email")))
        .hasMessageContaining("sms");
  }

  @Test
  void twelveInAHundredAreMailsAndThreeAreCalls() {
    var load = Load.of(2_000, Set.of(Channel.values()));
    assertThat(load.people())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(Channel.SMS, 425, Channel.EMAIL, 120, Channel.VOICE, 60));
    assertThat(load.messages()).isEqualTo(2_000);
    assertThat(Load.of(200, Set.of(Channel.SMS))).isEqualTo(Load.ofSms(50));
  }
}
