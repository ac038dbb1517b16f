package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.launcher.fleet.FleetState.MemberPhase;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTest {

  @TempDir Path directory;

  private final BlockingQueue<MemberPhase> phases = new LinkedBlockingQueue<>();
  private final AtomicReference<Supervised> supervised = new AtomicReference<>();

  @AfterEach
  void stop() {
    supervised.get().stop(DeathSignal.KILL, Duration.ofSeconds(1));
  }

  private Supervised supervise(Supervised.Start start) {
    var caches = new AotCaches(directory, directory.resolve("aot.log"), true);
    Runnable changed =
        () -> {
          var now = supervised.get();
          if (now != null) {
            phases.add(now.state().phase());
          }
        };
    supervised.set(
        new Supervised(
            Member.MEMORY,
            1,
            directory.resolve("log"),
            Duration.ofSeconds(5),
            start,
            () -> Files.exists(directory.resolve("ready")),
            caches,
            changed,
            _ -> {}));
    return supervised.get();
  }

  /** The shell itself makes the file: a program of its own would outlive it by moments. */
  private Child sh(String script) throws IOException {
    return Child.start(
        new Child.Spec(
            "test",
            List.of("/bin/sh", "-c", "cd " + directory + "; " + script),
            Map.of(),
            directory.resolve("log"),
            DeathSignal.KILL,
            new Rights.Same()));
  }

  private void await(MemberPhase phase) throws InterruptedException {
    for (var next = phases.poll(10, TimeUnit.SECONDS); next != phase; ) {
      assertThat(next).as("waiting for " + phase).isNotNull();
      next = phases.poll(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void comesBackWhenItIsKilled() throws Exception {
    var member = supervise(() -> new Supervised.Started(sh(": > ready; exec sleep 60"), null));
    member.begin().get(5, TimeUnit.SECONDS);
    await(MemberPhase.UP);
    long first = member.state().pid();
    Child.signal(first, DeathSignal.KILL);
    await(MemberPhase.RESTARTING);
    await(MemberPhase.UP);
    assertThat(member.state().pid()).isNotZero().isNotEqualTo(first);
    assertThat(member.state().restarts()).isEqualTo(1);
  }

  @Test
  void aFirstStartThatEndsAtOnceFailsWithTheEndOfItsLog() {
    var member = supervise(() -> new Supervised.Started(sh("echo no luck; exit 3"), null));
    assertThatThrownBy(() -> member.begin().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("memory-service ended with 3")
        .hasMessageContaining("no luck");
    assertThat(member.state().phase()).isEqualTo(MemberPhase.FAILED);
  }

  @Test
  void aCacheThatDoesNotWorkIsThrownAway() throws Exception {
    var cache = Files.createFile(directory.resolve("memory-service.aot"));
    var member =
        supervise(
            () ->
                Files.exists(cache)
                    ? new Supervised.Started(sh("exit 1"), cache)
                    : new Supervised.Started(sh(": > ready; exec sleep 60"), null));
    member.begin().get(10, TimeUnit.SECONDS);
    assertThat(cache).doesNotExist();
    assertThat(member.state().cached()).isFalse();
  }

  @Test
  void stopsAndStaysStopped() throws Exception {
    var member = supervise(() -> new Supervised.Started(sh(": > ready; exec sleep 60"), null));
    member.begin().get(5, TimeUnit.SECONDS);
    member.stop(DeathSignal.TERM, Duration.ofSeconds(5));
    assertThat(member.state().phase()).isEqualTo(MemberPhase.STOPPED);
    assertThat(member.state().pid()).isZero();
  }
}
