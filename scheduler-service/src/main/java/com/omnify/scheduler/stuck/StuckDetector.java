package com.omnify.scheduler.stuck;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.scheduler.dispatch.LostSteps;
import com.omnify.scheduler.enrollment.EnrollmentKey;
import com.omnify.scheduler.stuck.policy.StuckKind;
import com.omnify.scheduler.stuck.policy.StuckPolicy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Looks for what waits too long, writes it down, and mends what can be mended with certainty: a
 * step that got lost is taken up again, an outcome that was not heard is read from its dispatch.
 * Several schedulers may look at once: what they find is the same.
 */
@Component
class StuckDetector {

  private static final Logger log = LoggerFactory.getLogger(StuckDetector.class);

  private final Transactions tx;
  private final OpenDispatches dispatches;
  private final OpenErrands errands;
  private final WaitingSteps steps;
  private final WaitingEvents events;
  private final LostSteps lost;
  private final StuckRows rows;
  private final RealClock clock;
  private final StuckSettings settings;
  private final MeterRegistry metrics;
  private final Map<StuckKind, AtomicLong> gauges = new EnumMap<>(StuckKind.class);

  StuckDetector(
      Transactions tx,
      OpenDispatches dispatches,
      OpenErrands errands,
      WaitingSteps steps,
      WaitingEvents events,
      LostSteps lost,
      StuckRows rows,
      RealClock clock,
      StuckSettings settings,
      MeterRegistry metrics) {
    this.tx = tx;
    this.dispatches = dispatches;
    this.errands = errands;
    this.steps = steps;
    this.events = events;
    this.lost = lost;
    this.rows = rows;
    this.clock = clock;
    this.settings = settings;
    this.metrics = metrics;
    for (StuckKind kind : StuckKind.values()) {
      var gauge = new AtomicLong();
      gauges.put(kind, gauge);
      Gauge.builder("omnify.stuck", gauge, AtomicLong::get)
          .description("What waits longer than it should, of the whole fleet")
          .tag("kind", kind.wire())
          .register(metrics);
    }
  }

  /** One round; false, as there is always time for the next. */
  boolean round() {
    Instant now = clock.now();
    var found = new ArrayList<Finding>();
    dispatches.find(now).forEach(one -> judged(one, now, found));
    var missed = new ArrayList<Finding>();
    dispatches.awaited(now.minus(settings.outcome())).forEach(one -> judged(one, now, missed));
    found.addAll(missed);
    found.addAll(errands.find(now));
    found.addAll(steps.find(now));
    found.addAll(events.find(now));
    List<Finding> mended = mendLostSteps(now);
    hurry(missed);
    tx.inBackground(
        () -> {
          rows.replace(EnumSet.complementOf(EnumSet.of(StuckKind.STEP_LOST)), found);
          rows.add(mended);
          rows.forgetBefore(StuckKind.STEP_LOST, now.minus(settings.shownFor()));
        });
    var totals = tx.readInBackground(rows::totals);
    gauges.forEach(
        (kind, gauge) -> {
          var total = totals.get(kind);
          gauge.set(total == null ? 0 : total.count());
        });
    return false;
  }

  private void judged(OpenDispatches.Found one, Instant now, List<Finding> found) {
    StuckPolicy.judge(one.seen(), settings.patience(), now)
        .ifPresent(
            verdict ->
                found.add(
                    new Finding(
                        one.client(),
                        verdict.kind(),
                        one.id(),
                        "",
                        one.enrollment(),
                        one.contact(),
                        1,
                        verdict.since(),
                        one.words() == null ? "" : one.words())));
  }

  /** The claim looks at its dispatch at once, as it would have sooner or later. */
  private void hurry(List<Finding> missed) {
    List<EnrollmentKey> keys =
        missed.stream()
            .flatMap(one -> LostSteps.key(one.client(), one.enrollment()).stream())
            .toList();
    int hurried = lost.lookNow(keys);
    if (hurried > 0) {
      metrics
          .counter("omnify.stuck.mended", "kind", StuckKind.OUTCOME_MISSED.wire())
          .increment(hurried);
      log.warn("{} enrollments have not heard the outcome of their dispatch: looking now", hurried);
    }
  }

  private List<Finding> mendLostSteps(Instant now) {
    List<LostSteps.Mended> mended = lost.mend(settings.slice());
    if (!mended.isEmpty()) {
      metrics
          .counter("omnify.stuck.mended", "kind", StuckKind.STEP_LOST.wire())
          .increment(mended.size());
      log.error(
          "ALARM: {} enrollments had nothing due and nothing under way, taken up again: {}",
          mended.size(),
          mended.stream().map(one -> one.ref().id()).toList());
    }
    return mended.stream()
        .map(
            one ->
                new Finding(
                    one.ref().clientId().value(),
                    StuckKind.STEP_LOST,
                    one.ref().id().value(),
                    "",
                    one.ref().id().value(),
                    one.ref().contactId().value(),
                    1,
                    now,
                    one.words()))
        .toList();
  }
}
