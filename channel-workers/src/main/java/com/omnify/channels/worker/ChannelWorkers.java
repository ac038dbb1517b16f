package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.result.Results;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.poll.SideBySide;
import com.omnify.model.Channel;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The worker threads and their order of stopping: nothing new is taken, the batch in hand ends,
 * requests under way get their answers, and the results are written. What has not passed its fence
 * stays READY, for the sweeper of whoever runs next.
 */
@Component
class ChannelWorkers implements SmartLifecycle {

  /** Until the batch in hand has begun its requests, or has been left. */
  private static final Duration BATCH_ENDS = Duration.ofSeconds(10);

  /** Kept for writing results. */
  private static final Duration WRITING = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(ChannelWorkers.class);

  private final Lanes lanes;
  private final Poster poster;
  private final Results results;
  private final List<Loop> loops;
  private volatile boolean running;

  ChannelWorkers(
      Lanes lanes,
      Poster poster,
      Results results,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.lanes = lanes;
    this.poster = poster;
    this.results = results;
    this.loops = lanes.all().stream().flatMap(lane -> loops(lane, settings.workers())).toList();
    loops.forEach(loop -> loop.bindTo(metrics));
  }

  /** Only a channel that fences many at once gains by several. */
  private static Stream<Loop> loops(Lanes.Lane lane, int workers) {
    String name = lane.sender().channel().wire() + "-worker-";
    if (lane.sender().channel() != Channel.SMS) {
      return Stream.of(loop(name + 1, lane, Pace.ANY));
    }
    return Stream.concat(
        IntStream.rangeClosed(1, workers).mapToObj(n -> loop(name + n, lane, Pace.BULK)),
        Stream.of(loop(name + "quick", lane, Pace.QUICK)));
  }

  private static Loop loop(String name, Lanes.Lane lane, Pace pace) {
    return Loop.named(name).every(Duration.ZERO).running(() -> round(lane, pace));
  }

  private static boolean round(Lanes.Lane lane, Pace pace) {
    try {
      lane.worker().round(pace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  @Override
  public void start() {
    results.start();
    poster.warmUp();
    lanes.all().forEach(lane -> lane.queue().open());
    loops.forEach(Loop::start);
    running = true;
  }

  /** Beside the listeners and the sweeper: neither gets anything into the closed queue. */
  @Override
  public void stop(Runnable stopped) {
    SideBySide.stop(this, "channel-workers", stopped);
  }

  @Override
  public void stop() {
    running = false;
    long end = System.nanoTime() + stopsWithin().toNanos();
    lanes.all().forEach(lane -> lane.queue().close());
    try {
      var ended = new CountDownLatch(loops.size());
      loops.forEach(loop -> loop.stop(ended::countDown));
      if (!ended.await(left(end).toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Workers do not end their batch: leaving them");
      }
      lanes.all().forEach(lane -> lane.worker().forget());
      if (!poster.quiet(left(end).minus(WRITING))) {
        log.warn("Requests are still under way: their dispatches will stand UNKNOWN");
      }
      results.stop(left(end));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Longer than the longest request takes that any channel makes: what is broken off earlier would
   * be UNKNOWN, and of a mail nobody can be asked. Where nothing hangs it is over at once.
   */
  Duration stopsWithin() {
    Duration longest =
        lanes.all().stream()
            .map(lane -> lane.sender().longestRequest())
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return BATCH_ENDS.plus(longest).plus(WRITING);
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** As the loops of the kit: last to start, first to stop. */
  @Override
  public int getPhase() {
    return Loop.WORK;
  }
}
