package com.omnify.launcher.cli;

import com.omnify.launcher.demo.Demo;
import com.omnify.launcher.fleet.FleetSettings;
import com.omnify.launcher.fleet.FleetState;
import com.omnify.launcher.fleet.Secrets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts the fleet with simulated providers and people, makes demo clients over the REST API, and"
          + " lets time run fast. No keys, no Docker.",
      "A second run on the same data finds its clients and people again and adds only what is missing."
    })
final class DemoCommand implements Callable<Integer> {

  @Mixin private FleetOptions fleet = new FleetOptions();

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "600",
      description =
          "Fleet seconds in a real second: at 600 a day passes in 2.4 minutes (default:"
              + " ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--contacts",
      paramLabel = "N",
      defaultValue = "300",
      description =
          "People in all, spread over the clients; everybody of them goes through their client's"
              + " sequence of SMS, e-mail, call, SMS, e-mail (default: ${DEFAULT-VALUE}).")
  private int contacts;

  @Override
  public Integer call() throws Exception {
    var line = fleet.commandLine();
    if (!(rate > 0 && rate <= 100_000)) {
      throw new CommandLine.ParameterException(line, "--rate goes from above 0 to 100000");
    }
    if (contacts < Demo.fewest() || contacts > Demo.most()) {
      throw new CommandLine.ParameterException(
          line, "--contacts goes from %d to %d".formatted(Demo.fewest(), Demo.most()));
    }
    var settings = fleet.settings(true);
    var runner = new FleetRunner(settings, line.getOut(), line.getErr());
    if (fleet.detach()) {
      return runner.runInBackground(
          Arguments.forBackground("demo", line.getParseResult().originalArgs()));
    }
    return runner.runHere(
        new FleetRunner.Extra() {
          @Override
          public List<String> whenReady(FleetState running, Secrets secrets)
              throws IOException, InterruptedException {
            return seed(settings, running, secrets);
          }

          @Override
          public void beforeStop(FleetState running, Secrets secrets)
              throws IOException, InterruptedException {
            // else a night without the fleet would be a year for its people
            demo(settings, running, secrets).setRate(1);
          }
        });
  }

  private List<String> seed(FleetSettings settings, FleetState running, Secrets secrets)
      throws IOException, InterruptedException {
    var result = demo(settings, running, secrets).run(rate, contacts);
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(
        "  %d demo clients, %d contacts, %d enrolled just now, time runs at x%s"
            .formatted(result.clients().size(), result.contacts(), result.enrolled(), plain(rate)));
    for (var client : result.clients()) {
      lines.add(
          "    %-28s %-12s API key %s"
              .formatted(client.name(), client.industry(), client.apiKey()));
    }
    return lines;
  }

  private static Demo demo(FleetSettings settings, FleetState running, Secrets secrets) {
    return new Demo(
        "http://127.0.0.1:" + settings.ports().of(com.omnify.launcher.fleet.Member.CONSOLE),
        Objects.requireNonNull(running.sandboxUrl()),
        secrets.bootstrapKey(),
        settings.data().demo());
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
