package com.omnify.launcher.verify.policy;

import com.omnify.launcher.verify.policy.Evidence.AcceptedEvent;
import com.omnify.launcher.verify.policy.Evidence.CallEnd;
import com.omnify.launcher.verify.policy.Evidence.DispatchRow;
import com.omnify.launcher.verify.policy.Evidence.EnrollmentFlaw;
import com.omnify.launcher.verify.policy.Evidence.LedgerAccept;
import com.omnify.launcher.verify.policy.Evidence.SuppressedSend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All rules. */
public final class Checks {

  /** A STOP waits this long for a send that has begun; then both stand, and it is counted. */
  static final Duration STOP_WAITS = Duration.ofSeconds(2);

  /** An opt-out may be confirmed once within that time, by law. */
  static final Duration CONFIRM_WITHIN = Duration.ofMinutes(5);

  private static final Set<String> NOTHING_WAS_SENT =
      Set.of("rejected", "not_sent", "cancelled", "expired", "given_back", "ready");

  private static final String SIGNATURE = "\n\n-- \n";

  /** Who writes, from where, and how to have no more of it: lines without a gap. */
  private static final Pattern FOOTER =
      Pattern.compile("(?:[^\n]{1,500}\n){1,12}Unsubscribe: \\S+");

  private Checks() {}

  /** Runs them over one reading. */
  public static List<Check> run(Evidence evidence) {
    var accepts = byDispatch(evidence.accepts());
    var dispatches = new HashMap<String, DispatchRow>();
    evidence.dispatches().forEach(dispatch -> dispatches.put(dispatch.id(), dispatch));
    var checks = new ArrayList<Check>();
    if (evidence.hasLedger()) {
      checks.add(everyAcceptNamesADispatch(evidence.accepts(), dispatches));
      checks.add(atMostOneAcceptADispatch(accepts));
      checks.add(acceptedStandInTheLedger(evidence.dispatches(), accepts));
      checks.add(unsentStandNowhere(evidence.dispatches(), accepts));
      checks.add(callsEndAsTold(evidence.callEnds(), dispatches));
      checks.add(unheardCalls(evidence.callEnds(), dispatches));
    }
    checks.add(acceptedRowsArePublished(evidence));
    checks.add(publishedFactsAreRows(evidence.events(), dispatches));
    checks.add(nothingSaidAfterStop(evidence.suppressedSends(), accepts, evidence.hasLedger()));
    checks.add(oneConfirmation(evidence.suppressedSends()));
    checks.addAll(enrollments(evidence.enrollments(), evidence.dispatches().size()));
    checks.add(
        listed(
            "unknown",
            "dispatches of which only the provider knows (they resolve themselves)",
            evidence.dispatches(),
            dispatch -> dispatch.state().equals("unknown"),
            accepts));
    checks.add(
        listed(
            "quarantined",
            "dispatches of which nobody could find out: for a person",
            evidence.dispatches(),
            dispatch -> dispatch.state().equals("quarantined"),
            accepts));
    return checks;
  }

  private static Map<String, List<LedgerAccept>> byDispatch(List<LedgerAccept> accepts) {
    return accepts.stream()
        .filter(accept -> accept.dispatchId() != null)
        .collect(Collectors.groupingBy(accept -> Objects.requireNonNull(accept.dispatchId())));
  }

  private static Check everyAcceptNamesADispatch(
      List<LedgerAccept> accepts, Map<String, DispatchRow> dispatches) {
    var findings = new ArrayList<String>();
    for (var accept : accepts) {
      if (accept.dispatchId() == null) {
        findings.add("ledger line %d carries no dispatch id".formatted(accept.seq()));
      } else if (!dispatches.containsKey(accept.dispatchId())) {
        findings.add(
            "dispatch %s of ledger line %d is not in the database"
                .formatted(accept.dispatchId(), accept.seq()));
      }
    }
    return new Check(
        "accepts_have_dispatches",
        "every accepted request carries the id of a dispatch of ours",
        accepts.size(),
        findings,
        true);
  }

