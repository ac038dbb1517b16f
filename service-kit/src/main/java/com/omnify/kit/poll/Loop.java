package com.omnify.kit.poll;

import com.omnify.kit.db.SqlStates;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Work that is looked for again and again, on a thread of its own, from when the service is up
 * until it goes down. An exception is logged and counted, and the work tried again after a growing
 * pause (0.2 s to 10 s). Stopping waits for the round under way, at most 9 s; loops of one phase
 * stop side by side.
 *
 * <pre>{@code
 * @Bean
 * Loop claimLoop(Dispatcher dispatcher) {
 *   return Loop.named("due-claim").every(Duration.ofMillis(20)).running(dispatcher::tick);
 * }
 * }</pre>
 */
public final class Loop implements SmartLifecycle, MeterBinder {

  /** The phase of the web server: what runs before it is there for requests and goes after them. */
  public static final int WEB = Integer.MAX_VALUE - 2048;

  /** The phase in which the web server answers its last requests and takes no new ones. */
  public static final int WEB_GRACEFUL = Integer.MAX_VALUE - 1024;

  /** The phase of what works by itself: last to start and first to stop. */
  public static final int WORK = Integer.MAX_VALUE - 512;

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration STOP_GRACE = Duration.ofSeconds(8);
  private static final Duration DRAINING = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  private final String name;
  private final int phase;
  private final boolean drains;
  private final Supplier<Duration> round;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final AtomicLong rounds = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile long lastGoodNanos = System.nanoTime();
  private boolean wakeAsked;
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;

  private Loop(Builder builder, Supplier<Duration> round) {
    this.name = builder.name;
    this.phase = builder.phase;
    this.drains = builder.drains;
    this.round = round;
  }

  public static Builder named(String name) {
    return new Builder(name, Duration.ofSeconds(1), WORK, false);
  }

  /** What a loop is made from. */
  public static final class Builder {
    private final String name;
    private final Duration idle;
    private final int phase;
    private final boolean drains;

    private Builder(String name, Duration idle, int phase, boolean drains) {
      this.name = name;
      this.idle = idle;
      this.phase = phase;
      this.drains = drains;
    }

    /** How long, in real time, to wait after a round that found nothing more to do. */
    public Builder every(Duration newIdle) {
      return new Builder(name, newIdle, phase, drains);
    }

    /** Starts before, and stops after, what has that phase. Otherwise loops start last. */
    public Builder before(int otherPhase) {
      return new Builder(name, idle, otherPhase - 1, drains);
    }

    /**
     * When it is stopped, it goes on until a round finds nothing more to do, for 5 s at most:
     * nothing that was there before the stop is left behind.
     */
    public Builder drainingAtStop() {
      return new Builder(name, idle, phase, true);
    }

    /** The work of a round; true asks for the next round at once. */
    public Loop running(BooleanSupplier moreWork) {
      return new Loop(this, () -> moreWork.getAsBoolean() ? Duration.ZERO : idle);
    }

    /**
     * The work of a round; it returns how long, in real time, to wait for the next one. Zero or
     * less asks for it at once; the idle time of {@link #every} is the most it waits.
     */
    public Loop paced(Supplier<Duration> untilNext) {
      return new Loop(
          this,
          () -> {
            Duration wait = untilNext.get();
            return wait.compareTo(idle) > 0 ? idle : wait;
          });
    }
  }

  /** Starts the next round now, or right after the one under way. Cheap, from any thread. */
  public void wake() {
    lock.lock();
    try {
      wakeAsked = true;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    lock.lock();
    try {
      if (thread == null) {
        stopping = false;
        lastGoodNanos = System.nanoTime();
        thread = Thread.ofPlatform().name("loop-" + name).daemon(true).start(this::run);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Beside the others of its phase. */
  @Override
  public void stop(Runnable stopped) {
    SideBySide.stop(this, name, stopped);
  }

  @Override
  public void stop() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    stopping = true;
    wake();
    try {
      if (!running.join(STOP_GRACE)) {
        log.warn("Loop {} does not end its round: interrupting it", name);
        running.interrupt();
        running.join(Duration.ofSeconds(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  @Override
  public int getPhase() {
    return phase;
  }

  private void run() {
    if (rounds() && drains) {
      drain();
    }
  }

  private void drain() {
    long end = System.nanoTime() + DRAINING.toNanos();
    boolean more = true;
    while (more && System.nanoTime() - end < 0) {
      try {
        more = !round.get().isPositive();
        rounds.incrementAndGet();
      } catch (Throwable e) {
        errors.incrementAndGet();
        log.warn("Loop {} failed on its last rounds", name, e);
        more = napped();
      }
    }
  }

  /** False when interrupted. */
  private static boolean napped() {
    try {
      TimeUnit.MILLISECONDS.sleep(FIRST_BACKOFF.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Until it is stopped; false when it was interrupted. */
  private boolean rounds() {
    Duration backoff = FIRST_BACKOFF;
    while (!stopping) {
      Duration pause;
      try {
        pause = round.get();
        rounds.incrementAndGet();
        lastGoodNanos = System.nanoTime();
        backoff = FIRST_BACKOFF;
      } catch (Throwable e) {
        // An Error, too: a loop that is no more looks like one that has nothing to do.
        errors.incrementAndGet();
        if (stopping) {
          return true;
        }
        tell(e, backoff);
        // A wake-up must not turn a failure into a busy loop.
        clearWake();
        pause = backoff;
        backoff =
            backoff.multipliedBy(2).compareTo(LAST_BACKOFF) > 0
                ? LAST_BACKOFF
                : backoff.multipliedBy(2);
      }
      if (pause.isPositive() && !sleep(pause)) {
        return false;
      }
    }
    return true;
  }

  private void tell(Throwable failure, Duration backoff) {
    if (SqlStates.unavailable(failure)) {
      // Known and passing: seven services tell it again and again, each in one line.
      log.warn(
          "Loop {} waits {} ms for the database ({})",
          name,
          backoff.toMillis(),
          SqlStates.of(failure));
    } else {
      log.warn("Loop {} failed, trying again in {} ms", name, backoff.toMillis(), failure);
    }
  }

  private void clearWake() {
    lock.lock();
    try {
      wakeAsked = false;
    } finally {
      lock.unlock();
    }
  }

  /** False when interrupted. */
  private boolean sleep(Duration pause) {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (!wakeAsked && !stopping && left > 0) {
        left = woken.awaitNanos(left);
      }
      wakeAsked = false;
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("omnify.loop.rounds", rounds, AtomicLong::doubleValue)
        .description("Rounds that ended well")
        .tag("loop", name)
        .register(registry);
    FunctionCounter.builder("omnify.loop.errors", errors, AtomicLong::doubleValue)
        .description("Rounds that ended in an exception")
        .tag("loop", name)
        .register(registry);
    Gauge.builder("omnify.loop.silence", this, Loop::secondsSinceGood)
        .description("Seconds since a round ended well")
        .baseUnit("seconds")
        .tag("loop", name)
        .register(registry);
  }

  private double secondsSinceGood() {
    return (System.nanoTime() - lastGoodNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
