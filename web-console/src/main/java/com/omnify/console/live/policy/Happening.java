package com.omnify.console.live.policy;

import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.Event;
import com.omnify.model.event.FlowEvent;
import com.omnify.model.event.HealingEvent;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.event.MessageEvent;
import com.omnify.model.event.StepEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.SequenceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened, short enough for a feed.
 *
 * @param type what, without version: {@code dispatch.accepted}
 * @param at by the fleet clock
 * @param code what exactly, where the type leaves it open: a delivery's status, an enrollment's new
 *     status, a reason
 * @param detail why, as a code: a failure, a reason
 */
public record Happening(
    EventId id,
    String type,
    Instant at,
    ClientId clientId,
    @Nullable ContactId contactId,
    @Nullable EnrollmentId enrollmentId,
    @Nullable SequenceId sequenceId,
    @Nullable Channel channel,
    @Nullable String code,
    @Nullable String detail) {

  /** What a person is told of an event; null for what concerns machines only. */
  public static @Nullable Happening of(Event event) {
    return switch (event) {
      case StepEvent _, MessageEvent _, FlowEvent _, LeadEvent _ -> null;
      case DeliveryEvent delivery -> ofDelivery(delivery);
      case InboundEvent inbound -> ofInbound(inbound);
      case EnrollmentEvent enrollment -> ofEnrollment(enrollment);
      // a file of a million would drown everything else
      case ContactEvent.ContactCreated created when Boolean.TRUE.equals(created.quiet()) -> null;
      case ContactEvent.ContactChanged changed when Boolean.TRUE.equals(changed.quiet()) -> null;
      case ContactEvent contact -> ofContact(contact);
      case HealingEvent healing -> ofHealing(healing);
    };
  }

  private static Happening ofDelivery(DeliveryEvent event) {
    return switch (event) {
      case DeliveryEvent.DispatchAccepted e ->
          dispatch(
              e,
              "dispatch.accepted",
              e.dispatch().kind() == DispatchKind.OPT_OUT_CONFIRMATION
                  ? e.dispatch().kind().wire()
                  : null,
              null);
      case DeliveryEvent.DispatchRejected e ->
          dispatch(e, "dispatch.rejected", e.failure().wire(), e.code());
      case DeliveryEvent.DispatchNotSent e ->
          dispatch(e, "dispatch.not_sent", e.failure().wire(), e.code());
      case DeliveryEvent.DispatchUnknown e -> dispatch(e, "dispatch.unknown", null, e.code());
      case DeliveryEvent.DispatchQuarantined e -> dispatch(e, "dispatch.quarantined", null, null);
      case DeliveryEvent.DispatchCancelled e ->
          dispatch(e, "dispatch.cancelled", e.reason().wire(), null);
      case DeliveryEvent.DispatchExpired e -> dispatch(e, "dispatch.expired", null, null);
      case DeliveryEvent.DispatchGivenBack e ->
          dispatch(e, "dispatch.given_back", e.reason().wire(), null);
      case DeliveryEvent.DeliveryReported e ->
          dispatch(
              e,
              "delivery.reported",
              e.status().wire(),
              e.failure() == null ? null : e.failure().wire());
      case DeliveryEvent.CallEnded e ->
          dispatch(
              e,
              "call.ended",
              e.disposition().wire(),
              e.failure() == null ? null : e.failure().wire());
      case DeliveryEvent.EngagementReported e ->
          dispatch(e, "engagement.reported", e.kind().wire(), null);
    };
  }

  private static Happening dispatch(
      DeliveryEvent event, String type, @Nullable String code, @Nullable String detail) {
    DispatchRef of = event.dispatch();
    return new Happening(
        event.eventId(),
        type,
        event.at(),
        of.clientId(),
        of.contactId(),
        of.enrollmentId(),
        of.sequenceId(),
        of.channel(),
        code,
        detail);
  }

  private static Happening ofInbound(InboundEvent event) {
    return switch (event) {
      case InboundEvent.ReplyReceived e ->
          inbound(e, "reply.received", e.contactId(), e.channel(), null);
      case InboundEvent.UnknownSenderWrote e ->
          inbound(e, "unknown_sender.wrote", null, e.channel(), null);
      case InboundEvent.OptOutReceived e ->
          inbound(e, "opt_out.received", e.contactId(), e.channel(), null);
      case InboundEvent.OptInReceived e ->
          inbound(e, "opt_in.received", e.contactId(), e.channel(), null);
      case InboundEvent.CallMissed e -> inbound(e, "call.missed", e.contactId(), e.channel(), null);
      case InboundEvent.OutcomeReported e ->
          inbound(e, "outcome.reported", e.contactId(), null, e.kind().wire());
    };
  }

  private static Happening inbound(
      InboundEvent event,
      String type,
      @Nullable ContactId contact,
      @Nullable Channel channel,
      @Nullable String code) {
    return new Happening(
        event.eventId(),
        type,
        event.at(),
        event.clientId(),
        contact,
        null,
        null,
        channel,
        code,
        null);
  }

  private static Happening ofEnrollment(EnrollmentEvent event) {
    return switch (event) {
      case EnrollmentEvent.EnrollmentStarted e -> enrollment(e, "enrollment.started", null, null);
      case EnrollmentEvent.EnrollmentMoved e ->
          enrollment(e, "enrollment.moved", e.to().wire(), e.reason());
      case EnrollmentEvent.StepSkipped e -> enrollment(e, "step.skipped", e.reason(), null);
      case EnrollmentEvent.OutcomeRecorded e ->
          enrollment(e, "outcome.recorded", e.kind().wire(), null);
    };
  }

  private static Happening enrollment(
      EnrollmentEvent event, String type, @Nullable String code, @Nullable String detail) {
    return new Happening(
        event.eventId(),
        type,
        event.at(),
        event.clientId(),
        event.contactId(),
        event.enrollmentId(),
        event.sequenceId(),
        null,
        code,
        detail);
  }

  private static Happening ofContact(ContactEvent event) {
    String type =
        switch (event) {
          case ContactEvent.ContactCreated _ -> "contact.created";
          case ContactEvent.ContactChanged _ -> "contact.changed";
          case ContactEvent.ContactResolved _ -> "contact.resolved";
          case ContactEvent.LeadCame _ -> "lead.came";
          case ContactEvent.ContactMerged _ -> "contact.merged";
        };
    return new Happening(
        event.eventId(),
        type,
        event.at(),
        event.clientId(),
        event.contactId(),
        null,
        null,
        null,
        null,
        null);
  }

  private static Happening ofHealing(HealingEvent event) {
    return switch (event) {
      case HealingEvent.HealingOrdered e ->
          new Happening(
              e.eventId(),
              "healing.ordered",
              e.at(),
              e.clientId(),
              e.dispatch().contactId(),
              e.dispatch().enrollmentId(),
              e.dispatch().sequenceId(),
              e.dispatch().channel(),
              action(e.order()),
              e.failure().wire());
      case HealingEvent.EmailLearned e ->
          new Happening(
              e.eventId(),
              "email.learned",
              e.at(),
              e.clientId(),
              e.contactId(),
              null,
              null,
              Channel.EMAIL,
              null,
              null);
      case HealingEvent.PhoneLearned e ->
          new Happening(
              e.eventId(),
              "phone.learned",
              e.at(),
              e.clientId(),
              e.contactId(),
              null,
              null,
              null,
              e.phoneType() == null ? null : e.phoneType().wire(),
              null);
    };
  }

  private static String action(HealingOrder order) {
    return switch (order) {
      case HealingOrder.Retry _ -> "retry";
      case HealingOrder.ApplyOnFailure _ -> "apply_on_failure";
      case HealingOrder.PauseEnrollment _ -> "pause_enrollment";
      case HealingOrder.EndEnrollment _ -> "end_enrollment";
    };
  }
}
