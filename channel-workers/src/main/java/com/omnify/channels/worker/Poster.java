package com.omnify.channels.worker;

import com.omnify.channels.breaker.Breakers;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.result.Results;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Makes the requests of a fenced batch, each on a virtual thread. */
@Component
class Poster {

  private static final Logger log = LoggerFactory.getLogger(Poster.class);

  /** Bytes that are not with the operating system after so long are not waited for. */
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(3);

  private static final Duration BREAK_OFF_EVERY = Duration.ofMillis(500);

  /** Whatever the deadline of a batch, it is nearer than this. */
  private static final Duration LONGEST_BATCH = Duration.ofMinutes(1);

  /** A request. */
  private static final class Running {
    private final long endNanos;
    private volatile @Nullable Thread thread;
    private volatile boolean ended;

    Running(long endNanos) {
      this.endNanos = endNanos;
    }
  }

  /** Of each channel in the order in which they must end. */
  private final Map<Channel, Queue<Running>> underWay = new ConcurrentHashMap<>();

  private final ChannelSenders senders;
  private final Results results;
  private final SendSlots slots;
  private final Breakers breakers;
  private final FleetClock fleetClock;
  private final MeterRegistry metrics;
  private final Timer latency;

  Poster(
      ChannelSenders senders,
      Results results,
      SendSlots slots,
      Breakers breakers,
      FleetClock fleetClock,
      MeterRegistry metrics) {
    this.senders = senders;
    this.results = results;
    this.slots = slots;
    this.breakers = breakers;
    this.fleetClock = fleetClock;
    this.metrics = metrics;
    this.latency =
        Timer.builder("omnify.post")
            .description("From the fence to the provider's answer")
            .publishPercentileHistogram()
            .register(metrics);
  }

  @Bean
  Loop breakOffLoop() {
    return Loop.named("posts-end").every(BREAK_OFF_EVERY).running(this::breakOff);
  }

  /**
   * Walks the whole way once with requests that can never begin, so that nothing is loaded and
   * compiled for the first time while people's addresses are locked.
   */
  void warmUp() {
    senders.all().forEach(ChannelSender::warmUp);
  }

  /**
   * Waits until no request is under way; false when some still are after that time. What takes too
   * long is broken off meanwhile, as the loop that does it may have been stopped.
   */
  boolean quiet(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      if (slots.quiet(Duration.ofNanos(Math.clamp(left, 0, BREAK_OFF_EVERY.toNanos())))) {
        return true;
      }
      if (left <= 0) {
        return false;
      }
      breakOff();
    }
  }

  /**
   * Makes one request each and returns when all have left this process, or cannot any more. Each
   * frees the slot that was taken for it.
   *
   * @param callOffNanos what has not begun by then never will, not even where this thread is late
   *     to say so, because the whole process stood still. What has begun is a moment from its end;
   *     if that does not come, a STOP that waits no longer shall at least know that it was
   *     overtaken.
   * @return how many were called off
   */
  int begin(List<Admitted> fenced, long callOffNanos, Recorded recorded)
      throws InterruptedException {
    var gone = new CountDownLatch(fenced.size());
    var attempts = new ArrayList<Attempt>(fenced.size());
    for (Admitted one : fenced) {
      var attempt = new Attempt(latestBegin(one, callOffNanos), gone::countDown);
      attempts.add(attempt);
      // The sweeper calls a dispatch UNKNOWN, and asks the provider, only after that.
      var running =
          new Running(callOffNanos + senders.of(one.channel()).longestRequest().toNanos());
      running.thread =
          Thread.ofVirtual().name("post").start(() -> post(one, attempt, running, recorded));
      underWay.computeIfAbsent(one.channel(), _ -> new ConcurrentLinkedQueue<>()).add(running);
    }
    int late = 0;
    try {
      gone.await(callOffNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      late = (int) attempts.stream().filter(Attempt::callOff).count();
      if (late > 0) {
        metrics.counter("omnify.fence.called_off").increment(late);
        log.warn(
            "{} requests of {} could not begin in time and were called off", late, fenced.size());
      }
      long patience = System.nanoTime() + LONGEST_WRITE.toNanos();
      while (attempts.stream().anyMatch(Attempt::beingWritten)
          && patience - System.nanoTime() > 0) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    return late;
  }

  /** Not past the hour at which the law closes for that person. */
  private long latestBegin(Admitted one, long callOffNanos) {
    Instant now = fleetClock.now();
    Duration left =
        one.dispatch()
            .window()
            .legal()
            .closesAfter(now)
            .map(fleetClock::realUntil)
            .orElse(LONGEST_BATCH);
    if (left.compareTo(LONGEST_BATCH) >= 0) {
      return callOffNanos;
    }
    long closesNanos = System.nanoTime() + left.toNanos();
    return closesNanos - callOffNanos < 0 ? closesNanos : callOffNanos;
  }

  /** Breaks off what takes too long, however lively the provider keeps the connection. */
  boolean breakOff() {
    long now = System.nanoTime();
    for (Queue<Running> ofChannel : underWay.values()) {
      for (Running first = ofChannel.peek();
          first != null && (first.ended || now - first.endNanos > 0);
          first = ofChannel.peek()) {
        ofChannel.remove(first);
        Thread thread = first.thread;
        if (!first.ended && thread != null) {
          metrics.counter("omnify.posts.broken_off").increment();
          thread.interrupt();
        }
      }
    }
    return false;
  }

  private void post(Admitted one, Attempt attempt, Running running, Recorded recorded) {
    long start = System.nanoTime();
    SendResult result = new SendResult.Unknown("error", null);
    // No law has hours for mail, and a provider has all of one but its end by now.
    boolean inTime = one.channel() == Channel.EMAIL || one.dispatch().mayBeSaid(fleetClock.now());
    try {
      result = inTime ? senders.of(one.channel()).send(one, attempt) : windowClosed();
    } finally {
      running.ended = true;
      if (Thread.interrupted() && result instanceof SendResult.Unknown(_, String text)) {
        result = new SendResult.Unknown("timeout", text);
      }
      attempt.over();
      latency.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      results.add(Outcome.of(one.key(), result), () -> recorded.recorded(one));
      slots.free(one.sender().account().id());
      if (inTime) {
        breakers.heard(one.key().client(), one.sender().account().id(), result);
      }
    }
  }

  /**
   * The hour struck between the fence and now. It never left; the healer has it repeated, which the
   * scheduler does when the window opens again.
   */
  private SendResult windowClosed() {
    metrics.counter("omnify.posts.window_closed").increment();
    return new SendResult.NotSent("window_closed", "The person's quiet hours began");
  }

  /** Told when a dispatch's outcome is committed. */
  interface Recorded {
    void recorded(Admitted dispatch);
  }
}
