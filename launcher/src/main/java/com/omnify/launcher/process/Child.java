package com.omnify.launcher.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A running child process. It ends when this JVM ends, however that happens: by the kernel's parent
 * death signal where {@code setpriv} is there, else by a small watching shell.
 */
public final class Child {

  /**
   * The kernel ties the parent death signal to the <em>thread</em> that forked, so all children are
   * forked by one thread that lives as long as the JVM.
   */
  private static final ExecutorService FORKING_THREAD =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("forks-children").factory());

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * What to run. Standard output and error are appended to the log.
   *
   * @param onParentDeath the signal that the child gets when this JVM is gone
   * @param environment added to this JVM's environment
   */
  public record Spec(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      DeathSignal onParentDeath,
      Rights rights) {

    public Spec {
      if (command.isEmpty()) {
        throw new IllegalArgumentException("nothing to run for " + name);
      }
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }

  /** Starts it. */
  public static Child start(Spec spec) throws IOException {
    Files.createDirectories(spec.log().toAbsolutePath().getParent());
    Logs.rotate(spec.log());
    var prefix = spec.rights().prefix(spec.onParentDeath());
    var command = new ArrayList<>(prefix);
    command.addAll(spec.command());
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    var environment = new HashMap<>(spec.environment());
    environment.put("OMNIFY_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
    builder.environment().putAll(environment);
    var process = fork(builder);
    if (!Rights.hasParentDeathSignal()) {
      watch(process, spec.onParentDeath());
    }
    return new Child(spec.name(), process, spec.log());
  }

  /** Starts any process from the thread that all children are forked by. */
  public static Process fork(ProcessBuilder builder) throws IOException {
    try {
      return FORKING_THREAD.submit(builder::start).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting " + builder.command().getFirst(), e);
    }
  }

  private static void watch(Process child, DeathSignal signal) throws IOException {
    var script =
        "while kill -0 %1$d 2>/dev/null && kill -0 %2$d 2>/dev/null; do sleep 1; done; kill -%3$s %2$d 2>/dev/null"
            .formatted(ProcessHandle.current().pid(), child.pid(), signal);
    fork(
        new ProcessBuilder("/bin/sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD));
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Exit code of an ended child; above 128 when a signal ended it. */
  public int exitCode() {
    return process.exitValue();
  }

  public Process process() {
    return process;
  }

  public Path log() {
    return log;
  }

  /**
   * Asks by the signal, waits, and kills what is left after the grace. True if it ended by itself.
   */
  public boolean stop(DeathSignal signal, Duration grace) {
    if (!process.isAlive()) {
      return true;
    }
    try {
      signal(process.pid(), signal);
      if (process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** Sends a signal; Java itself knows only TERM and KILL. */
  public static void signal(long pid, DeathSignal signal) throws InterruptedException {
    try {
      // the shell's own: a kill program is not everywhere
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kill", e);
    }
  }
}