  private static Check atMostOneAcceptADispatch(Map<String, List<LedgerAccept>> accepts) {
    var findings =
        accepts.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(
                entry ->
                    "dispatch %s was accepted %d times, ledger lines %s"
                        .formatted(
                            entry.getKey(),
                            entry.getValue().size(),
                            entry.getValue().stream().map(LedgerAccept::seq).toList()))
            .sorted()
            .toList();
    return new Check(
        "one_accept_per_dispatch",
        "no dispatch was accepted more than once",
        accepts.size(),
        findings,
        true);
  }

  private static Check acceptedStandInTheLedger(
      List<DispatchRow> dispatches, Map<String, List<LedgerAccept>> accepts) {
    var findings = new ArrayList<String>();
    int looked = 0;
    for (var dispatch : dispatches) {
      if (!dispatch.state().equals("accepted")) {
        continue;
      }
      looked++;
      var accepted = accepts.getOrDefault(dispatch.id(), List.of());
      if (accepted.isEmpty()) {
        findings.add("dispatch %s is accepted, the ledger has nothing".formatted(dispatch.id()));
      } else {
        var accept = accepted.getFirst();
        compare(findings, dispatch, "channel", accept.channel(), dispatch.channel());
        compare(findings, dispatch, "recipient", accept.to(), dispatch.identity());
        compare(findings, dispatch, "recipient in the timeline", accept.to(), dispatch.saidTo());
        var call = dispatch.call();
        if (call == null || !Objects.equals(accept.from(), call.line())) {
          compare(findings, dispatch, "sender", accept.from(), dispatch.ownAddress());
          compare(findings, dispatch, "sender in the timeline", accept.from(), dispatch.saidFrom());
        }
        if (accept.channel().equals("email")) {
          compareMail(findings, dispatch, accept);
        } else if (accept.channel().equals("voice")) {
          compareCall(findings, dispatch, accept);
        } else {
          compare(findings, dispatch, "message id", accept.sid(), dispatch.providerId());
          compare(findings, dispatch, "text", accept.body(), dispatch.text());
        }
      }
    }
    return new Check(
        "accepted_match_ledger",
        "every accepted dispatch stands in the ledger with the same id, addresses and text",
        looked,
        findings,
        true);
  }

  private static void compareCall(
      List<String> findings, DispatchRow dispatch, LedgerAccept accept) {
    compare(findings, dispatch, "call id", accept.sid(), dispatch.providerId());
    // an assistant that is kept at the provider may begin in its own words
    if (accept.body() != null) {
      compare(findings, dispatch, "first words", accept.body(), dispatch.text());
    }
  }

  /** What is heard of a call may be late, it may not be something else. */
  private static Check callsEndAsTold(List<CallEnd> ends, Map<String, DispatchRow> dispatches) {
    var findings = new ArrayList<String>();
    int looked = 0;
    for (var end : ends) {
      var dispatch = dispatches.get(end.dispatchId());
      var call = dispatch == null ? null : dispatch.call();
      if (dispatch == null || call == null || call.endedReason() == null) {
        continue;
      }
      looked++;
      compare(findings, dispatch, "end of the call", end.reason(), call.endedReason());
      var seconds = call.seconds();
      if (seconds != null && Math.abs(seconds - end.seconds()) > 1) {
        findings.add(
            "dispatch %s: the call took %d s by the ledger, %d s by the timeline"
                .formatted(dispatch.id(), end.seconds(), seconds));
      }
    }
    return new Check(
        "calls_end_as_told",
        "every call whose end was heard ended so, and after as long, in the ledger",
        looked,
        findings,
        true);
  }

  private static Check unheardCalls(List<CallEnd> ends, Map<String, DispatchRow> dispatches) {
    var findings =
        ends.stream()
            .filter(end -> end.dispatchId() != null)
            .filter(
                end -> {
                  var dispatch = dispatches.get(end.dispatchId());
                  var call = dispatch == null ? null : dispatch.call();
                  return call != null && call.endedReason() == null;
                })
            .map(end -> "dispatch %s ended: %s".formatted(end.dispatchId(), end.reason()))
            .toList();
    return new Check(
        "calls_unheard",
        "calls that are over and of whose end nothing was heard (they count as over after a while)",
        ends.size(),
        findings,
        false);
  }

