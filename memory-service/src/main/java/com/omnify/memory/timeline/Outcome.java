package com.omnify.memory.timeline;

import com.omnify.model.CallDisposition;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DeliveryEvent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of something said. The order is the rank: events come in any order, and a later one
 * of a lower rank changes nothing.
 */
enum Outcome implements WireEnum {
  UNKNOWN,
  QUARANTINED,
  NOT_SENT,
  REJECTED,
  // from here on it was said
  SENT,
  DELIVERED,
  UNDELIVERED,
  FAILED;

  /** All in their order, as they are written. */
  static final List<String> RANKING = Arrays.stream(values()).map(Outcome::wire).toList();

  /** Those of something that left us. */
  static final List<String> SAID =
      Arrays.stream(values()).filter(each -> each.compareTo(SENT) >= 0).map(Outcome::wire).toList();

  /**
   * What an event makes of its interaction.
   *
   * @param failure why it was not said or did not arrive
   */
  record Reached(Outcome outcome, @Nullable FailureType failure, @Nullable String providerId) {

    /** Both together, in whatever order they came. */
    Reached and(Reached other) {
      Reached higher = other.outcome.compareTo(outcome) > 0 ? other : this;
      String id = providerId == null ? other.providerId : providerId;
      return new Reached(higher.outcome, higher.failure, id);
    }
  }

  /** Null where nothing was said yet: before the fence there is no interaction. */
  static @Nullable Reached of(DeliveryEvent event) {
    return switch (event) {
      case DeliveryEvent.DispatchAccepted e -> new Reached(SENT, null, e.providerId());
      case DeliveryEvent.DispatchRejected e -> new Reached(REJECTED, e.failure(), null);
      case DeliveryEvent.DispatchNotSent e -> new Reached(NOT_SENT, e.failure(), null);
      case DeliveryEvent.DispatchUnknown _ -> new Reached(UNKNOWN, null, null);
      case DeliveryEvent.DispatchQuarantined _ -> new Reached(QUARANTINED, null, null);
      case DeliveryEvent.DeliveryReported e ->
          new Reached(of(e.status()), e.failure(), e.providerId());
      case DeliveryEvent.CallEnded e ->
          new Reached(of(e.disposition()), e.failure(), e.providerId());
      // Whoever opens it has got it.
      case DeliveryEvent.EngagementReported _ -> new Reached(DELIVERED, null, null);
      case DeliveryEvent.DispatchCancelled _ -> null;
      case DeliveryEvent.DispatchExpired _ -> null;
      case DeliveryEvent.DispatchGivenBack _ -> null;
    };
  }

  private static Outcome of(CallDisposition disposition) {
    return disposition.reached() ? DELIVERED : UNDELIVERED;
  }

  /** A report of any kind proves that it was sent. */
  private static Outcome of(DeliveryStatus status) {
    return switch (status) {
      case QUEUED, SENT -> SENT;
      case DELIVERED -> DELIVERED;
      case UNDELIVERED -> UNDELIVERED;
      case FAILED -> FAILED;
    };
  }
}
