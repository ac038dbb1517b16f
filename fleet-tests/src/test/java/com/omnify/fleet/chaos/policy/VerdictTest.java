package com.omnify.fleet.chaos.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.fleet.chaos.policy.Evidence.Counted;
import com.omnify.fleet.chaos.policy.Evidence.DispatchRow;
import com.omnify.fleet.chaos.policy.Evidence.EnrollmentRow;
import com.omnify.fleet.chaos.policy.Evidence.Intent;
import com.omnify.fleet.chaos.policy.Evidence.LedgerAccept;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {

  private static final Intent FIRST = new Intent("enrollment", "one");
  private static final Intent SECOND = new Intent("enrollment", "two");

  /** One person who got both messages, as it should be; each test breaks one thing. */
  private static final class Story {
    Channel channel = Channel.SMS;
    final Set<String> told = new HashSet<>();
    final Set<String> asked = new HashSet<>(Set.of("ada"));
    final Set<String> refused = new HashSet<>();
    final List<EnrollmentRow> enrollments =
        new ArrayList<>(
            List.of(new EnrollmentRow("enrollment", "ada", "completed", null, null, false)));
    final List<DispatchRow> dispatches =
        new ArrayList<>(List.of(accepted("d1", FIRST), accepted("d2", SECOND)));
    final List<LedgerAccept> accepts =
        new ArrayList<>(List.of(new LedgerAccept(1, "d1"), new LedgerAccept(2, "d2")));
    final Set<Intent> reasons = new HashSet<>();
    final Map<String, Counted> counted =
        new HashMap<>(Map.of("one", new Counted(1, 1), "two", new Counted(1, 1)));

    Evidence evidence() {
      return new Evidence(
          channel,
          asked,
          refused,
          enrollments,
          List.of("one", "two"),
          dispatches,
          accepts,
          reasons,
          counted,
          told);
    }

    Verdict verdict() {
      return Verdict.on(evidence());
    }

    void replace(int dispatch, DispatchRow with) {
      dispatches.set(dispatch, with);
    }
  }

  private static DispatchRow accepted(String id, Intent intent) {
    return new DispatchRow(id, intent, "accepted", "delivered", false, 0);
  }

  private static DispatchRow in(String state, String id, Intent intent) {
    return new DispatchRow(id, intent, state, null, true, 1);
  }

  @Test
  void whatWentWellIsClean() {
    assertThat(new Story().verdict().isClean()).isTrue();
  }

  static Stream<Arguments> duplicates() {
    return Stream.of(
        Arguments.of(
            "one dispatch accepted twice",
            (Consumer<Story>) story -> story.accepts.add(new LedgerAccept(3, "d1")),
            "dispatch d1 was accepted 2 times, ledger lines [1, 3]"),
        Arguments.of(
            "two dispatches for one intent",
            (Consumer<Story>)
                story -> {
                  story.dispatches.add(accepted("d3", FIRST));
                  story.accepts.add(new LedgerAccept(3, "d3"));
                  story.counted.put("one", new Counted(2, 2));
                },
            "step one of enrollment enrollment was said 2 times, dispatches [d1, d3]"),
        Arguments.of(
            "a second attempt although the first was accepted, as the ledger alone knows",
            (Consumer<Story>)
                story -> {
                  story.dispatches.add(in("not_sent", "d0", FIRST));
                  story.accepts.add(new LedgerAccept(3, "d0"));
                  story.counted.put("one", new Counted(1, 2));
                },
            "step one of enrollment enrollment was said 2 times, dispatches [d0, d1]"),
        Arguments.of(
            "two enrollments of one person",
            (Consumer<Story>)
                story ->
                    story.enrollments.add(
                        new EnrollmentRow("other", "ada", "stopped", "by hand", null, false)),
            "contact ada was enrolled 2 times"),
        Arguments.of(
            "an enrollment refused that was asked for once",
            (Consumer<Story>) story -> story.refused.add("ada"),
            "contact ada was asked for twice"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("duplicates")
  void saidOrDoneTwice(String name, Consumer<Story> breaking, String finding) {
    var story = new Story();
    breaking.accept(story);
    assertThat(story.verdict().duplicates()).containsExactly(finding);
  }

  @Test
  void whatDidNotArriveMayBeSaidAgain() {
    var story = new Story();
    story.replace(0, new DispatchRow("d1", FIRST, "accepted", "undelivered", false, 0));
    story.dispatches.add(accepted("d3", FIRST));
    story.accepts.add(new LedgerAccept(3, "d3"));
    story.counted.put("one", new Counted(2, 2));
    assertThat(story.verdict().isClean()).isTrue();
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of(
            "confirmed and never enrolled",
            (Consumer<Story>) story -> story.asked.add("bob"),
            "contact bob was confirmed to be enrolled and is not"),
        Arguments.of(
            "active for ever",
            (Consumer<Story>)
                story ->
                    story.enrollments.set(
                        0, new EnrollmentRow("enrollment", "ada", "active", null, "d2", false)),
            "enrollment enrollment never came to its end: it waits for dispatch d2, and nothing will"
                + " ever wake it"),
        Arguments.of(
            "ended without a reason",
            (Consumer<Story>)
                story ->
                    story.enrollments.set(
                        0, new EnrollmentRow("enrollment", "ada", "paused", null, null, false)),
            "enrollment enrollment is paused, and nothing says why"),
        Arguments.of(
            "a step passed over in silence",
            (Consumer<Story>)
                story -> {
                  story.dispatches.removeLast();
                  story.accepts.removeLast();
                  story.counted.remove("two");
                },
            "step two of enrollment enrollment was passed over, with no message and no reason"),
        Arguments.of(
            "accepted by the provider, and no row says so",
            (Consumer<Story>) story -> story.accepts.add(new LedgerAccept(9, "d9")),
            "ledger line 9 is of dispatch d9, which is not in the database"),
        Arguments.of(
            "accepted in the database alone",
            (Consumer<Story>) story -> story.accepts.removeLast(),
            "dispatch d2 is accepted, the ledger has nothing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("losses")
  void lostOrNeverKnown(String name, Consumer<Story> breaking, String finding) {
    var story = new Story();
    breaking.accept(story);
    assertThat(story.verdict().lost()).containsExactly(finding);
  }

  @Test
  void acceptedAndCalledNotSentIsLost() {
    var story = new Story();
    story.replace(1, in("not_sent", "d2", SECOND));
    story.reasons.add(SECOND);
    story.counted.put("two", new Counted(0, 1));
    assertThat(story.verdict().lost())
        .containsExactly("dispatch d2 is not_sent, yet the provider took it, ledger line 2");
  }

  @Test
  void aReasonInTheLogIsEnough() {
    var story = new Story();
    story.dispatches.removeLast();
    story.accepts.removeLast();
    story.counted.remove("two");
    story.reasons.add(SECOND);
    assertThat(story.verdict().isClean()).isTrue();
  }

  @Test
  void anEventTakenInTwiceIsMiscounted() {
    var story = new Story();
    story.counted.put("one", new Counted(2, 1));
    assertThat(story.verdict().miscounted())
        .containsExactly("step one was accepted 1 times and counted 2 times");
  }

  @Test
  void anEventNeverTakenInIsMiscounted() {
    var story = new Story();
    story.counted.put("two", new Counted(1, 0));
    assertThat(story.verdict().miscounted())
        .containsExactly("step two was carried out 1 times and counted 0 times");
  }

  @Test
  void quarantineIsNoPlaceToRestWhereTheProviderCanBeAsked() {
    var story = new Story();
    story.replace(1, in("quarantined", "d2", SECOND));
    story.reasons.add(SECOND);
    story.accepts.removeLast();
    story.counted.put("two", new Counted(0, 1));
    var verdict = story.verdict();
    assertThat(verdict.quarantined()).containsExactly("dispatch d2 is quarantined");
    assertThat(verdict.isClean()).isFalse();
  }

  @Test
  void whoFoundOutIsToldFromTheNumberOfQueries() {
    var story = new Story();
    story.dispatches.clear();
    story.dispatches.addAll(
        List.of(
            accepted("known", FIRST),
            new DispatchRow("a", FIRST, "accepted", null, true, 0),
            new DispatchRow("b", FIRST, "accepted", null, true, 1),
            new DispatchRow("c", FIRST, "not_sent", null, true, 2),
            new DispatchRow("d", FIRST, "unknown", null, true, 1)));
    assertThat(Verdict.resolved(story.evidence()))
        .isEqualTo(Map.of("callback", 1L, "query", 2L, "open", 1L));
    story.channel = Channel.EMAIL;
    story.dispatches.removeIf(dispatch -> dispatch.state().equals("not_sent"));
    assertThat(Verdict.resolved(story.evidence())).isEqualTo(Map.of("callback", 2L, "open", 1L));
  }

  /** One whose second message is a mail that nobody answered for. */
  private static Story mailInDoubt() {
    var story = new Story();
    story.channel = Channel.EMAIL;
    story.replace(1, in("quarantined", "d2", SECOND));
    story.enrollments.set(0, new EnrollmentRow("enrollment", "ada", "active", null, "d2", true));
    story.counted.put("two", new Counted(0, 1));
    return story;
  }

  @Test
  void aMailInDoubtIsLeftToAPersonWhereNoEventCame() {
    var verdict = mailInDoubt().verdict();
    assertThat(verdict.isClean()).isTrue();
    assertThat(verdict.leftOpen()).containsExactly("dispatch d2 is quarantined");
  }

  @Test
  void aMailInDoubtIsWrongWhereTheProviderTold() {
    var story = mailInDoubt();
    story.told.add("d2");
    var verdict = story.verdict();
    assertThat(verdict.quarantined()).containsExactly("dispatch d2 is quarantined");
    assertThat(verdict.lost()).hasSize(2);
    assertThat(verdict.leftOpen()).isEmpty();
  }

  @Test
  void aMailInDoubtThatWasRepeatedIsADuplicate() {
    var story = mailInDoubt();
    story.dispatches.add(accepted("d3", SECOND));
    story.accepts.add(new LedgerAccept(3, "d3"));
    assertThat(story.verdict().duplicates())
        .containsExactly("step two of enrollment enrollment was said 2 times, dispatches [d2, d3]");
  }

  /** One whose call was taken and is waited for. */
  private static Story callInProgress() {
    var story = new Story();
    story.channel = Channel.VOICE;
    story.enrollments.set(0, new EnrollmentRow("enrollment", "ada", "active", null, "d2", true));
    return story;
  }

  @Test
  void aCallIsWaitedForWhoseEndWasToldToNobody() {
    var verdict = callInProgress().verdict();
    assertThat(verdict.isClean()).isTrue();
    assertThat(verdict.leftOpen()).containsExactly("dispatch d2 is accepted");
  }

  @Test
  void aCallIsLostWhoseEndWasToldAndNotHeard() {
    var story = callInProgress();
    story.told.add("d2");
    assertThat(story.verdict().lost())
        .containsExactly(
            "enrollment enrollment never came to its end: it waits for dispatch d2, and will be"
                + " looked at");
  }

  @Test
  void callsCanBeAskedForSoNoneIsQuarantined() {
    var story = callInProgress();
    story.replace(1, in("quarantined", "d2", SECOND));
    story.counted.put("two", new Counted(0, 1));
    assertThat(story.verdict().quarantined()).containsExactly("dispatch d2 is quarantined");
  }
}