  private static void compareMail(
      List<String> findings, DispatchRow dispatch, LedgerAccept accept) {
    // by the name that the sender gave it, or by that which the provider says in its events
    var provider = dispatch.providerId();
    // SendGrid's events add to it which of its servers took the mail
    boolean extended = provider != null && provider.startsWith(accept.sid() + ".");
    if (!extended && !Objects.equals(accept.messageId(), provider)) {
      compare(findings, dispatch, "message id", accept.sid(), dispatch.providerId());
    }
    compare(
        findings, dispatch, "Message-ID in the timeline", accept.messageId(), dispatch.messageId());
    compare(findings, dispatch, "subject", accept.subject(), dispatch.subject());
    var said = lines(accept.body());
    var kept = lines(dispatch.text());
    if (!saysWithFooter(said, kept)) {
      compare(findings, dispatch, "text", said, kept);
    }
  }

  /** The timeline keeps a mail's words without what stands under every mail. */
  private static boolean saysWithFooter(@Nullable String said, @Nullable String kept) {
    return said != null
        && kept != null
        && said.startsWith(kept + SIGNATURE)
        && FOOTER.matcher(said.substring(kept.length() + SIGNATURE.length())).matches();
  }

  /** A mail travels in lines: how they end, and how many empty ones end it, is the carrier's. */
  private static @Nullable String lines(@Nullable String text) {
    return text == null ? null : text.replace("\r\n", "\n").stripTrailing();
  }

  private static void compare(
      List<String> findings,
      DispatchRow dispatch,
      String what,
      @Nullable String ledger,
      @Nullable String database) {
    if (!Objects.equals(ledger, database)) {
      int at = firstDifference(ledger, database);
      findings.add(
          "dispatch %s: %s differs: ledger %s, database %s"
              .formatted(dispatch.id(), what, quoted(ledger, at), quoted(database, at)));
    }
  }

