package com.omnify.channels.reconcile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.channels.reconcile.policy.Reconciliation.Sought;
import com.omnify.channels.sms.policy.SentMessage;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

  private static final Instant FENCE = Instant.parse("2026-03-10T18:00:00.700Z");
  private static final String OURS = "+15550100";
  private static final Sought ALONE = new Sought(OURS, "Hello", FENCE, false);
  private static final Sought NOT_ALONE = new Sought(OURS, "Hello", FENCE, true);

  private static SentMessage message(String id, String from, String body, long secondsAfter) {
    return new SentMessage(id, from, body, FENCE.plusSeconds(secondsAfter));
  }

  @Test
  void theSameWordsFromUsAreTheSend() {
    var list = List.of(message("SM1", OURS, "Hello", 1), message("SM2", OURS, "Bye", 2));
    assertThat(Reconciliation.read(ALONE, list, Set.of())).isEqualTo(new Finding.Sent("SM1"));
  }

  @Test
  void anEmptyListProvesAbsence() {
    assertThat(Reconciliation.read(ALONE, List.of(), Set.of())).isEqualTo(new Finding.Absent());
    assertThat(Reconciliation.read(NOT_ALONE, List.of(), Set.of())).isEqualTo(new Finding.Absent());
  }

  @Test
  void olderMessagesAndThoseOfOtherDispatchesCountForNothing() {
    var list = List.of(message("SM1", OURS, "Hello", -3600), message("SM2", OURS, "Hello", 5));
    assertThat(Reconciliation.read(ALONE, list, Set.of("SM2"))).isEqualTo(new Finding.Absent());
  }

  @Test
  void aLaggingClockOfTheProviderIsAllowedFor() {
    assertThat(Reconciliation.read(ALONE, List.of(message("SM1", OURS, "Hello", -5)), Set.of()))
        .isEqualTo(new Finding.Sent("SM1"));
  }

  @Test
  void otherWordsFromUsAreOursWhenNothingElseCanBe() {
    var altered = List.of(message("SM1", OURS, "Hello - sent from a trial account", 1));
    assertThat(Reconciliation.read(ALONE, altered, Set.of())).isEqualTo(new Finding.Sent("SM1"));
    assertThat(Reconciliation.read(NOT_ALONE, altered, Set.of()))
        .isInstanceOf(Finding.Undecided.class);
  }

  @Test
  void aMessageFromAnotherNumberIsNoProofEitherWay() {
    var other = List.of(message("SM1", "+15550111", "Hello", 1));
    assertThat(Reconciliation.read(ALONE, other, Set.of())).isInstanceOf(Finding.Undecided.class);
  }

  @Test
  void whatMayBelongToAnotherOpenDispatchIsNotClaimed() {
    assertThat(Reconciliation.read(NOT_ALONE, List.of(message("SM1", OURS, "Hello", 1)), Set.of()))
        .isInstanceOf(Finding.Undecided.class);
  }
}
