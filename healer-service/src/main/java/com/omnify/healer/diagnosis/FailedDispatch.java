package com.omnify.healer.diagnosis;

import com.omnify.healer.diagnosis.policy.Failure;
import com.omnify.model.EmailCodes;
import com.omnify.model.FailureType;
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
import com.omnify.model.event.DispatchRef;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A dispatch of which it is certain that its person did not get it.
 *
 * @param code the provider's, for people
 */
record FailedDispatch(DispatchRef dispatch, Stage stage, FailureType type, @Nullable String code) {

  /** Where it failed. */
  enum Stage {
    /** The provider did not take it: the enrollment waits for our answer. */
    REQUEST,
    /**
     * The provider took it and could not deliver: the enrollment has moved on, or waits for the end
     * of the call.
     */
    DELIVERY;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Optional<FailedDispatch> of(DeliveryEvent event) {
    return switch (event) {
      case DispatchRejected(var _, var _, var dispatch, var failure, var code) ->
          Optional.of(new FailedDispatch(dispatch, Stage.REQUEST, failure, code));
      case DispatchNotSent(var _, var _, var dispatch, var failure, var code) ->
          Optional.of(new FailedDispatch(dispatch, Stage.REQUEST, failure, code));
      case DeliveryReported reported when reported.status().isFailure() ->
          Optional.of(
              new FailedDispatch(
                  reported.dispatch(),
                  Stage.DELIVERY,
                  Objects.requireNonNullElse(reported.failure(), FailureType.SMS_UNDELIVERED),
                  reported.code()));
      case CallEnded ended when !ended.disposition().reached() ->
          Optional.of(
              new FailedDispatch(
                  ended.dispatch(),
                  Stage.DELIVERY,
                  Objects.requireNonNullElse(ended.failure(), FailureType.CALL_FAILED),
                  ended.endedReason()));
      // UNKNOWN is no failure: nobody may repeat what may have arrived.
      case DeliveryReported _,
          DispatchAccepted _,
          DispatchUnknown _,
          DispatchQuarantined _,
          DispatchCancelled _,
          DispatchExpired _,
          DispatchGivenBack _,
          CallEnded _,
          EngagementReported _ ->
          Optional.empty();
    };
  }

  /** A mailbox that is full, or a filter that refused us, says nothing against the address. */
  boolean provesTheAddressGone() {
    return type == FailureType.EMAIL_BOUNCED && EmailCodes.isHard(code);
  }

  Failure failure() {
    return new Failure(type, Math.max(1, dispatch.attempt()), dispatch.enrollmentId() != null);
  }
}
