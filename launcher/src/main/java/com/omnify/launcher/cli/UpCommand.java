package com.omnify.launcher.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts PostgreSQL, Kafka and all services, and keeps them running until Ctrl-C or ./omnify down.",
      "With OMNIFY_EXTERNAL_DB_URL, _USER, _PASSWORD and OMNIFY_EXTERNAL_KAFKA it uses those instead of"
          + " the embedded ones."
    })
final class UpCommand implements Callable<Integer> {

  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--sandbox",
      description =
          "With the provider sandbox, and a fleet clock that may be changed; no demo data is made.")
  private boolean sandbox;

  @Override
  public Integer call() throws Exception {
    var settings = fleet.settings(sandbox);
    var line = fleet.commandLine();
    var runner = new FleetRunner(settings, line.getOut(), line.getErr());
    if (fleet.detach()) {
      return runner.runInBackground(
          Arguments.forBackground("up", line.getParseResult().originalArgs()));
    }
    return runner.runHere(FleetRunner.NOTHING);
  }
}
