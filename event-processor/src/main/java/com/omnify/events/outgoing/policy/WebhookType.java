package com.omnify.events.outgoing.policy;

import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.InboundEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a client's system can be told. */
public enum WebhookType {
  MESSAGE_SENT("message.sent"),
  MESSAGE_DELIVERED("message.delivered"),
  MESSAGE_FAILED("message.failed"),
  MESSAGE_OPENED("message.opened"),
  MESSAGE_CLICKED("message.clicked"),
  CALL_ENDED("call.ended"),
  CALL_MISSED("call.missed"),
  REPLY_RECEIVED("reply.received"),
  OPT_OUT_RECEIVED("opt_out.received"),
  OPT_IN_RECEIVED("opt_in.received"),
  ENROLLMENT_STARTED("enrollment.started"),
  ENROLLMENT_PAUSED("enrollment.paused"),
  ENROLLMENT_RESUMED("enrollment.resumed"),
  ENROLLMENT_ENDED("enrollment.ended"),
  OUTCOME_RECORDED("outcome.recorded"),
  NOTIFICATION_CREATED("notification.created"),
  /** Sent on request, to try an endpoint; nobody subscribes to it. */
  PING("ping");

  /** A step of a sequence calls the address that it names; nobody subscribes to it. */
  public static final String STEP = "step.webhook";

  private final String wire;

  WebhookType(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }

  /** Those that an endpoint may ask for. */
  public static List<String> choices() {
    return Arrays.stream(values()).filter(type -> type != PING).map(WebhookType::wire).toList();
  }

  /** As what it is told; empty where nobody is told. */
  public static Optional<WebhookType> of(DeliveryEvent event) {
    return Optional.ofNullable(
        switch (event) {
          // A call is told of when it has ended: that the provider took the order says little.
          case DeliveryEvent.DispatchAccepted accepted ->
              accepted.dispatch().channel() == Channel.VOICE ? null : MESSAGE_SENT;
          case DeliveryEvent.DispatchRejected _, DeliveryEvent.DispatchNotSent _ -> MESSAGE_FAILED;
          case DeliveryEvent.DeliveryReported reported ->
              reported.status() == DeliveryStatus.DELIVERED
                  ? MESSAGE_DELIVERED
                  : reported.status().isFailure() ? MESSAGE_FAILED : null;
          case DeliveryEvent.CallEnded _ -> CALL_ENDED;
          case DeliveryEvent.EngagementReported engagement ->
              switch (engagement.kind()) {
                case OPENED -> MESSAGE_OPENED;
                case CLICKED -> MESSAGE_CLICKED;
                // The opt-out that they are is told of.
                case COMPLAINED, UNSUBSCRIBED -> null;
              };
          case DeliveryEvent.DispatchUnknown _,
              DeliveryEvent.DispatchQuarantined _,
              DeliveryEvent.DispatchCancelled _,
              DeliveryEvent.DispatchExpired _,
              DeliveryEvent.DispatchGivenBack _ ->
              null;
        });
  }

  /** As what it is told; empty where nobody is told. */
  public static Optional<WebhookType> of(InboundEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case InboundEvent.ReplyReceived _ -> REPLY_RECEIVED;
          case InboundEvent.OptOutReceived _ -> OPT_OUT_RECEIVED;
          case InboundEvent.OptInReceived _ -> OPT_IN_RECEIVED;
          case InboundEvent.CallMissed _ -> CALL_MISSED;
          // The enrollment's own event tells of it, once.
          case InboundEvent.OutcomeReported _ -> null;
          case InboundEvent.UnknownSenderWrote _ -> null;
        });
  }

  /** As what it is told; empty where nobody is told. */
  public static Optional<WebhookType> of(EnrollmentEvent event) {
    return Optional.ofNullable(
        switch (event) {
          case EnrollmentEvent.EnrollmentStarted _ -> ENROLLMENT_STARTED;
          case EnrollmentEvent.EnrollmentMoved moved ->
              moved.to() == EnrollmentStatus.PAUSED
                  ? ENROLLMENT_PAUSED
                  : moved.to() == EnrollmentStatus.ACTIVE ? ENROLLMENT_RESUMED : ENROLLMENT_ENDED;
          case EnrollmentEvent.OutcomeRecorded _ -> OUTCOME_RECORDED;
          case EnrollmentEvent.StepSkipped _ -> null;
        });
  }
}
