package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.FleetLock;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops the fleet in order; its data stays.")
final class DownCommand implements Callable<Integer> {

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Then it is killed (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    var lock = data.data().lock();
    if (!FleetLock.isHeld(lock)) {
      out.println("The fleet is not running.");
      return 0;
    }
    var fleet = data.runningFleet();
    if (fleet.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("omnify: a fleet has just been started; try again in a moment");
      return 1;
    }
    long pid = fleet.get().pid();
    long started = System.nanoTime();
    Child.signal(pid, DeathSignal.TERM);
    long deadline = started + TimeUnit.SECONDS.toNanos(timeout);
    while (FleetLock.isHeld(lock)) {
      if (System.nanoTime() > deadline) {
        // its children go with it
        Child.signal(pid, DeathSignal.KILL);
        out.println("The fleet did not stop within %d s and was killed.".formatted(timeout));
        return 1;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    out.println("Stopped in %.1f s.".formatted((System.nanoTime() - started) / 1e9));
    return 0;
  }
}
