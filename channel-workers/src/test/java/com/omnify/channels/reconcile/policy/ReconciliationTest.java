package com.omnify.channels.reconcile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.channels.reconcile.policy.Reconciliation.Sought;
import com.omnify.channels.sms.policy.SentMessage;
import com.omnify.model.id.DispatchId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReconciliationTest {

  private static final Instant FENCE = Instant.parse("2026-03-10T18:00:00.700Z");
  private static final String OURS = "+15550100";
  private static final String OTHER_NUMBER = "+15550111";
  private static final String HELLO = "Hello Ada, shall we come by on Tuesday?";
  private static final String BYE = "Ada, thank you and good-bye.";
  private static final String TRIAL = "Sent from a trial account - ";
  private static final Set<String> NONE = Set.of();

  private static Sought dispatch(int n, String body, long secondsAfter) {
    return new Sought(new DispatchId(new UUID(n, 0)), OURS, body, FENCE.plusSeconds(secondsAfter));
  }

  private static SentMessage message(String id, String from, String body, long secondsAfter) {
    return new SentMessage(id, from, body, FENCE.plusSeconds(secondsAfter));
  }

  private static SentMessage ours(String id, String body, long secondsAfter) {
    return message(id, OURS, body, secondsAfter);
  }

  private static final Sought SOUGHT = dispatch(1, HELLO, 0);

  private static Arguments row(
      String what, List<Sought> others, List<SentMessage> list, Set<String> claimed, Object found) {
    return Arguments.of(what, others, list, claimed, found);
  }

  private static final Finding ABSENT = new Finding.Absent();

  private static Finding sent(String id) {
    return new Finding.Sent(id);
  }

  /** What comes out as undecided, and whether another's end may decide it. */
  private record Undecided(boolean open) {}

  static Stream<Arguments> cases() {
    Sought otherWords = dispatch(2, BYE, 1);
    Sought twin = dispatch(2, HELLO, 1);
    Sought laterTwin = dispatch(2, HELLO, 600);
    return Stream.of(
        // Alone.
        row("nothing went to the person", List.of(), List.of(), NONE, ABSENT),
        row("its words from its number", List.of(), List.of(ours("A", HELLO, 1)), NONE, sent("A")),
        row(
            "others' words beside",
            List.of(),
            List.of(ours("B", BYE, 2), ours("A", HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "a clock of the provider that lags",
            List.of(),
            List.of(ours("A", HELLO, -5)),
            NONE,
            sent("A")),
        row("one of long before", List.of(), List.of(ours("A", HELLO, -3600)), NONE, ABSENT),
        row(
            "one that another dispatch accounts for",
            List.of(),
            List.of(ours("A", HELLO, 5)),
            Set.of("A"),
            ABSENT),
        row(
            "other words from its number, and nothing else can be it",
            List.of(),
            List.of(ours("A", "Hi", 1)),
            NONE,
            sent("A")),
        row(
            "its words within longer ones, beside a stranger's",
            List.of(),
            List.of(message("X", OTHER_NUMBER, "Lunch?", 3), ours("A", TRIAL + HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "its words from another number",
            List.of(),
            List.of(message("X", OTHER_NUMBER, HELLO, 1)),
            NONE,
            new Undecided(false)),
        row(
            "two that may be it, altered",
            List.of(),
            List.of(ours("A", "Hi", 1), ours("B", "Ho", 2)),
            NONE,
            new Undecided(false)),
        // Beside one with other words.
        row("neither arrived", List.of(otherWords), List.of(), NONE, ABSENT),
        row(
            "only ours arrived",
            List.of(otherWords),
            List.of(ours("A", HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "only the other arrived",
            List.of(otherWords),
            List.of(ours("B", BYE, 2)),
            NONE,
            ABSENT),
        row(
            "both arrived",
            List.of(otherWords),
            List.of(ours("B", BYE, 2), ours("A", HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "the other's twice: it was said once, the second may be ours",
            List.of(otherWords),
            List.of(ours("B", BYE, 2), ours("C", BYE, 3)),
            NONE,
            sent("C")),
        row(
            "altered ones, the other's told apart by its words within",
            List.of(otherWords),
            List.of(ours("B", TRIAL + BYE, 2), ours("A", TRIAL + HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "one altered beyond recognition may be either's",
            List.of(otherWords),
            List.of(ours("A", "***", 1)),
            NONE,
            new Undecided(true)),
        row(
            "one altered beyond recognition, before the other was fenced",
            List.of(dispatch(2, BYE, 600)),
            List.of(ours("A", "***", 1)),
            NONE,
            sent("A")),
        // Beside one with the same words.
        row("neither of two twins", List.of(twin), List.of(), NONE, ABSENT),
        row(
            "one message, two twins",
            List.of(twin),
            List.of(ours("A", HELLO, 1)),
            NONE,
            new Undecided(true)),
        row(
            "one message, and the twin has its own meanwhile",
            List.of(),
            List.of(ours("A", HELLO, 1)),
            Set.of("A"),
            ABSENT),
        row(
            "a message for each twin, the older is the first's",
            List.of(twin),
            List.of(ours("B", HELLO, 2), ours("A", HELLO, 1)),
            NONE,
            sent("A")),
        row(
            "one message from before the twin was fenced",
            List.of(laterTwin),
            List.of(ours("A", HELLO, 1)),
            NONE,
            sent("A")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whatAListProves(
      String what,
      List<Sought> others,
      List<SentMessage> list,
      Set<String> claimed,
      Object expected) {
    Finding finding = Reconciliation.read(SOUGHT, others, list, claimed);
    if (expected instanceof Undecided(boolean open)) {
      assertThat(finding)
          .isInstanceOfSatisfying(
              Finding.Undecided.class, it -> assertThat(it.open()).isEqualTo(open));
    } else {
      assertThat(finding).isEqualTo(expected);
    }
  }

  @Test
  void twoTwinsNeverTakeTheSameMessage() {
    Sought first = dispatch(1, HELLO, 0);
    Sought second = dispatch(2, HELLO, 0);
    // Made in the same second; the list is newest first.
    var list = List.of(ours("B", HELLO, 1), ours("A", HELLO, 1));
    assertThat(Reconciliation.read(first, List.of(second), list, NONE)).isEqualTo(sent("A"));
    assertThat(Reconciliation.read(second, List.of(first), list, NONE)).isEqualTo(sent("B"));
    // And whoever comes later is left with the other one.
    assertThat(Reconciliation.read(second, List.of(), list, Set.of("A"))).isEqualTo(sent("B"));
  }
}
