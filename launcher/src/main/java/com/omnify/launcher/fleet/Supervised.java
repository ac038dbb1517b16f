package com.omnify.launcher.fleet;

import com.omnify.launcher.fleet.FleetState.MemberPhase;
import com.omnify.launcher.fleet.FleetState.MemberState;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One member kept alive: started, watched, started again when it dies, stopped. */
final class Supervised {

  /** Starts the process; may return before it serves. */
  @FunctionalInterface
  interface Start {
    Started start() throws IOException;
  }

  /**
   * What was started.
   *
   * @param cache the ahead-of-time cache it runs with, if any
   */
  record Started(Child child, @Nullable Path cache) {}

  private static final String END_OF_LOG = ", the end of ";

  private final Member member;
  private final int port;
  private final Path log;
  private final Duration readyWithin;
  private final Start start;
  private final BooleanSupplier ready;
  private final AotCaches caches;
  private final Runnable changed;
  private final java.util.function.Consumer<String> say;
  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  private volatile MemberPhase phase = MemberPhase.WAITING;
  private volatile boolean stopping;
  private volatile @Nullable Child child;
  private volatile boolean cached;
  private volatile @Nullable Instant since;
  private volatile int restarts;
  private @Nullable Thread keeper;

  Supervised(
      Member member,
      int port,
      Path log,
      Duration readyWithin,
      Start start,
      BooleanSupplier ready,
      AotCaches caches,
      Runnable changed,
      java.util.function.Consumer<String> say) {
    this.member = member;
    this.port = port;
    this.log = log;
    this.readyWithin = readyWithin;
    this.start = start;
    this.ready = ready;
    this.caches = caches;
    this.changed = changed;
    this.say = say;
  }

  Member member() {
    return member;
  }

  MemberState state() {
    var running = child;
    return new MemberState(
        member.title(),
        phase,
        running != null && running.isAlive() ? running.pid() : 0,
        port,
        restarts,
        since,
        cached);
  }

  /** Begins; the result completes when it serves for the first time, or fails with the reason. */
  synchronized CompletableFuture<Void> begin() {
    if (keeper == null && !stopping) {
      keeper = Thread.ofVirtual().name("keeps " + member.title()).start(this::keep);
    }
    return firstReady;
  }

  private void keep() {
    int deaths = 0;
    try {
      while (!stopping) {
        var born = System.nanoTime();
        var reason = live();
        if (stopping) {
          return;
        }
        boolean wasEverReady = firstReady.isDone() && !firstReady.isCompletedExceptionally();
        if (!wasEverReady && member.stage() != Member.Stage.LATE) {
          to(MemberPhase.FAILED);
          firstReady.completeExceptionally(new IOException(reason));
          return;
        }
        var lived = Duration.ofNanos(System.nanoTime() - born);
        deaths = Backoff.USUAL.forgets(lived) ? 1 : deaths + 1;
        var wait = Backoff.USUAL.after(deaths);
        restarts++;
        to(MemberPhase.RESTARTING);
        say.accept(
            reason.lines().findFirst().orElse("").split(END_OF_LOG, 2)[0] + "; starting it again");
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
  }

  /** One life, from start to death. Answers with what ended it. */
  private String live() throws InterruptedException {
    to(MemberPhase.STARTING);
    Started started;
    try {
      started = start.start();
    } catch (IOException | RuntimeException e) {
      return member.title() + " did not start: " + e.getMessage();
    }
    var running = started.child();
    child = running;
    cached = started.cache() != null;
    if (stopping) {
      return "";
    }
    changed.run();
    var problem = awaitReady(running);
    if (problem != null) {
      running.stop(DeathSignal.KILL, Duration.ofSeconds(5));
      if (started.cache() != null && !stopping) {
        // the only thing that differs from a start that has worked before may be the cache
        caches.discard(started.cache());
        say.accept(member.title() + " did not start with its ahead-of-time cache: without it now");
        return live();
      }
      return problem;
    }
    to(MemberPhase.UP);
    firstReady.complete(null);
    running.process().waitFor();
    return "%s (pid %d) ended with %d".formatted(member.title(), running.pid(), running.exitCode());
  }

  private @Nullable String awaitReady(Child running) throws InterruptedException {
    long deadline = System.nanoTime() + readyWithin.toNanos();
    while (!ready.getAsBoolean()) {
      if (stopping) {
        return "";
      }
      if (!running.isAlive()) {
        return member.title()
            + " ended with "
            + running.exitCode()
            + " before it was ready"
            + tail();
      }
      if (System.nanoTime() > deadline) {
        return "%s was not ready within %d s%s"
            .formatted(member.title(), readyWithin.toSeconds(), tail());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    // an older process of somebody else could have answered
    return running.isAlive() ? null : member.title() + " ended with " + running.exitCode() + tail();
  }

  private String tail() {
    return END_OF_LOG + log + ":\n" + String.join("\n", Logs.tail(log, 25));
  }

  private void to(MemberPhase next) {
    phase = next;
    since = Instant.now();
    changed.run();
  }

  /** Asks it to end, waits up to the grace, then kills. */
  void stop(DeathSignal signal, Duration grace) {
    synchronized (this) {
      stopping = true;
      if (keeper == null) {
        ended.countDown();
      }
    }
    var running = child;
    if (running != null) {
      running.stop(signal, grace);
    }
    var keeping = keeper;
    if (keeping != null) {
      keeping.interrupt();
      try {
        if (!ended.await(5, TimeUnit.SECONDS)) {
          say.accept(member.title() + " is still being watched");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // one that was just being started while we asked the one before
      var last = child;
      if (last != null && last.isAlive()) {
        last.stop(signal, grace);
      }
    }
    phase = MemberPhase.STOPPED;
    since = Instant.now();
    changed.run();
  }
}
