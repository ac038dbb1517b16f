package com.omnify.fleet.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
}
