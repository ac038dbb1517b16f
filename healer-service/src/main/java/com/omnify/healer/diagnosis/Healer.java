package com.omnify.healer.diagnosis;

import com.omnify.healer.diagnosis.policy.Diagnosis;
import com.omnify.healer.diagnosis.policy.HealingPolicy;
import com.omnify.healer.diagnosis.policy.History;
import com.omnify.healer.diagnosis.policy.Outage;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.FailureType;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.HealingId;
import com.omnify.model.id.StepId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Answers every failed dispatch once. */
@Component
class Healer {

  private final Transactions transactions;
  private final HealingLog log;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock fleetClock;
  private final MeterRegistry metrics;

  Healer(
      Transactions transactions,
      HealingLog log,
      Outbox outbox,
      Ids ids,
      FleetClock fleetClock,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.log = log;
    this.outbox = outbox;
    this.ids = ids;
    this.fleetClock = fleetClock;
    this.metrics = metrics;
  }

  /**
   * One transaction: the rows, the orders and what became of earlier orders. Repeats are harmless.
   */
  void heal(List<DeliveryEvent> batch) {
    List<FailedDispatch> failed =
        batch.stream().map(FailedDispatch::of).flatMap(Optional::stream).toList();
    List<RetryOutcome> outcomes =
        batch.stream().map(RetryOutcome::of).flatMap(Optional::stream).toList();
    if (failed.isEmpty() && outcomes.isEmpty()) {
      return;
    }
    List<Healing> answered =
        transactions.inBackground(
            () -> {
              List<Healing> fresh = failed.isEmpty() ? List.of() : answer(failed);
              // a failure outweighs an acceptance of the same retry, whichever is read first
              for (var result :
                  List.of(
                      RetryOutcome.Result.FAILED,
                      RetryOutcome.Result.DELIVERED,
                      RetryOutcome.Result.ACCEPTED,
                      RetryOutcome.Result.NONE)) {
                log.settle(outcomes, result);
              }
              return fresh;
            });
    answered.forEach(this::count);
  }

  private List<Healing> answer(List<FailedDispatch> failed) {
    Instant now = fleetClock.now();
    List<Healing> proposed = diagnose(failed, log.background(failed), now);
    if (proposed.isEmpty()) {
      return List.of();
    }
    Set<HealingId> written = log.insert(proposed);
    List<Healing> fresh =
        proposed.stream().filter(healing -> written.contains(healing.id())).toList();
    outbox.publish(fresh.stream().flatMap(healing -> healing.events(ids).stream()).toList());
    return fresh;
  }

  private List<Healing> diagnose(
      List<FailedDispatch> failed, Map<DispatchId, HealingLog.Background> known, Instant now) {
    var proposed = new ArrayList<Healing>();
    var answered = new HashSet<DispatchId>();
    // earlier failures of a step may stand in the same batch
    var inBatch = new HashMap<StepOfEnrollment, List<FailureType>>();
    for (FailedDispatch each : failed) {
      DispatchRef dispatch = each.dispatch();
      HealingLog.Background background = known.get(dispatch.dispatchId());
      if (background == null || background.answered() || !answered.add(dispatch.dispatchId())) {
        continue;
      }
      var earlier = new ArrayList<>(background.history().earlier());
      List<FailureType> here =
          inBatch.computeIfAbsent(StepOfEnrollment.of(dispatch), _ -> new ArrayList<>());
      earlier.addAll(here);
      Diagnosis diagnosis =
          Outage.outlast(
              HealingPolicy.diagnose(each.failure(), new History(earlier), background.contact()),
              each.failure(),
              fleetClock.rate());
      if (dispatch.enrollmentId() != null) {
        here.add(each.type());
      }
      proposed.add(new Healing(new HealingId(ids.next()), each, diagnosis, now));
    }
    return proposed;
  }

  private void count(Healing healing) {
    metrics
        .counter(
            "omnify.healings",
            "failure",
            healing.failed().type().wire(),
            "action",
            healing.actionName())
        .increment();
  }

  private record StepOfEnrollment(@Nullable EnrollmentId enrollment, @Nullable StepId step) {
    static StepOfEnrollment of(DispatchRef dispatch) {
      return new StepOfEnrollment(dispatch.enrollmentId(), dispatch.stepId());
    }
  }
}
