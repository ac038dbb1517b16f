package com.omnify.launcher.verify.policy;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.omnify.launcher.verify.policy.Evidence.AcceptedEvent;
import com.omnify.launcher.verify.policy.Evidence.Call;
import com.omnify.launcher.verify.policy.Evidence.CallEnd;
import com.omnify.launcher.verify.policy.Evidence.DispatchRow;
import com.omnify.launcher.verify.policy.Evidence.EnrollmentFlaw;
import com.omnify.launcher.verify.policy.Evidence.LedgerAccept;
import com.omnify.launcher.verify.policy.Evidence.SuppressedSend;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChecksTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final List<LedgerAccept> accepts = new ArrayList<>();
  private final List<CallEnd> ends = new ArrayList<>();
  private final List<DispatchRow> rows = new ArrayList<>();
  private final List<AcceptedEvent> events = new ArrayList<>();
  private final List<SuppressedSend> suppressed = new ArrayList<>();
  private final List<EnrollmentFlaw> flaws = new ArrayList<>();

  private List<String> broken() {
    var evidence =
        new Evidence(
            true, accepts, ends, rows, events, NOON.minusSeconds(3600), suppressed, flaws, false);
    return Checks.run(evidence).stream().filter(check -> !check.passed()).map(Check::name).toList();
  }

  private void sent(String id) {
    accepts.add(accept(accepts.size() + 1L, id, "SM" + id, "+1303", "+1212", "Hi"));
    rows.add(row(id, "accepted", "Hi"));
    events.add(new AcceptedEvent("event-" + id, id, "SM" + id));
  }

  private static LedgerAccept accept(
      long seq, @Nullable String id, String sid, String to, String from, String text) {
    return new LedgerAccept(seq, "sms", id, sid, to, from, text, null, null);
  }

  private static DispatchRow row(String id, String state, String text) {
    return new DispatchRow(
        id, state, "sms", "e", "SM" + id, "+1303", "+1212", NOON, NOON, text, "+1303", "+1212",
        null, null, null);
  }

  private void called(String line, String from, String endedReason, int seconds) {
    accepts.add(new LedgerAccept(1, "voice", "a", "call-1", "+1303", from, "Hello", null, null));
    ends.add(new CallEnd("a", "customer-ended-call", 61));
    rows.add(
        new DispatchRow(
            "a",
            "accepted",
            "voice",
            "e",
            "call-1",
            "+1303",
            "+1212",
            NOON,
            NOON,
            "Hello",
            "+1303",
            "+1212",
            null,
            null,
            new Call(line, endedReason, seconds)));
    events.add(new AcceptedEvent("event-a", "a", "call-1"));
  }

  @Test
  void aCallThatEndedAsToldPasses() {
    called("line-1", "+1212", "customer-ended-call", 62);
    assertThat(broken()).isEmpty();
  }

  @Test
  void theProvidersIdOfOurNumberWillDo() {
    called("line-1", "line-1", "customer-ended-call", 61);
    assertThat(broken()).isEmpty();
  }

  @Test
  void aCallFromAnotherLineIsFound() {
    called("line-1", "line-2", "customer-ended-call", 61);
    assertThat(broken()).containsExactly("accepted_match_ledger");
  }

  @Test
  void aCallThatEndedOtherwiseOrSoonerIsFound() {
    called("line-1", "+1212", "customer-busy", 61);
    assertThat(broken()).containsExactly("calls_end_as_told");
    rows.clear();
    accepts.clear();
    events.clear();
    ends.clear();
    called("line-1", "+1212", "customer-ended-call", 6);
    assertThat(broken()).containsExactly("calls_end_as_told");
  }

  private void mailed(String providerId, String subject, String text) {
    mailed(providerId, subject, text, "Hi,\nAnn");
  }

  private void mailed(String providerId, String subject, String text, String said) {
    accepts.add(
        new LedgerAccept(
            1,
            "email",
            "a",
            "4F2A",
            "ann@people.example",
            "hello@shop.example",
            said,
            "a.c@shop.example",
            "Your quote"));
    rows.add(
        new DispatchRow(
            "a",
            "accepted",
            "email",
            "e",
            providerId,
            "ann@people.example",
            "hello@shop.example",
            NOON,
            NOON,
            text,
            "ann@people.example",
            "hello@shop.example",
            subject,
            "a.c@shop.example",
            null));
    events.add(new AcceptedEvent("event-a", "a", providerId));
  }

  @Test
  void aMailIsKnownByEitherNameAndByItsWords() {
    mailed("a.c@shop.example", "Your quote", "Hi,\r\nAnn\r\n");
    assertThat(broken()).isEmpty();
  }

  @Test
  void whatStandsUnderEveryMailIsNoDifferenceButMoreIs() {
    var footer = "\n\n-- \nThe Shop\n1 Main St\nUnsubscribe: https://shop.example/u/x";
    mailed("4F2A", "Your quote", "Hi,\nAnn", "Hi,\nAnn" + footer + "\n");
    assertThat(broken()).isEmpty();
    accepts.clear();
    rows.clear();
    events.clear();
    mailed("4F2A", "Your quote", "Hi,\nAnn", "Hi,\nAnn" + footer + "\n\nPS: buy now");
    assertThat(broken()).containsExactly("accepted_match_ledger");
  }

  @Test
  void theProvidersNameWillDoToo() {
    mailed("4F2A", "Your quote", "Hi,\nAnn");
    assertThat(broken()).isEmpty();
  }

  @Test
  void theProvidersNameMayHaveMoreBehindIt() {
    mailed("4F2A.recvd-7-1", "Your quote", "Hi,\nAnn");
    assertThat(broken()).isEmpty();
  }

  @Test
  void aMailWithAnotherSubjectTextOrNameIsFound() {
    mailed("other", "Your quotes", "Hi, Ann");
    var evidence =
        new Evidence(
            true, accepts, ends, rows, events, NOON.minusSeconds(9), suppressed, flaws, false);
    assertThat(Checks.run(evidence).stream().flatMap(check -> check.findings().stream()))
        .hasSize(3)
        .anySatisfy(finding -> assertThat(finding).contains("message id differs"))
        .anySatisfy(finding -> assertThat(finding).contains("subject differs"))
        .anySatisfy(finding -> assertThat(finding).contains("text differs"));
  }

  @Test
  void whatAgreesPasses() {
    sent("a");
    sent("b");
    rows.add(row("c", "rejected", "Hi"));
    rows.add(row("d", "unknown", "Hi"));
    accepts.add(accept(9, "d", "SMd", "+1303", "+1212", "Hi"));
    assertThat(broken()).isEmpty();
  }

  @Test
  void aSecondAcceptOfOneDispatchIsFound() {
    sent("a");
    accepts.add(accept(2, "a", "SM2", "+1303", "+1212", "Hi"));
    assertThat(broken()).containsExactly("one_accept_per_dispatch");
  }

  @Test
  void aChangedTextIsFound() {
    sent("a");
    rows.set(0, row("a", "accepted", "Hi!"));
    assertThat(broken()).containsExactly("accepted_match_ledger");
  }

  @Test
  void aFindingShowsThePlaceWhereLongTextsPart() {
    sent("a");
    var text = "x".repeat(150);
    accepts.set(0, accept(1, "a", "SMa", "+1303", "+1212", text + "?"));
    rows.set(0, row("a", "accepted", text + "!"));
    var evidence =
        new Evidence(
            true, accepts, ends, rows, events, NOON.minusSeconds(9), suppressed, flaws, false);
    assertThat(Checks.run(evidence).stream().flatMap(check -> check.findings().stream()))
        .singleElement(as(STRING))
        .contains("x?\"")
        .contains("x!\"")
        .hasSizeLessThan(200);
  }

  @Test
  void anAcceptNobodyOrderedIsFound() {
    sent("a");
    accepts.add(accept(2, null, "SM2", "+1303", "+1212", "Hi"));
    accepts.add(accept(3, "stranger", "SM3", "+1303", "+1212", "Hi"));
    assertThat(broken()).containsExactly("accepts_have_dispatches");
  }

  @Test
  void anAcceptedRowWithoutAnAcceptOrAnEventIsFound() {
    rows.add(row("a", "accepted", "Hi"));
    assertThat(broken()).containsExactly("accepted_match_ledger", "accepted_are_published");
  }

  @Test
  void somethingRefusedThatWentOutIsFound() {
    rows.add(row("a", "not_sent", "Hi"));
    accepts.add(accept(1, "a", "SMa", "+1303", "+1212", "Hi"));
    assertThat(broken()).containsExactly("unsent_not_in_ledger");
  }

  @Test
  void anEventThatIsNoRowOrIsSaidTwiceIsFound() {
    sent("a");
    events.add(new AcceptedEvent("event-x", "x", "SMx"));
    assertThat(broken()).containsExactly("published_match_rows");
    events.removeLast();
    events.add(new AcceptedEvent("event-a", "a", "SMa"));
    assertThat(broken()).isEmpty();
    events.add(new AcceptedEvent("event-a2", "a", "SMa"));
    assertThat(broken()).containsExactly("published_match_rows");
  }

  @Test
  void whatLeftTheTopicByAgeIsNotMissed() {
    sent("a");
    events.clear();
    var old = NOON.minusSeconds(7200);
    rows.set(
        0,
        new DispatchRow(
            "a",
            "accepted",
            "sms",
            "e",
            "SMa",
            "+1303",
            "+1212",
            old,
            old,
            "Hi",
            "+1303",
            "+1212",
            null,
            null,
            null));
    assertThat(broken()).isEmpty();
  }

  @Test
  void aMessageAfterStopIsFoundButNotOneThatHadBegun() {
    sent("a");
    suppressed.add(new SuppressedSend("a", "s", false, NOON, NOON.plusSeconds(1)));
    assertThat(broken()).isEmpty();
    suppressed.add(new SuppressedSend("a", "s", false, NOON, NOON.plusSeconds(3)));
    assertThat(broken()).containsExactly("nothing_after_stop");
  }

  @Test
  void oneConfirmationInTimeIsAllThatMayFollowAStop() {
    sent("a");
    sent("b");
    suppressed.add(new SuppressedSend("a", "s", true, NOON, NOON.plusSeconds(299)));
    assertThat(broken()).isEmpty();
    suppressed.add(new SuppressedSend("b", "s", true, NOON, NOON.plusSeconds(4)));
    assertThat(broken()).containsExactly("one_confirmation");
    suppressed.removeLast();
    suppressed.add(new SuppressedSend("b", "t", true, NOON, NOON.plusSeconds(301)));
    assertThat(broken()).containsExactly("nothing_after_stop");
  }

  @Test
  void stuckEnrollmentsAreFound() {
    for (var kind : EnrollmentFlaw.Kind.values()) {
      flaws.add(new EnrollmentFlaw(kind, "e", "stuck"));
    }
    assertThat(broken())
        .containsExactly(
            "one_open_dispatch", "outcomes_arrive", "open_dispatches_exist", "active_are_due");
  }

  @Test
  void onlyWhatTwoReadingsFindCounts() {
    var first = new Check("n", "r", 1, List.of("passing by", "stays"), true);
    var second = new Check("n", "r", 2, List.of("stays", "just begun"), true);
    assertThat(first.confirmedBy(second).findings()).containsExactly("stays");
  }
}
