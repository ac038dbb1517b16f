package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.result.Results;
import com.omnify.kit.poll.Loop;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The worker threads and their order of stopping: nothing new is taken, no fence is passed any
 * more, requests under way end, and their results are written.
 */
@Component
class SmsWorkers implements SmartLifecycle {

  /** Longer than the longest request. */
  private static final Duration REQUESTS_END = Duration.ofSeconds(16);

  private static final Logger log = LoggerFactory.getLogger(SmsWorkers.class);

  private final DispatchQueue queue;
  private final SmsWorker worker;
  private final Poster poster;
  private final Results results;
  private final List<Loop> loops;
  private volatile boolean running;

  SmsWorkers(
      DispatchQueue queue,
      SmsWorker worker,
      Poster poster,
      Results results,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.queue = queue;
    this.worker = worker;
    this.poster = poster;
    this.results = results;
    this.loops =
        IntStream.rangeClosed(1, settings.workers())
            .mapToObj(n -> Loop.named("sms-worker-" + n).every(Duration.ZERO).running(this::round))
            .toList();
    loops.forEach(loop -> loop.bindTo(metrics));
  }

  private boolean round() {
    try {
      worker.round();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  @Override
  public void start() {
    results.start();
    poster.warmUp();
    queue.open();
    loops.forEach(Loop::start);
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    queue.close();
    loops.forEach(Loop::stop);
    worker.forget();
    try {
      if (!poster.quiet(REQUESTS_END)) {
        log.warn("Requests are still under way: their dispatches will stand UNKNOWN");
      }
      results.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** As the loops of the kit: last to start, first to stop. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 512;
  }
}
