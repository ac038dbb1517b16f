package com.omnify.channels.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.testkit.Fixtures;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private final DispatchKey key =
      new DispatchKey(new ClientId(Fixtures.id()), new DispatchId(Fixtures.id()));

  @Test
  void aProvidersWordsHoldNothingThatTheDatabaseRefuses() {
    Outcome outcome = Outcome.unknown(key, "4\0", "bad\0words\nand more");
    assertThat(outcome.code()).isEqualTo("4\uFFFD");
    assertThat(outcome.text()).isEqualTo("bad\uFFFDwords");
    assertThat(Outcome.accepted(key, "SM\0").providerId()).isEqualTo("SM\uFFFD");
  }
}
