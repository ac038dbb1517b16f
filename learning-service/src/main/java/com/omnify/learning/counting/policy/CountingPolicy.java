package com.omnify.learning.counting.policy;

import static com.omnify.learning.counting.policy.StepCounter.ACCEPTED;
import static com.omnify.learning.counting.policy.StepCounter.COST_MICROS;
import static com.omnify.learning.counting.policy.StepCounter.DELIVERED;
import static com.omnify.learning.counting.policy.StepCounter.EXECUTIONS;

import com.omnify.learning.counting.policy.Increment.OfSequence;
import com.omnify.learning.counting.policy.Increment.OfStep;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DeliveryEvent.DispatchAccepted;
import com.omnify.model.event.DeliveryEvent.DispatchCancelled;
import com.omnify.model.event.DeliveryEvent.DispatchExpired;
import com.omnify.model.event.DeliveryEvent.DispatchGivenBack;
import com.omnify.model.event.DeliveryEvent.DispatchNotSent;
import com.omnify.model.event.DeliveryEvent.DispatchQuarantined;
import com.omnify.model.event.DeliveryEvent.DispatchRejected;
import com.omnify.model.event.DeliveryEvent.DispatchUnknown;
import com.omnify.model.event.DeliveryEvent.EngagementReported;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.EnrollmentEvent.EnrollmentMoved;
import com.omnify.model.event.EnrollmentEvent.EnrollmentStarted;
import com.omnify.model.event.EnrollmentEvent.OutcomeRecorded;
import com.omnify.model.event.EnrollmentEvent.StepSkipped;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.InboundEvent.CallMissed;
import com.omnify.model.event.InboundEvent.OptInReceived;
import com.omnify.model.event.InboundEvent.OptOutReceived;
import com.omnify.model.event.InboundEvent.OutcomeReported;
import com.omnify.model.event.InboundEvent.ReplyReceived;
import com.omnify.model.event.InboundEvent.UnknownSenderWrote;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Which facts an event tells. */
public final class CountingPolicy {

  private CountingPolicy() {}

  /** Of an attempt; the touch is the dispatch that the event is about. */
  public static List<Fact> facts(DeliveryEvent event, Touch touch) {
    return switch (event) {
      case DispatchAccepted accepted ->
          List.of(
              executed(touch),
              Fact.that(
                  "accepted",
                  touch.dispatchId(),
                  of(touch, ACCEPTED),
                  new OfStep(touch.stepDay(), COST_MICROS, accepted.costMicros())));
      case DispatchRejected _, DispatchNotSent _ -> List.of(executed(touch), failed(touch));
      case DispatchQuarantined _ -> List.of(executed(touch));
      case DeliveryReported reported when reported.status() == DeliveryStatus.DELIVERED ->
          List.of(Fact.that("delivered", touch.dispatchId(), of(touch, DELIVERED)));
      case DeliveryReported reported when reported.status().isFailure() -> List.of(failed(touch));
      case CallEnded ended ->
          List.of(
              ended.disposition().reached()
                  ? Fact.that("delivered", touch.dispatchId(), of(touch, DELIVERED))
                  : failed(touch),
              Fact.that(
                  "call paid",
                  touch.dispatchId(),
                  new OfStep(touch.stepDay(), COST_MICROS, ended.costMicros())));
      case DeliveryReported _,
          EngagementReported _,
          DispatchUnknown _,
          DispatchCancelled _,
          DispatchExpired _,
          DispatchGivenBack _ ->
          List.of();
    };
  }

  /** Of an answer; the touch is the dispatch that it answers. */
  public static List<Fact> facts(InboundEvent event, Touch touch) {
    return switch (event) {
      // The first answer counts, else a talkative person would look like a crowd.
      case ReplyReceived _ ->
          List.of(
              Fact.that("replied", touch.dispatchId(), of(touch, StepCounter.REPLIES)),
              Fact.that(
                  "replied",
                  touch.enrollmentId(),
                  new OfSequence(touch.sequenceDay(), SequenceCounter.REPLIES)));
      case OptOutReceived _ ->
          List.of(Fact.that("opted out", touch.dispatchId(), of(touch, StepCounter.OPT_OUTS)));
      case OptInReceived _, UnknownSenderWrote _, CallMissed _, OutcomeReported _ -> List.of();
    };
  }

  /**
   * Of a way through a sequence.
   *
   * @param startedAt of the enrollment; empty where it is gone, and the event's own time stands in
   */
  public static List<Fact> facts(EnrollmentEvent event, Optional<Instant> startedAt) {
    return switch (event) {
      case EnrollmentStarted started ->
          List.of(
              Fact.that(
                  "started",
                  started.enrollmentId(),
                  of(started, started.version(), startedAt, SequenceCounter.ENROLLMENTS)));
      case EnrollmentMoved moved -> moved(moved, startedAt);
      case StepSkipped skipped ->
          List.of(
              Fact.that(
                  "skipped",
                  skipped.eventId(),
                  new OfStep(
                      new StepDay(
                          skipped.clientId(),
                          skipped.sequenceId(),
                          skipped.version(),
                          skipped.stepId(),
                          day(skipped.at())),
                      StepCounter.SKIPPED,
                      1)));
      case OutcomeRecorded outcome -> converted(outcome, startedAt);
    };
  }

  private static List<Fact> moved(EnrollmentMoved moved, Optional<Instant> startedAt) {
    return switch (moved.to()) {
      case COMPLETED -> List.of(ended("completed", moved, startedAt, SequenceCounter.COMPLETIONS));
      case OPTED_OUT -> List.of(ended("opted out", moved, startedAt, SequenceCounter.OPT_OUTS));
      case FAILED -> List.of(ended("failed", moved, startedAt, SequenceCounter.FAILED));
      case ACTIVE, PAUSED, REPLIED, BOOKED, CONVERTED, STOPPED, UNENROLLED -> List.of();
    };
  }

  private static Fact ended(
      String what, EnrollmentMoved moved, Optional<Instant> startedAt, SequenceCounter counter) {
    return Fact.that(what, moved.enrollmentId(), of(moved, moved.version(), startedAt, counter));
  }

  /** An enrollment converts once; the step it had come to is its last touch. */
  private static List<Fact> converted(OutcomeRecorded outcome, Optional<Instant> startedAt) {
    Increment ofSequence = of(outcome, outcome.version(), startedAt, SequenceCounter.CONVERSIONS);
    if (outcome.lastStepId() == null) {
      return List.of(Fact.that("converted", outcome.enrollmentId(), ofSequence));
    }
    var step =
        new StepDay(
            outcome.clientId(),
            outcome.sequenceId(),
            outcome.version(),
            outcome.lastStepId(),
            day(outcome.at()));
    return List.of(
        Fact.that(
            "converted",
            outcome.enrollmentId(),
            ofSequence,
            new OfStep(step, StepCounter.CONVERSIONS, 1)));
  }

  private static Fact executed(Touch touch) {
    return Fact.that("executed", touch.dispatchId(), of(touch, EXECUTIONS));
  }

  private static Fact failed(Touch touch) {
    return Fact.that("failed", touch.dispatchId(), of(touch, StepCounter.FAILED));
  }

  private static Increment of(Touch touch, StepCounter counter) {
    return new OfStep(touch.stepDay(), counter, 1);
  }

  private static Increment of(
      EnrollmentEvent event, int version, Optional<Instant> startedAt, SequenceCounter counter) {
    return new OfSequence(
        new SequenceDay(
            event.clientId(), event.sequenceId(), version, day(startedAt.orElse(event.at()))),
        counter);
  }

  private static LocalDate day(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toLocalDate();
  }
}
