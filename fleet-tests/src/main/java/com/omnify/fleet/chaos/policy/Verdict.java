package com.omnify.fleet.chaos.policy;

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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is wrong with those of a crowd who are reached by one channel; each finding names what it is
 * about.
 *
 * @param duplicates said twice, or enrolled twice
 * @param lost promised and never done, or done and never known
 * @param miscounted events that were taken in twice or not at all
 * @param quarantined of which nobody found out though it could be: where the provider can be asked,
 *     or has told
 * @param leftOpen nothing wrong, but left to a person or to time: mails in doubt without an event,
 *     calls whose end was told to nobody while somebody waits for it
 */
public record Verdict(
    List<String> duplicates,
    List<String> lost,
    List<String> miscounted,
    List<String> quarantined,
    List<String> leftOpen) {

  public Verdict {
    duplicates = List.copyOf(duplicates);
    lost = List.copyOf(lost);
    miscounted = List.copyOf(miscounted);
    quarantined = List.copyOf(quarantined);
    leftOpen = List.copyOf(leftOpen);
  }

  /** Whether nothing is wrong. */
  public boolean isClean() {
    return duplicates.isEmpty() && lost.isEmpty() && miscounted.isEmpty() && quarantined.isEmpty();
  }

  /** Judges. */
  public static Verdict on(Evidence evidence) {
    Map<String, DispatchRow> dispatches =
        evidence.dispatches().stream()
            .collect(Collectors.toMap(DispatchRow::id, Function.identity()));
    Map<String, List<LedgerAccept>> accepts =
        evidence.accepts().stream()
            .filter(accept -> accept.dispatchId() != null)
            .collect(Collectors.groupingBy(accept -> String.valueOf(accept.dispatchId())));
    var duplicates = new ArrayList<String>();
    duplicates.addAll(acceptedTwice(accepts));
    duplicates.addAll(saidTwice(evidence, accepts));
    duplicates.addAll(enrolledTwice(evidence));
    var lost = new ArrayList<String>();
    lost.addAll(neverEnrolled(evidence));
    lost.addAll(unfinished(evidence, dispatches));
    lost.addAll(skippedInSilence(evidence));
    lost.addAll(unknownToUs(evidence, dispatches));
    lost.addAll(unknownToTheProvider(evidence, accepts));
    return new Verdict(
        duplicates,
        lost,
        miscounted(evidence),
        evidence.dispatches().stream()
            .filter(dispatch -> dispatch.state().equals("quarantined"))
            .filter(dispatch -> !evidence.isLeftOpen(dispatch))
            .map(dispatch -> "dispatch " + dispatch.id() + " is quarantined")
            .toList(),
        leftOpen(evidence));
  }

  private static List<String> leftOpen(Evidence evidence) {
    Set<String> waitedFor =
        evidence.enrollments().stream()
            .filter(enrollment -> enrollment.status().equals("active"))
            .map(enrollment -> String.valueOf(enrollment.openDispatch()))
            .collect(Collectors.toSet());
    return evidence.dispatches().stream()
        .filter(evidence::isLeftOpen)
        .filter(
            dispatch -> dispatch.state().equals("quarantined") || waitedFor.contains(dispatch.id()))
        .map(dispatch -> "dispatch " + dispatch.id() + " is " + dispatch.state())
        .toList();
  }

  private static List<String> acceptedTwice(Map<String, List<LedgerAccept>> accepts) {
    return accepts.entrySet().stream()
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
  }

  /** Two dispatches for one intent may both have been accepted where the first did not arrive. */
  private static List<String> saidTwice(
      Evidence evidence, Map<String, List<LedgerAccept>> accepts) {
    Map<Intent, List<DispatchRow>> taken =
        evidence.dispatches().stream()
            .filter(dispatch -> accepts.containsKey(dispatch.id()))
            .collect(Collectors.groupingBy(DispatchRow::intent));
    return taken.entrySet().stream()
        .filter(
            entry -> {
              long unexplained =
                  entry.getValue().stream().filter(dispatch -> !dispatch.failedLater()).count();
              return unexplained > 1;
            })
        .map(
            entry ->
                "%s was said %d times, dispatches %s"
                    .formatted(
                        entry.getKey(),
                        entry.getValue().size(),
                        entry.getValue().stream().map(DispatchRow::id).sorted().toList()))
        .sorted()
        .toList();
  }

  private static List<String> enrolledTwice(Evidence evidence) {
    var findings = new ArrayList<String>();
    evidence.enrollments().stream()
        .collect(Collectors.groupingBy(EnrollmentRow::contactId, Collectors.counting()))
        .forEach(
            (contact, times) -> {
              if (times > 1) {
                findings.add("contact %s was enrolled %d times".formatted(contact, times));
              }
            });
    evidence
        .refused()
        .forEach(contact -> findings.add("contact " + contact + " was asked for twice"));
    findings.sort(null);
    return findings;
  }

  private static List<String> neverEnrolled(Evidence evidence) {
    Set<String> enrolled =
        evidence.enrollments().stream().map(EnrollmentRow::contactId).collect(Collectors.toSet());
    return evidence.asked().stream()
        .filter(contact -> !enrolled.contains(contact))
        .sorted()
        .map(contact -> "contact " + contact + " was confirmed to be enrolled and is not")
        .toList();
  }

  private static List<String> unfinished(Evidence evidence, Map<String, DispatchRow> dispatches) {
    var findings = new ArrayList<String>();
    for (EnrollmentRow enrollment : evidence.enrollments()) {
      DispatchRow open = dispatches.get(String.valueOf(enrollment.openDispatch()));
      boolean mayWait = open != null && evidence.isLeftOpen(open) && enrollment.due();
      if (enrollment.status().equals("active") && mayWait) {
        continue;
      }
      if (enrollment.status().equals("active")) {
        findings.add(
            "enrollment %s never came to its end: it waits for %s, %s"
                .formatted(
                    enrollment.id(),
                    enrollment.openDispatch() == null
                        ? "no dispatch"
                        : "dispatch " + enrollment.openDispatch(),
                    enrollment.due() ? "and will be looked at" : "and nothing will ever wake it"));
      } else if (!enrollment.status().equals("completed") && enrollment.reason() == null) {
        findings.add(
            "enrollment %s is %s, and nothing says why"
                .formatted(enrollment.id(), enrollment.status()));
      }
    }
    return findings;
  }

  private static List<String> skippedInSilence(Evidence evidence) {
    Set<Intent> done = new HashSet<>(evidence.reasons());
    evidence.dispatches().stream()
        .filter(DispatchRow::isAccepted)
        .map(DispatchRow::intent)
        .forEach(done::add);
    var findings = new ArrayList<String>();
    for (EnrollmentRow enrollment : evidence.enrollments()) {
      if (enrollment.status().equals("completed")) {
        for (String step : evidence.steps()) {
          var intent = new Intent(enrollment.id(), step);
          if (!done.contains(intent)) {
            findings.add(intent + " was passed over, with no message and no reason");
          }
        }
      }
    }
    return findings;
  }

  private static List<String> unknownToUs(Evidence evidence, Map<String, DispatchRow> dispatches) {
    var findings = new ArrayList<String>();
    for (LedgerAccept accept : evidence.accepts()) {
      DispatchRow dispatch = dispatches.get(String.valueOf(accept.dispatchId()));
      if (dispatch == null) {
        findings.add(
            "ledger line %d is of dispatch %s, which is not in the database"
                .formatted(accept.seq(), accept.dispatchId()));
      } else if (!dispatch.isAccepted() && !evidence.isLeftOpen(dispatch)) {
        findings.add(
            "dispatch %s is %s, yet the provider took it, ledger line %d"
                .formatted(dispatch.id(), dispatch.state(), accept.seq()));
      }
    }
    return findings;
  }

  private static List<String> unknownToTheProvider(
      Evidence evidence, Map<String, List<LedgerAccept>> accepts) {
    return evidence.dispatches().stream()
        .filter(DispatchRow::isAccepted)
        .filter(dispatch -> !accepts.containsKey(dispatch.id()))
        .map(dispatch -> "dispatch " + dispatch.id() + " is accepted, the ledger has nothing")
        .toList();
  }

  private static List<String> miscounted(Evidence evidence) {
    var findings = new ArrayList<String>();
    for (String step : evidence.steps()) {
      Counted counted = evidence.counted().getOrDefault(step, Counted.NOTHING);
      compare(findings, step, "accepted", counted.accepted(), evidence, DispatchRow::isAccepted);
      compare(
          findings,
          step,
          "carried out",
          counted.executed(),
          evidence,
          dispatch ->
              Set.of("accepted", "rejected", "not_sent", "quarantined").contains(dispatch.state()));
    }
    return findings;
  }

  private static void compare(
      List<String> findings,
      String step,
      String what,
      long counted,
      Evidence evidence,
      Predicate<DispatchRow> which) {
    long rows =
        evidence.dispatches().stream()
            .filter(dispatch -> dispatch.intent().stepId().equals(step))
            .filter(which)
            .count();
    if (rows != counted) {
      findings.add(
          "step %s was %s %d times and counted %d times".formatted(step, what, rows, counted));
    }
  }

  /** How many of the unknown ones were found out, and by whom. */
  public static Map<String, Long> resolved(Evidence evidence) {
    var ways = new HashMap<String, Long>();
    for (DispatchRow dispatch : evidence.dispatches()) {
      if (dispatch.wasUnknown()) {
        boolean asked = evidence.channel() != Channel.EMAIL && dispatch.queries() > 0;
        String way =
            switch (dispatch.state()) {
              case "unknown" -> "open";
              case "quarantined" -> "nobody";
              case "accepted" -> asked ? "query" : "callback";
              default -> "query";
            };
        ways.merge(way, 1L, Long::sum);
      }
    }
    return ways;
  }
}
