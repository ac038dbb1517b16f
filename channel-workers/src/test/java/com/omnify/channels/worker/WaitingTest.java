package com.omnify.channels.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.admit.Admission.Start;
import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.channels.compose.Variables;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.SpeakingHours;
import com.omnify.channels.worker.Waiting.Slots;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.HoldReason;
import com.omnify.model.Provider;
import com.omnify.model.SendWindow;
import com.omnify.model.SmsSegments;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class WaitingTest {

  private static final Instant NOW = Fixtures.NOON;
  private static final Function<ProviderAccountId, Gate> FREE = _ -> new Gate.Free();
  private static final Slots ALL = slots(_ -> true, false);
  private final ProviderAccountId hanging = new ProviderAccountId(Fixtures.id());
  private final ProviderAccountId fine = new ProviderAccountId(Fixtures.id());
  private final Slots fineOnly = slots(fine::equals, true);
  private final Waiting waiting = new Waiting();

  private static Slots slots(Predicate<ProviderAccountId> free, boolean stuck) {
    return new Slots() {
      @Override
      public boolean take(ProviderAccountId account) {
        return free.test(account);
      }

      @Override
      public boolean stuck(ProviderAccountId account) {
        return stuck;
      }
    };
  }

  private static Start start(ProviderAccountId account, Instant notBefore) {
    var client = new ClientId(Fixtures.id());
    var ref =
        new DispatchRef(
            client,
            new ContactId(Fixtures.id()),
            new DispatchId(Fixtures.id()),
            null,
            null,
            1,
            null,
            Channel.SMS,
            DispatchKind.MANUAL,
            1);
    var facts =
        new Variables.Facts(
            null, null, null, null, null, null, null, Map.of(), "A", null, null, null, null, null,
            null, null, 0);
    var dispatch =
        new ReadyDispatch(
            ref,
            NOW,
            "+12065550100",
            null,
            null,
            facts,
            new SpeakingHours(SendWindow.standard(), LegalWindow.ALWAYS),
            List.of(ZoneOffset.UTC),
            ZoneOffset.UTC,
            null,
            0);
    var sender =
        new Sender.Number(
            client,
            "+14255550100",
            10,
            100,
            new ProviderAccount(
                account,
                Provider.TWILIO,
                "AC1",
                "t",
                null,
                null,
                JsonNodeFactory.instance.objectNode()));
    return new Start(
        new Admitted(dispatch, sender, new SmsText.Ready("Hi", SmsSegments.of("Hi"))), notBefore);
  }

  private static Map<ProviderAccountId, Integer> counted(List<Admitted> all) {
    var counts = new HashMap<ProviderAccountId, Integer>();
    all.forEach(one -> counts.merge(one.sender().account().id(), 1, Integer::sum));
    return counts;
  }

  @Test
  void whatWaitsForItsSecondStays() {
    waiting.add(start(fine, NOW.plusMillis(1)));
    assertThat(waiting.take(NOW, 10, FREE, ALL, Pace.BULK).isEmpty()).isTrue();
    assertThat(waiting.take(NOW.plusMillis(1), 10, FREE, ALL, Pace.BULK).due()).hasSize(1);
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void anAccountWithoutSlotsHoldsNobodyUp() {
    for (int n = 0; n < 100; n++) {
      waiting.add(start(hanging, NOW));
    }
    for (int n = 0; n < 100; n++) {
      waiting.add(start(fine, NOW));
    }
    var taken = waiting.take(NOW, 10, FREE, fineOnly, Pace.BULK);
    assertThat(counted(taken.due())).isEqualTo(Map.of(fine, 10));
    assertThat(taken.held()).isEmpty();
  }

  @Test
  void whoHasLittleHasAWorkerOfItsOwn() {
    for (int n = 0; n < 100; n++) {
      waiting.add(start(hanging, NOW));
    }
    waiting.add(start(fine, NOW));
    assertThat(counted(waiting.take(NOW, 10, FREE, ALL, Pace.BULK).due()))
        .isEqualTo(Map.of(hanging, 10));
    assertThat(counted(waiting.take(NOW, 10, FREE, ALL, Pace.QUICK).due()))
        .isEqualTo(Map.of(fine, 1));
    assertThat(waiting.take(NOW, 10, FREE, ALL, Pace.QUICK).isEmpty()).isTrue();
  }

  @Test
  void whereNobodyHasMuchEveryWorkerServesAll() {
    waiting.add(start(fine, NOW));
    for (int n = 0; n < 100; n++) {
      waiting.add(start(hanging, NOW.plusSeconds(1)));
    }
    assertThat(counted(waiting.take(NOW, 10, FREE, ALL, Pace.BULK).due()))
        .as("what waits for its second is not much yet")
        .isEqualTo(Map.of(fine, 1));
  }

  @Test
  void accountsShareABatch() {
    for (int n = 0; n < 100; n++) {
      waiting.add(start(hanging, NOW));
      waiting.add(start(fine, NOW));
    }
    assertThat(counted(waiting.take(NOW, 10, FREE, ALL, Pace.BULK).due()))
        .isEqualTo(Map.of(hanging, 5, fine, 5));
  }

  @Test
  void whatIsTakenAfterItsSecondNeedsAnotherPermit() {
    waiting.add(start(fine, NOW));
    waiting.add(start(fine, NOW.plusSeconds(1)));
    var taken = waiting.take(NOW.plusMillis(1_500), 10, FREE, ALL, Pace.BULK);
    assertThat(counted(taken.due())).isEqualTo(Map.of(fine, 1));
    assertThat(counted(taken.lapsed())).isEqualTo(Map.of(fine, 1));
    waiting.add(start(fine, NOW));
    assertThat(waiting.take(NOW.plusMillis(950), 10, FREE, ALL, Pace.BULK).lapsed())
        .as("too little of its second is left")
        .hasSize(1);
  }

  @Test
  void whatGetsNoSlotInTimeIsOverdue() {
    waiting.add(start(hanging, NOW));
    waiting.add(start(hanging, NOW.plusSeconds(1)));
    waiting.add(start(fine, NOW));
    Instant later = NOW.plus(Waiting.PATIENCE).plusMillis(1);
    var taken = waiting.take(later, 10, FREE, fineOnly, Pace.BULK);
    assertThat(counted(taken.lapsed())).isEqualTo(Map.of(fine, 1));
    assertThat(taken.held())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.admitted().sender().account().id()).isEqualTo(hanging);
              assertThat(one.reason()).isEqualTo(HoldReason.PROVIDER_BUSY);
              assertThat(one.until()).isAfter(later);
            });
    assertThat(waiting.drain()).hasSize(1);
  }

  @Test
  void aBrokenAccountIsNotWaitedFor() {
    for (int n = 0; n < 3; n++) {
      waiting.add(start(hanging, NOW.plusSeconds(n)));
    }
    waiting.add(start(fine, NOW));
    Instant until = NOW.plusSeconds(15);
    var taken =
        waiting.take(
            NOW,
            10,
            account ->
                account.equals(fine)
                    ? new Gate.Free()
                    : new Gate.Shut(Trouble.ACCOUNT_PROBLEM, until),
            ALL,
            Pace.BULK);
    assertThat(counted(taken.due())).isEqualTo(Map.of(fine, 1));
    assertThat(taken.held())
        .hasSize(3)
        .allSatisfy(
            one -> {
              assertThat(one.reason()).isEqualTo(HoldReason.ACCOUNT_PROBLEM);
              assertThat(one.until()).isEqualTo(until);
            });
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void oneTriesABrokenAccountAndTheOthersStay() {
    waiting.add(start(hanging, NOW));
    waiting.add(start(hanging, NOW));
    var taken = waiting.take(NOW, 10, _ -> new Gate.OneMayTry(Trouble.UNAVAILABLE), ALL, Pace.BULK);
    assertThat(taken.trials()).hasSize(1);
    assertThat(taken.due()).isEmpty();
    assertThat(taken.held()).isEmpty();
    assertThat(waiting.drain()).hasSize(1);
  }

  @Test
  void whereRequestsDoEndOneWaitsLonger() {
    waiting.add(start(hanging, NOW));
    var slow = slots(_ -> false, false);
    Instant later = NOW.plus(Waiting.PATIENCE).plusMillis(1);
    assertThat(waiting.take(later, 10, FREE, slow, Pace.BULK).isEmpty()).isTrue();
    Instant tooLate = NOW.plus(Waiting.LONGEST_PATIENCE).plusMillis(1);
    assertThat(waiting.take(tooLate, 10, FREE, slow, Pace.BULK).held()).hasSize(1);
  }
}
