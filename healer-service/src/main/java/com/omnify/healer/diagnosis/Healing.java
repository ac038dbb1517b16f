package com.omnify.healer.diagnosis;

import com.omnify.healer.diagnosis.policy.Diagnosis;
import com.omnify.healer.diagnosis.policy.HealingAction;
import com.omnify.healer.diagnosis.policy.HealingAction.ApplyOnFailure;
import com.omnify.healer.diagnosis.policy.HealingAction.EndEnrollment;
import com.omnify.healer.diagnosis.policy.HealingAction.LeaveToItsAuthor;
import com.omnify.healer.diagnosis.policy.HealingAction.PauseEnrollment;
import com.omnify.healer.diagnosis.policy.HealingAction.Retry;
import com.omnify.healer.diagnosis.policy.PhoneFact;
import com.omnify.kit.id.Ids;
import com.omnify.model.PhoneType;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.HealingEvent;
import com.omnify.model.event.HealingEvent.EmailLearned;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingEvent.PhoneLearned;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.id.HealingId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One failure and the answer to it: a row of the log, and what is said to the others. */
record Healing(HealingId id, FailedDispatch failed, Diagnosis diagnosis, Instant at) {

  String actionName() {
    return switch (diagnosis.action()) {
      case Retry _ -> "retry";
      case ApplyOnFailure _ -> "apply_on_failure";
      case PauseEnrollment _ -> "pause_enrollment";
      case EndEnrollment _ -> "end_enrollment";
      case LeaveToItsAuthor _ -> "leave_to_its_author";
    };
  }

  /** Only a repetition can turn out well or badly. */
  String result() {
    return diagnosis.action() instanceof Retry ? "pending" : "none";
  }

  Map<String, Object> detail() {
    var detail = new LinkedHashMap<String, Object>();
    detail.put("stage", failed.stage().wire());
    detail.put("attempt", failed.dispatch().attempt());
    if (diagnosis.action() instanceof Retry(var after)) {
      detail.put("delay_seconds", after.toSeconds());
    }
    diagnosis.learned().ifPresent(fact -> detail.put("phone", wire(fact)));
    return detail;
  }

  List<HealingEvent> events(Ids ids) {
    var events = new ArrayList<HealingEvent>();
    order(diagnosis.action())
        .ifPresent(
            order ->
                events.add(
                    new HealingOrdered(
                        ids.eventId(),
                        at,
                        id,
                        failed.dispatch(),
                        failed.type(),
                        order,
                        failed.stage() == FailedDispatch.Stage.DELIVERY)));
    diagnosis.learned().ifPresent(fact -> events.add(learned(ids, fact)));
    if (failed.provesTheAddressGone()) {
      DispatchRef dispatch = failed.dispatch();
      events.add(
          new EmailLearned(
              ids.eventId(),
              at,
              dispatch.clientId(),
              dispatch.contactId(),
              false,
              dispatch.dispatchId()));
    }
    return events;
  }

  private PhoneLearned learned(Ids ids, PhoneFact fact) {
    DispatchRef dispatch = failed.dispatch();
    return switch (fact) {
      case IS_INVALID ->
          new PhoneLearned(
              ids.eventId(),
              at,
              dispatch.clientId(),
              dispatch.contactId(),
              null,
              false,
              dispatch.dispatchId());
      case IS_LANDLINE ->
          new PhoneLearned(
              ids.eventId(),
              at,
              dispatch.clientId(),
              dispatch.contactId(),
              PhoneType.LANDLINE,
              null,
              dispatch.dispatchId());
    };
  }

  private static Optional<HealingOrder> order(HealingAction action) {
    return switch (action) {
      case Retry(var after) -> Optional.of(new HealingOrder.Retry(after.toSeconds()));
      case ApplyOnFailure() -> Optional.of(new HealingOrder.ApplyOnFailure());
      case PauseEnrollment(var reason) ->
          Optional.of(new HealingOrder.PauseEnrollment(wire(reason)));
      case EndEnrollment(var reason) -> Optional.of(new HealingOrder.EndEnrollment(wire(reason)));
      // the scheduler has no enrollment to act on
      case LeaveToItsAuthor() -> Optional.empty();
    };
  }

  private static String wire(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
