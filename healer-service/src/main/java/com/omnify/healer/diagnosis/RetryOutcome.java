package com.omnify.healer.diagnosis;

import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
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
import java.util.Optional;

/** What became of a dispatch that may have been ordered by a healing. */
record RetryOutcome(DispatchRef dispatch, Result result) {

  enum Result {
    /** Cures what failed at the request; what was not delivered is cured by delivery alone. */
    ACCEPTED,
    DELIVERED,
    FAILED,
    /** Withdrawn: nobody will know. */
    NONE
  }

  static Optional<RetryOutcome> of(DeliveryEvent event) {
    DispatchRef dispatch = event.dispatch();
    if (dispatch.kind() == DispatchKind.MANUAL || dispatch.attempt() < 2) {
      return Optional.empty();
    }
    return result(event).map(result -> new RetryOutcome(dispatch, result));
  }

  private static Optional<Result> result(DeliveryEvent event) {
    return switch (event) {
      case DispatchAccepted _ -> Optional.of(Result.ACCEPTED);
      case DispatchRejected _, DispatchNotSent _ -> Optional.of(Result.FAILED);
      case DeliveryReported reported when reported.status() == DeliveryStatus.DELIVERED ->
          Optional.of(Result.DELIVERED);
      case DeliveryReported reported when reported.status().isFailure() ->
          Optional.of(Result.FAILED);
      case CallEnded ended ->
          Optional.of(ended.disposition().reached() ? Result.DELIVERED : Result.FAILED);
      case DispatchCancelled _, DispatchExpired _, DispatchQuarantined _ ->
          Optional.of(Result.NONE);
      case DeliveryReported _, DispatchUnknown _, DispatchGivenBack _, EngagementReported _ ->
          Optional.empty();
    };
  }
}
