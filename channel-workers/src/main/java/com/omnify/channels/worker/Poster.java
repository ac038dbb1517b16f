package com.omnify.channels.worker;

import com.omnify.channels.breaker.Breakers;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.result.Results;
import com.omnify.channels.sms.Attempt;
import com.omnify.channels.sms.OneShotHttp;
import com.omnify.channels.sms.SmsOrder;
import com.omnify.channels.sms.TwilioAccount;
import com.omnify.channels.sms.TwilioSmsSender;
import com.omnify.channels.sms.policy.SendResult;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.poll.Loop;
import com.omnify.model.id.ProviderAccountId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
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

  /**
   * From when it must have begun until it must have ended: a little more than the longest silence.
   * The sweeper calls a dispatch UNKNOWN, and asks the provider, only after that.
   */
  private static final Duration LONGEST_REQUEST = OneShotHttp.READ_TIMEOUT.plusSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Poster.class);

  /** Bytes that are not with the operating system after so long are not waited for. */
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(3);

  /** A request, in the order of their beginnings. */
  private static final class Running {
    private final long endNanos;
    private volatile @Nullable Thread thread;
    private volatile boolean ended;

    Running(long endNanos) {
      this.endNanos = endNanos;
    }
  }

  private final Queue<Running> underWay = new ConcurrentLinkedQueue<>();

  private final TwilioSmsSender sender;
  private final Results results;
  private final SendSlots slots;
  private final Breakers breakers;
  private final String callbackBase;
  private final MeterRegistry metrics;
  private final Timer latency;

  Poster(
      OneShotHttp http,
      Results results,
      SendSlots slots,
      Breakers breakers,
      OmnifyProperties properties,
      MeterRegistry metrics) {
    this.sender = new TwilioSmsSender(http);
    this.results = results;
    this.slots = slots;
    this.breakers = breakers;
    String base = properties.publicUrl().toString();
    this.callbackBase = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    this.metrics = metrics;
    this.latency =
        Timer.builder("omnify.post")
            .description("From the fence to the provider's answer")
            .publishPercentileHistogram()
            .register(metrics);
  }

  @Bean
  Loop breakOffLoop() {
    return Loop.named("posts-end").every(Duration.ofMillis(500)).running(this::breakOff);
  }

  /**
   * Walks the whole way once with a request that can never begin, so that nothing is loaded and
   * compiled for the first time while people's addresses are locked.
   */
  void warmUp() {
    var nowhere =
        new TwilioAccount(
            new ProviderAccountId(new UUID(0, 0)), "AC0", "none", URI.create("http://127.0.0.1:1"));
    var attempt = new Attempt(System.nanoTime(), () -> {});
    attempt.callOff();
    SendResult result =
        sender.send(
            new SmsOrder(nowhere, "+15550100", "+15550101", "warm up", URI.create(callbackBase)),
            attempt);
    log.debug("Warmed up: {}", result);
  }

  /** Waits until no request is under way; false when some still are after that time. */
  boolean quiet(Duration patience) throws InterruptedException {
    return slots.quiet(patience);
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
      var attempt = new Attempt(callOffNanos, gone::countDown);
      attempts.add(attempt);
      var running = new Running(callOffNanos + LONGEST_REQUEST.toNanos());
      running.thread =
          Thread.ofVirtual().name("post").start(() -> post(one, attempt, running, recorded));
      underWay.add(running);
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

  /** Breaks off what takes too long, however lively the provider keeps the connection. */
  boolean breakOff() {
    long now = System.nanoTime();
    for (Running first = underWay.peek();
        first != null && (first.ended || now - first.endNanos > 0);
        first = underWay.peek()) {
      underWay.remove(first);
      Thread thread = first.thread;
      if (!first.ended && thread != null) {
        metrics.counter("omnify.posts.broken_off").increment();
        thread.interrupt();
      }
    }
    return false;
  }

  private void post(Admitted one, Attempt attempt, Running running, Recorded recorded) {
    long start = System.nanoTime();
    SendResult result = new SendResult.Unknown("error", null);
    try {
      result = sender.send(order(one), attempt);
    } finally {
      running.ended = true;
      if (Thread.interrupted() && result instanceof SendResult.Unknown(_, String text)) {
        result = new SendResult.Unknown("timeout", text);
      }
      attempt.over();
      latency.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      results.add(Outcome.of(one.key(), result), () -> recorded.recorded(one));
      slots.free(one.sender().account().id());
      breakers.heard(one.key().client(), one.sender().account().id(), result);
    }
  }

  private SmsOrder order(Admitted one) {
    return new SmsOrder(
        one.sender().account(),
        one.sender().e164(),
        one.identity(),
        one.text().body(),
        URI.create(
            "%s/webhooks/twilio/%s/status?dispatch=%s"
                .formatted(callbackBase, one.key().client(), one.key().id())));
  }

  /** Told when a dispatch's outcome is committed. */
  interface Recorded {
    void recorded(Admitted dispatch);
  }
}
