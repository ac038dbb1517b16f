package com.omnify.learning.counting.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.learning.counting.policy.Increment.OfSequence;
import com.omnify.learning.counting.policy.Increment.OfStep;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.OutcomeKind;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DeliveryEvent.DispatchAccepted;
import com.omnify.model.event.DeliveryEvent.DispatchQuarantined;
import com.omnify.model.event.DeliveryEvent.DispatchRejected;
import com.omnify.model.event.DeliveryEvent.DispatchUnknown;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent.EnrollmentMoved;
import com.omnify.model.event.EnrollmentEvent.OutcomeRecorded;
import com.omnify.model.event.InboundEvent.ReplyReceived;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.testkit.Fixtures;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CountingPolicyTest {

  private static final Instant STARTED = Instant.parse("2026-03-09T23:59:59Z");
  private static final Instant SENT = Instant.parse("2026-03-10T12:00:00Z");
  private static final Instant LATER = Instant.parse("2026-03-14T08:00:00Z");

  private final Touch touch =
      new Touch(
          new ClientId(Fixtures.id()),
          new DispatchId(Fixtures.id()),
          new EnrollmentId(Fixtures.id()),
          new SequenceId(Fixtures.id()),
          2,
          new StepId(Fixtures.id()),
          SENT,
          STARTED);
  private final ContactId contact = new ContactId(Fixtures.id());
  private final DispatchRef ref =
      new DispatchRef(
          touch.clientId(),
          contact,
          touch.dispatchId(),
          touch.enrollmentId(),
          touch.sequenceId(),
          2,
          touch.stepId(),
          Channel.SMS,
          DispatchKind.STEP,
          1);

  @Test
  void acceptedMessageIsOneExecutionWithItsCost() {
    var facts =
        CountingPolicy.facts(
            new DispatchAccepted(Fixtures.eventId(), LATER, ref, "SM1", 2, 15_800), touch);
    assertThat(increments(facts))
        .containsExactlyInAnyOrder(
            step(StepCounter.EXECUTIONS, 1),
            step(StepCounter.ACCEPTED, 1),
            step(StepCounter.COST_MICROS, 15_800));
  }

  @Test
  void quarantinedThenAcceptedIsStillOneExecution() {
    var quarantined =
        CountingPolicy.facts(new DispatchQuarantined(Fixtures.eventId(), LATER, ref), touch);
    var accepted =
        CountingPolicy.facts(
            new DispatchAccepted(Fixtures.eventId(), LATER, ref, "SM1", 1, 0), touch);
    assertThat(accepted).extracting(Fact::id).contains(quarantined.getFirst().id());
  }

  @Test
  void unknownIsNotCountedBeforeItIsResolved() {
    assertThat(
            CountingPolicy.facts(
                new DispatchUnknown(Fixtures.eventId(), LATER, ref, "timeout"), touch))
        .isEmpty();
  }

  @Test
  void twoReportsOfOneFailureAreOneFact() {
    var undelivered = CountingPolicy.facts(report(DeliveryStatus.UNDELIVERED), touch);
    var failed = CountingPolicy.facts(report(DeliveryStatus.FAILED), touch);
    assertThat(undelivered).isEqualTo(failed);
    assertThat(increments(failed)).containsExactly(step(StepCounter.FAILED, 1));
    assertThat(CountingPolicy.facts(report(DeliveryStatus.SENT), touch)).isEmpty();
  }

  @Test
  void refusedMessageFailedAndCostsNothing() {
    var facts =
        CountingPolicy.facts(
            new DispatchRejected(
                Fixtures.eventId(), LATER, ref, FailureType.INVALID_NUMBER, "21211"),
            touch);
    assertThat(increments(facts))
        .containsExactlyInAnyOrder(step(StepCounter.EXECUTIONS, 1), step(StepCounter.FAILED, 1));
  }

  @Test
  void answersAreCreditedToTheDayOfTheMessageAndOfTheStart() {
    var facts = CountingPolicy.facts(reply(), touch);
    assertThat(increments(facts))
        .containsExactlyInAnyOrder(
            step(StepCounter.REPLIES, 1),
            new OfSequence(
                new SequenceDay(
                    touch.clientId(), touch.sequenceId(), 2, LocalDate.parse("2026-03-09")),
                SequenceCounter.REPLIES));
  }

  @Test
  void talkativePersonRepliesOnce() {
    assertThat(CountingPolicy.facts(reply(), touch))
        .extracting(Fact::id)
        .isEqualTo(CountingPolicy.facts(reply(), touch).stream().map(Fact::id).toList());
  }

  @Test
  void onlyEndsAreCounted() {
    assertThat(moved(EnrollmentStatus.PAUSED)).isEmpty();
    assertThat(moved(EnrollmentStatus.ACTIVE)).isEmpty();
    assertThat(moved(EnrollmentStatus.COMPLETED)).hasSize(1);
    assertThat(moved(EnrollmentStatus.OPTED_OUT)).hasSize(1);
    assertThat(moved(EnrollmentStatus.FAILED)).hasSize(1);
  }

  @Test
  void enrollmentConvertsOnceWhoeverSaysSo() {
    var booked = outcome(OutcomeKind.BOOKED);
    var converted = outcome(OutcomeKind.CONVERTED);
    assertThat(booked).extracting(Fact::id).isEqualTo(List.of(converted.getFirst().id()));
    assertThat(increments(booked)).hasSize(2);
  }

  @Test
  void countsOfARowAreSummed() {
    var one = CountingPolicy.facts(report(DeliveryStatus.DELIVERED), touch);
    var counts = Counts.of(List.of(one.getFirst(), one.getFirst()));
    assertThat(counts.steps().values())
        .singleElement()
        .isEqualTo(Map.of(StepCounter.DELIVERED, 2L));
  }

  private Increment step(StepCounter counter, long amount) {
    return new OfStep(
        new StepDay(
            touch.clientId(), touch.sequenceId(), 2, touch.stepId(), LocalDate.parse("2026-03-10")),
        counter,
        amount);
  }

  private DeliveryReported report(DeliveryStatus status) {
    return new DeliveryReported(Fixtures.eventId(), LATER, ref, status, null, null, "SM1");
  }

  private ReplyReceived reply() {
    return new ReplyReceived(
        Fixtures.eventId(),
        LATER,
        touch.clientId(),
        contact,
        Channel.SMS,
        new InteractionId(Fixtures.id()),
        touch.dispatchId());
  }

  private List<Fact> moved(EnrollmentStatus to) {
    return CountingPolicy.facts(
        new EnrollmentMoved(
            Fixtures.eventId(),
            LATER,
            touch.clientId(),
            contact,
            touch.enrollmentId(),
            touch.sequenceId(),
            2,
            EnrollmentStatus.ACTIVE,
            to,
            "test"),
        Optional.of(STARTED));
  }

  private List<Fact> outcome(OutcomeKind kind) {
    return CountingPolicy.facts(
        new OutcomeRecorded(
            new EventId(Fixtures.id()),
            LATER,
            touch.clientId(),
            contact,
            touch.enrollmentId(),
            touch.sequenceId(),
            2,
            touch.stepId(),
            kind,
            null,
            null),
        Optional.of(STARTED));
  }

  private static List<Increment> increments(Collection<Fact> facts) {
    return facts.stream().flatMap(fact -> fact.increments().stream()).toList();
  }
}
