package com.omnify.channels.voice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.model.id.DispatchId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallReconciliationTest {

  private static final DispatchId OURS = new DispatchId(new UUID(0x1L << 12, 1));
  private static final DispatchId OTHER = new DispatchId(new UUID(0x1L << 12, 2));
  private static final String ADA = "+12065550100";
  private static final Instant FENCE = Instant.parse("2026-11-24T10:00:00Z");

  private static FoundCall call(
      @Nullable String name, @Nullable String metadata, boolean inbound, long secondsAfter) {
    return new FoundCall("call-1", name, metadata, ADA, inbound, FENCE.plusSeconds(secondsAfter));
  }

  private static Finding read(FoundCall... calls) {
    return CallReconciliation.read(OURS, ADA, FENCE, List.of(calls));
  }

  @Test
  void aCallThatBearsItsIdIsIts() {
    assertThat(read(call(OURS.toString(), null, false, 1))).isEqualTo(new Finding.Sent("call-1"));
    assertThat(read(call("renamed", OURS.toString(), false, 1)))
        .isEqualTo(new Finding.Sent("call-1"));
  }

  @Test
  void noCallIsNone() {
    assertThat(read()).isEqualTo(new Finding.Absent());
  }

  @Test
  void othersCallsProveNothingAgainstIt() {
    assertThat(
            read(
                call(OTHER.toString(), null, false, 1),
                call(null, null, true, 1),
                call(null, null, false, -60)))
        .isEqualTo(new Finding.Absent());
    var toSomebodyElse = new FoundCall("c", null, null, "+12065550199", false, FENCE);
    assertThat(read(toSomebodyElse)).isEqualTo(new Finding.Absent());
  }

  /** It may be ours with its name lost: then a second one would ring twice. */
  @Test
  void aNamelessCallToThePersonForbidsTheProof() {
    assertThat(read(call(null, null, false, 1))).isInstanceOf(Finding.Undecided.class);
    assertThat(read(call("by hand", null, false, -20))).isInstanceOf(Finding.Undecided.class);
  }
}
