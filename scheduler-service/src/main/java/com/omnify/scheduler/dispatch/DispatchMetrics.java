package com.omnify.scheduler.dispatch;

import com.omnify.model.DispatchState;
import com.omnify.scheduler.dispatch.policy.StepDecision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** What an operator watches about due work. */
@Component
class DispatchMetrics {

  private final MeterRegistry registry;
  private final Timer lag;
  private final AtomicLong inFlight;

  DispatchMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.lag =
        Timer.builder("omnify.due.lag")
            .description("Real time from when a step was due to its claim")
            .publishPercentileHistogram()
            .register(registry);
    this.inFlight = registry.gauge("omnify.dispatches.in_flight", new AtomicLong());
  }

  void lag(Duration fleet, double rate) {
    long nanos = rate > 0 ? Math.round(fleet.toNanos() / rate) : 0;
    lag.record(Duration.ofNanos(Math.max(0, nanos)));
  }

  void decided(StepDecision decision) {
    String kind =
        switch (decision) {
          case StepDecision.Send _ -> "send";
          case StepDecision.Skip _ -> "skip";
          case StepDecision.Defer _ -> "defer";
          case StepDecision.Advance _ -> "advance";
          case StepDecision.Branched _ -> "branch";
          case StepDecision.Ask _ -> "ask";
          case StepDecision.Complete _ -> "complete";
          case StepDecision.Hold _ -> "hold";
        };
    Counter.builder("omnify.steps.decided")
        .description("Due steps by what was decided about them")
        .tag("decision", kind)
        .register(registry)
        .increment();
  }

  /** A dispatch whose outcome is overdue was looked at. */
  void watched(DispatchState state) {
    Counter.builder("omnify.dispatches.watched")
        .description("Looks at dispatches whose outcome was overdue, by the state they were in")
        .tag("state", state.wire())
        .register(registry)
        .increment();
  }

  void inFlight(int open) {
    inFlight.set(open);
  }
}