  private static int firstDifference(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return 0;
    }
    int at = 0;
    while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return at;
  }

  private static String quoted(@Nullable String text) {
    return quoted(text, 0);
  }

  /** A long text only around the place that matters. */
  private static String quoted(@Nullable String text, int around) {
    if (text == null) {
      return "nothing";
    }
    int from = Math.max(0, around - 30);
    int to = Math.min(text.length(), around + 50);
    return "\""
        + (from > 0 ? "…" : "")
        + text.substring(from, to).replace("\n", "\\n")
        + (to < text.length() ? "…" : "")
        + "\"";
  }

  private static Check unsentStandNowhere(
      List<DispatchRow> dispatches, Map<String, List<LedgerAccept>> accepts) {
    var findings = new ArrayList<String>();
    int looked = 0;
    for (var dispatch : dispatches) {
      if (NOTHING_WAS_SENT.contains(dispatch.state())) {
        looked++;
        if (accepts.containsKey(dispatch.id())) {
          findings.add(
              "dispatch %s is %s, yet the provider took it"
                  .formatted(dispatch.id(), dispatch.state()));
        }
      }
    }
    return new Check(
        "unsent_not_in_ledger",
        "nothing that was refused, withdrawn or given back was accepted",
        looked,
        findings,
        true);
  }

  private static Check acceptedRowsArePublished(Evidence evidence) {
    Set<String> published =
        evidence.events().stream().map(AcceptedEvent::dispatchId).collect(Collectors.toSet());
    var findings = new ArrayList<String>();
    int looked = 0;
    for (var dispatch : evidence.dispatches()) {
      var finished = dispatch.finishedAt();
      boolean old = finished == null || finished.isBefore(evidence.topicFrom());
      if (dispatch.state().equals("accepted") && !old) {
        looked++;
        if (!published.contains(dispatch.id())) {
          findings.add("dispatch %s is accepted, no event says so".formatted(dispatch.id()));
        }
      }
    }
    return new Check(
        "accepted_are_published", "every accepted dispatch was published", looked, findings, true);
  }

  private static Check publishedFactsAreRows(
      List<AcceptedEvent> events, Map<String, DispatchRow> dispatches) {
    var findings = new ArrayList<String>();
    var ids = new HashMap<String, Set<String>>();
    for (var event : events) {
      var dispatch = dispatches.get(event.dispatchId());
      if (dispatch == null) {
        findings.add(
            "event %s names dispatch %s, which is not in the database"
                .formatted(event.eventId(), event.dispatchId()));
      } else if (!dispatch.state().equals("accepted")) {
        findings.add(
            "dispatch %s is %s, event %s says accepted"
                .formatted(dispatch.id(), dispatch.state(), event.eventId()));
      } else if (!Objects.equals(event.providerId(), dispatch.providerId())) {
        findings.add(
            "dispatch %s: message id differs: event %s, database %s"
                .formatted(
                    dispatch.id(), quoted(event.providerId()), quoted(dispatch.providerId())));
      }
      ids.computeIfAbsent(event.dispatchId(), _ -> new HashSet<>()).add(event.eventId());
    }
    ids.forEach(
        (dispatch, several) -> {
          if (several.size() > 1) {
            findings.add(
                "dispatch %s was announced by %d different events"
                    .formatted(dispatch, several.size()));
          }
        });
    return new Check(
        "published_match_rows",
        "every published acceptance is a row, said once, with the same id",
        events.size(),
        findings,
        true);
  }

  private static Check nothingSaidAfterStop(
      List<SuppressedSend> sends, Map<String, List<LedgerAccept>> accepts, boolean hasLedger) {
    var findings =
        sends.stream()
            .filter(send -> !hasLedger || accepts.containsKey(send.dispatchId()))
            .filter(
                send ->
                    send.fencedAt()
                        .isAfter(
                            send.suppressedAt()
                                .plus(send.confirms() ? CONFIRM_WITHIN : STOP_WAITS)))
            .map(
                send ->
                    "dispatch %s was begun at %s, its address was suppressed at %s"
                        .formatted(send.dispatchId(), send.fencedAt(), send.suppressedAt()))
            .toList();
    return new Check(
        "nothing_after_stop",
        "nothing was sent to an address after it was suppressed, but a confirmation in time",
        sends.size(),
        findings,
        true);
  }

  private static Check oneConfirmation(List<SuppressedSend> sends) {
    var confirmations =
        sends.stream()
            .filter(SuppressedSend::confirms)
            .collect(Collectors.groupingBy(SuppressedSend::suppressionId));
    var findings =
        confirmations.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(
                entry ->
                    "suppression %s was confirmed by dispatches %s"
                        .formatted(
                            entry.getKey(),
                            entry.getValue().stream().map(SuppressedSend::dispatchId).toList()))
            .sorted()
            .toList();
    return new Check(
        "one_confirmation",
        "no opt-out was confirmed more than once",
        confirmations.size(),
        findings,
        true);
  }

  private static List<Check> enrollments(Collection<EnrollmentFlaw> flaws, int looked) {
    return List.of(
        flawed(
            flaws,
            EnrollmentFlaw.Kind.TWO_OPEN_DISPATCHES,
            "one_open_dispatch",
            "no enrollment has two open dispatches",
            looked),
        flawed(
            flaws,
            EnrollmentFlaw.Kind.PARKED_ON_FINISHED_DISPATCH,
            "outcomes_arrive",
            "no enrollment waits for a dispatch that ended a while ago",
            looked),
        flawed(
            flaws,
            EnrollmentFlaw.Kind.PARKED_ON_NOTHING,
            "open_dispatches_exist",
            "no enrollment waits for a dispatch that is not there",
            looked),
        flawed(
            flaws,
            EnrollmentFlaw.Kind.ACTIVE_BUT_NEVER_DUE,
            "active_are_due",
            "every active enrollment has a time at which it goes on",
            looked));
  }

  private static Check flawed(
      Collection<EnrollmentFlaw> flaws,
      EnrollmentFlaw.Kind kind,
      String name,
      String rule,
      int looked) {
    var findings =
        flaws.stream()
            .filter(flaw -> flaw.kind() == kind)
            .map(flaw -> "enrollment " + flaw.enrollmentId() + ": " + flaw.detail())
            .toList();
    return new Check(name, rule, looked, findings, true);
  }

  private static Check listed(
      String name,
      String rule,
      List<DispatchRow> dispatches,
      Predicate<DispatchRow> which,
      Map<String, List<LedgerAccept>> accepts) {
    var findings =
        dispatches.stream()
            .filter(which)
            .map(
                dispatch ->
                    "dispatch %s, accepted by the provider: %s"
                        .formatted(
                            dispatch.id(), accepts.containsKey(dispatch.id()) ? "yes" : "no"))
            .toList();
    return new Check(name, rule, dispatches.size(), findings, false);
  }
}
