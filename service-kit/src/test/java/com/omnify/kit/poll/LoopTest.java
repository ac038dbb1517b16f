package com.omnify.kit.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {

  private final AtomicInteger rounds = new AtomicInteger();

  @Test
  void goesOnAtOnceWhileThereIsMore() {
    Loop loop =
        Loop.named("busy").every(Duration.ofHours(1)).running(() -> rounds.incrementAndGet() < 100);
    loop.start();
    await().until(() -> rounds.get() == 100);
    loop.stop();

    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void wakesFromALongSleep() {
    Loop loop =
        Loop.named("idle")
            .every(Duration.ofHours(1))
            .running(
                () -> {
                  rounds.incrementAndGet();
                  return false;
                });
    loop.start();
    await().until(() -> rounds.get() == 1);
    loop.wake();
    await().until(() -> rounds.get() == 2);
    loop.stop();
  }

  @Test
  void aWakeUpDuringARoundIsNotLost() {
    var inRound = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Loop loop =
        Loop.named("woken")
            .every(Duration.ofHours(1))
            .running(
                () -> {
                  if (rounds.incrementAndGet() == 1) {
                    inRound.countDown();
                    await().until(() -> goOn.getCount() == 0);
                  }
                  return false;
                });
    loop.start();
    await().until(() -> inRound.getCount() == 0);
    loop.wake();
    goOn.countDown();
    await().until(() -> rounds.get() == 2);
    loop.stop();
  }

  @Test
  void survivesAndCountsFailures() {
    var meters = new SimpleMeterRegistry();
    var broken = new AtomicBoolean(true);
    Loop loop =
        Loop.named("shaky")
            .every(Duration.ofMillis(5))
            .running(
                () -> {
                  if (broken.getAndSet(false)) {
                    throw new IllegalStateException("planted");
                  }
                  rounds.incrementAndGet();
                  return false;
                });
    loop.bindTo(meters);
    loop.start();
    await().until(() -> rounds.get() > 2);
    loop.stop();

    assertThat(meters.get("omnify.loop.errors").tag("loop", "shaky").functionCounter().count())
        .isEqualTo(1);
  }

  @Test
  void survivesAnError() {
    Loop loop =
        Loop.named("broken")
            .every(Duration.ofMillis(5))
            .running(
                () -> {
                  if (rounds.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("planted");
                  }
                  return false;
                });
    loop.start();
    await().until(() -> rounds.get() > 2);
    loop.stop();
  }

  @Test
  void whatDrainsLeavesNothingBehindAtTheStop() {
    var left = new AtomicInteger(5);
    var inRound = new CountDownLatch(1);
    Loop loop =
        Loop.named("draining")
            .every(Duration.ofHours(1))
            .drainingAtStop()
            .running(
                () -> {
                  if (rounds.incrementAndGet() == 1) {
                    inRound.countDown();
                    return false;
                  }
                  return left.decrementAndGet() > 0;
                });
    loop.start();
    await().until(() -> inRound.getCount() == 0);
    // It sleeps, and nobody wakes it but the stop.
    loop.stop();

    assertThat(left).hasValue(0);
    assertThat(rounds).hasValue(6);
  }

  @Test
  void aStopThatNobodyWaitsForTellsWhenItIsDone() {
    var told = new AtomicBoolean();
    Loop loop = Loop.named("asked").every(Duration.ofHours(1)).running(() -> false);
    loop.start();
    loop.stop(() -> told.set(true));
    await().untilTrue(told);

    assertThat(loop.isRunning()).isFalse();
  }

  @Test
  void stoppingWaitsForTheRound() {
    var inRound = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    Loop loop =
        Loop.named("thorough")
            .every(Duration.ofMillis(5))
            .running(
                () -> {
                  inRound.countDown();
                  long until = System.nanoTime() + Duration.ofMillis(100).toNanos();
                  while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                  }
                  ended.set(true);
                  return false;
                });
    loop.start();
    await().until(() -> inRound.getCount() == 0);
    loop.stop();

    assertThat(ended).isTrue();
  }
}
