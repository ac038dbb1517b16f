package com.omnify.fleet.chaos;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.chaos.policy.Channel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** {@code ./omnify chaos}: starts a fleet of its own, breaks it, judges it, stops it. */
public final class ChaosMain {

  /** A mail that nobody can find out about is left to a person while the run still lasts. */
  private static final Map<String, String> SETTINGS = Map.of("OMNIFY_CHANNELS_GIVEUPAFTER", "45s");

  private static final int BROKEN = 1;
  private static final int WRONG_USAGE = 2;

  private ChaosMain() {}

  /** Ends with 0 when everything holds, 1 when something does not, 2 for wrong usage. */
  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    try {
      options = Options.read(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("omnify: " + e.getMessage());
      System.exit(WRONG_USAGE);
      return;
    }
    System.exit(run(options, out));
  }

  private static int run(Options options, PrintStream out) throws Exception {
    long start = System.nanoTime();
    String command = command(options);
    out.println("Seed " + options.seed() + ": " + command);
    say(out, start, "starting a fleet on ports with offset " + options.offset());
    Fleet fleet = Fleet.start(options.offset(), SETTINGS);
    fleet.openAllHours();
    var closed = new AtomicBoolean();
    var stop =
        new Thread(
            () -> {
              if (closed.compareAndSet(false, true)) {
                fleet.close();
              }
            });
    Runtime.getRuntime().addShutdownHook(stop);
    boolean passed = false;
    try {
      var chaos = new Chaos(fleet, options, line -> say(out, start, line));
      Report report = options.bugs() ? chaos.bugs(command) : chaos.run(command);
      report.write(options.report());
      passed = report.passed();
      out.println();
      out.println(report.markdown());
      out.println("Reports: " + options.report().resolve("chaos.md") + ", chaos.json");
      return passed ? 0 : BROKEN;
    } finally {
      if (closed.compareAndSet(false, true)) {
        fleet.close();
      }
      if (passed && !options.keep()) {
        delete(fleet.files().root());
      } else {
        out.println("Data and logs of the fleet: " + fleet.files().root());
      }
    }
  }

  private static String command(Options options) {
    var command = new StringBuilder("./omnify chaos");
    if (options.bugs()) {
      return command.append(" --bugs --seed ").append(options.seed()).toString();
    }
    command.append(" --dispatches ").append(options.dispatches());
    if (options.kinds().size() < FaultKind.values().length) {
      command
          .append(" --only ")
          .append(String.join(",", options.kinds().stream().map(FaultKind::title).toList()));
    }
    if (options.channels().size() < Channel.values().length) {
      command
          .append(" --channels ")
          .append(
              options.channels().stream()
                  .sorted()
                  .map(Channel::title)
                  .collect(Collectors.joining(",")));
    }
    return command.append(" --seed ").append(options.seed()).toString();
  }

  private static void say(PrintStream out, long start, String line) {
    double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
    out.println("%6.1f s  %s".formatted(seconds, line));
  }

  private static void delete(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
