package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.EnrollmentStatus;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.Branch;
import com.omnify.scheduler.sequence.policy.Conditions;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Duration;
import java.time.Instant;

/** Decides a due step: does it go out, wait, or is it left out? */
public final class StepPolicy {

  /** How often a switched-off sequence is asked whether it is on again. */
  static final Duration OFF_CHECK = Duration.ofDays(1);

  /** What laws count contacts in. */
  private static final Duration COUNTED = Duration.ofHours(24);

  private StepPolicy() {}

  /** For steps that ask nothing about the contact. */
  public static StepDecision decide(DueStep due, Instant now) {
    return decide(due, Conditions.Facts.NONE, now);
  }

  /**
   * Decides.
   *
   * @param facts what is known of the contact, where the step is a condition
   */
  public static StepDecision decide(DueStep due, Conditions.Facts facts, Instant now) {
    if (!due.sequenceOn()) {
      return new StepDecision.Defer(
          now.plus(OFF_CHECK), "switched_off", "Deferred: the sequence is switched off");
    }
    var found = due.step();
    if (found.isEmpty()) {
      return new StepDecision.Hold(
          "step_missing", "Held: version " + due.plan().version() + " has no such step any more");
    }
    Step step = found.get();
    var skip = SkipConditions.firstMet(step, due.enrollment(), now);
    if (skip.isPresent()) {
      return skip.get();
    }
    return switch (step.kind()) {
      case WAIT -> new StepDecision.Advance();
      case SMS -> say(due, step, Channel.SMS, now);
      case EMAIL -> say(due, step, Channel.EMAIL, now);
      case VOICE -> say(due, step, Channel.VOICE, now);
      case CONDITION -> condition(step, facts);
      case WEBHOOK ->
          new StepDecision.Ask(
              step.kind(), "Calling the webhook of " + step.inWords() + " " + host(step));
      case NOTIFY_TEAM ->
          new StepDecision.Ask(step.kind(), "Telling the team, as " + step.inWords() + " says");
    };
  }

  private static StepDecision condition(Step step, Conditions.Facts facts) {
    var problems = new Problems();
    Branch branch = Branch.read(step.content(), "content", problems);
    if (branch == null) {
      return new StepDecision.Hold(
          "condition_unreadable", "Held: the condition of " + step.inWords() + " cannot be read");
    }
    boolean holds = branch.holds(facts);
    OnSuccess then = holds ? branch.then() : branch.otherwise();
    return new StepDecision.Branched(
        then,
        holds ? "condition_met" : "condition_not_met",
        "Asked in "
            + step.inWords()
            + ": "
            + branch.inWords()
            + "? "
            + (holds ? "Yes" : "No")
            + ", so "
            + switch (then) {
              case OnSuccess.Continue() -> "it goes on";
              case OnSuccess.End() -> "the sequence ends";
              case OnSuccess.Jump _ -> "it jumps forward";
            });
  }

  private static String host(Step step) {
    String url = String.valueOf(step.content().get("url"));
    int from = url.indexOf("://");
    String rest = from < 0 ? url : url.substring(from + 3);
    int to = rest.indexOf('/');
    return "at " + (to < 0 ? rest : rest.substring(0, to));
  }

  private static StepDecision say(DueStep due, Step step, Channel channel, Instant now) {
    if (due.person().suppressed().contains(channel)) {
      String address = channel == Channel.EMAIL ? "the address" : "the number";
      // One who came back on another channel is still to be spoken to there.
      return due.person().suppressed().containsAll(due.plan().channels())
          ? new StepDecision.Complete(
              EnrollmentStatus.OPTED_OUT, "suppressed", "Ended: " + address + " is suppressed")
          : new StepDecision.Skip(
              "suppressed", address + " is suppressed for " + Person.inWords(channel));
    }
    String whyNot = due.person().whyNot(channel);
    if (whyNot != null) {
      return new StepDecision.Skip("no_" + channel.wire(), whyNot);
    }
    Timetable.Planned planned = due.timetable().within(now, channel);
    if (planned.deferral() != null) {
      return new StepDecision.Defer(planned.at(), "send_window", planned.deferral());
    }
    var window = due.timetable().window(channel);
    if (!window.isOpen(now)) {
      return new StepDecision.Hold(
          "window_never_opens",
          "Held: the send window, with the quiet hours of the law, has no opening in the next 14"
              + " days in all of "
              + due.timetable().zones().all());
    }
    var cap = window.legal().cap(now);
    if (cap.isPresent() && due.recent().size() >= cap.getAsInt()) {
      Instant room = due.recent().get(due.recent().size() - cap.getAsInt()).plus(COUNTED);
      Instant until = due.timetable().within(room, channel).at();
      return new StepDecision.Defer(
          until,
          "contact_cap",
          "Deferred to "
              + due.timetable().onTheClock(until, now)
              + ": by law no more than "
              + cap.getAsInt()
              + " messages and calls in 24 hours, by all sequences together");
    }
    boolean first = due.enrollment().place().attempt() == 0;
    DispatchKind kind = first ? DispatchKind.STEP : DispatchKind.RETRY;
    String words =
        (channel == Channel.VOICE ? "Calling" : "Sending")
            + (first ? ": " : " again: ")
            + step.inWords()
            + " is due and inside the send window "
            + due.timetable()
                .sendWindow()
                .inWords(now.atZone(due.timetable().zones().own()).getDayOfWeek())
            + " at "
            + due.timetable().onTheClock(now, now);
    return new StepDecision.Send(channel, kind, words, window.legal().receipt(now));
  }
}
