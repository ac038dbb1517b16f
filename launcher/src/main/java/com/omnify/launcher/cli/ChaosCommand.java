package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.ClassPaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a fleet of its own with the sandbox, breaks it in ten ways while messages go out, waits"
          + " until everything has come to rest, and compares what the provider took with what the"
          + " database says: nothing may have been sent twice, and nothing may be lost.",
      "",
      "Writes chaos.md and chaos.json. docs/chaos.md says what is done and how it is judged."
    },
    footer = {
      "",
      "Kinds of fault: killed-before, killed-after, broker-killed, broker-paused, database-killed,"
          + " database-paused, accept-then-500, hang, reset, callbacks.",
      "",
      "Exit code 0 when everything holds (with --bugs: when every bug is found), 1 when something does"
          + " not, 2 for wrong usage."
    })
final class ChaosCommand implements Callable<Integer> {

  private static final String MODULE = "fleet-tests";
  private static final String MAIN = "com.omnify.fleet.chaos.ChaosMain";

  @Option(names = "--short", description = "100,000 dispatches over all kinds, not 1,000,000.")
  private boolean isShort;

  @Option(
      names = "--dispatches",
      paramLabel = "N",
      description = "At least so many instead; the continuous integration takes 2,000.")
  private @Nullable Integer dispatches;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Repeats the choices of a run that printed it; processes still run as they like.")
  private @Nullable Long seed;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description = "Only these kinds of fault, with commas between them.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--channels",
      paramLabel = "CHANNEL",
      split = ",",
      description = "What the load goes by: sms and, if you like, email and voice (default: all).")
  private List<String> channels = new ArrayList<>();

  @Option(
      names = "--bugs",
      description =
          "Plants known bugs in the running services instead, one after the other, and tells whether"
              + " each is found.")
  private boolean bugs;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the reports go (default: target/chaos beside the sources).")
  private @Nullable Path report;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      description = "Added to every default port of its fleet (default: 10000).")
  private @Nullable Integer offset;

  @Option(
      names = "--keep",
      description = "Keep the data and logs of its fleet even if all is well.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    var classPath = new ClassPaths(Omnify.project()).gather(List.of(MODULE));
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx2g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Dlogback.configurationFile=com/omnify/launcher/logback-launcher.xml"));
    command.addAll(List.of("-cp", classPath.getOrDefault(MODULE, ""), MAIN));
    command.addAll(arguments());
    return new ProcessBuilder(command)
        .directory(Omnify.project().toFile())
        .inheritIO()
        .start()
        .waitFor();
  }

  private List<String> arguments() {
    var arguments = new ArrayList<String>();
    if (isShort) {
      arguments.add("--short");
    }
    if (bugs) {
      arguments.add("--bugs");
    }
    if (keep) {
      arguments.add("--keep");
    }
    if (!only.isEmpty()) {
      arguments.addAll(List.of("--only", String.join(",", only)));
    }
    if (!channels.isEmpty()) {
      arguments.addAll(List.of("--channels", String.join(",", channels)));
    }
    with(arguments, "--dispatches", dispatches);
    with(arguments, "--seed", seed);
    with(arguments, "--port-offset", offset);
    // a relative name means that of the person who typed it
    var here = Path.of(System.getProperty("omnify.directory", System.getProperty("user.dir")));
    with(arguments, "--report", report == null ? null : here.resolve(report));
    return arguments;
  }

  private static void with(List<String> arguments, String name, @Nullable Object value) {
    if (value != null) {
      arguments.addAll(List.of(name, value.toString()));
    }
  }
}
