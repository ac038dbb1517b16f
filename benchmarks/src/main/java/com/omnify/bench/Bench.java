package com.omnify.bench;

import com.omnify.bench.ground.Ground;
import com.omnify.bench.provider.LoopbackProvider;
import com.omnify.bench.report.Fairness;
import com.omnify.bench.report.Report;
import com.omnify.bench.workload.BrokenPromise;
import com.omnify.bench.workload.PeerWorkload;
import com.omnify.bench.workload.Profile;
import com.omnify.bench.workload.StepToSent;
import com.omnify.bench.workload.Whale;
import com.omnify.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the benchmarks. */
@Command(
    name = "omnify bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the product's whole step beside db-scheduler's no-op and a row-at-a-time control, on one"
          + " PostgreSQL with fsync on, in one run; and how a small client fares beside a whale.",
      "Only ratios within one run mean anything. docs/benchmarks.md says how to read them."
    },
    footer = {
      "",
      "Exit codes: 0 all promises hold, 1 one is broken or the run failed, 2 wrong usage."
    })
public final class Bench implements Callable<Integer> {

  /** What can be run. */
  enum Part {
    STEP_TO_SENT,
    CONTROL_ROW,
    DB_SCHEDULER,
    WHALE;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private static final double HOT_FLOOR = 0.95;

  @Option(names = "--short", description = "Small sizes, about three minutes: what CI runs.")
  private boolean quick;

  @Option(names = "--whale", description = "Only the whale, in full size.")
  private boolean whaleOnly;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private @Nullable List<Part> only;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "Repetitions of each; the median counts.")
  private int runs;

  @Option(names = "--steps", description = "Steps a repetition; 40,000, with --short 8,000.")
  private @Nullable Integer steps;

  @Option(
      names = "--whale-backlog",
      description = "Steps of the whale, due at once; 300,000, with --short 30,000.")
  private @Nullable Integer backlog;

  @Option(
      names = "--whale-rate",
      defaultValue = "100",
      description = "What each of the whale's 10 numbers may send a second (${DEFAULT-VALUE}).")
  private int whaleRate;

  @Option(
      names = "--small-rate",
      defaultValue = "20",
      description = "Steps a second of the small client (${DEFAULT-VALUE}).")
  private int smallRate;

  @Option(
      names = "--seconds",
      description = "How long the small client is watched, each time; 60, with --short 15.")
  private @Nullable Integer seconds;

  @Option(
      names = "--floor-db-scheduler",
      defaultValue = "0.1",
      description =
          "Fail below this ratio of step-to-sent to db-scheduler's no-op (${DEFAULT-VALUE}).")
  private double floorDbScheduler;

  @Option(
      names = "--floor-control",
      defaultValue = "0.5",
      description = "Fail below this ratio of step-to-sent to the control (${DEFAULT-VALUE}).")
  private double floorControl;

  @Option(
      names = "--ceiling-whale",
      description = {
        "Fail above this ratio of the small client's p99 beside the whale to that alone; 2, with --short 6,",
        "as that watches few steps."
      })
  private @Nullable Double ceilingWhale;

  @Option(
      names = "--record",
      description =
          "Also keep profiles in the report directory: flight recordings of the services, and"
              + " PostgreSQL's statements and write-ahead log. It costs some of what it measures.")
  private boolean record;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where bench.json and bench.md go; target/bench/<time> of the project.")
  private @Nullable Path reportDirectory;

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "com/omnify/launcher/logback-launcher.xml");
    var line = new CommandLine(new Bench());
    line.registerConverter(
        Part.class,
        text -> Part.valueOf(text.toUpperCase(java.util.Locale.ROOT).replace('-', '_')));
    line.setExecutionExceptionHandler(
        (error, at, _) -> {
          at.getErr().println("omnify: the benchmark failed: " + error);
          error.printStackTrace(at.getErr());
          return CommandLine.ExitCode.SOFTWARE;
        });
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path project = Path.of(System.getProperty("omnify.project", ".")).toAbsolutePath().normalize();
    Path directory =
        reportDirectory != null
            ? reportDirectory.toAbsolutePath()
            : project
                .resolve("target/bench")
                .resolve(
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-'));
    Files.createDirectories(directory);
    var report = new Report();
    try (var provider = LoopbackProvider.start();
        var ground = Ground.start(project, record ? directory : null)) {
      try {
        measure(ground, provider, report, record ? directory : null);
        if (parts().contains(Part.WHALE)) {
          whale(ground, provider, report);
        }
      } catch (BrokenPromise e) {
        report.broken(String.valueOf(e.getMessage()));
      }
    }
    judge(report);
    report.write(directory);
    System.out.println();
    System.out.print(report.markdown());
    System.out.println();
    System.out.println("Raw results: " + directory.resolve("bench.json"));
    return report.broken().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Set<Part> parts() {
    if (whaleOnly) {
      return EnumSet.of(Part.WHALE);
    }
    return only == null ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
  }

  /** All in one run, each repetition in another order, so that no one always follows the same. */
  private void measure(
      Ground ground, LoopbackProvider provider, Report report, @Nullable Path profileDirectory)
      throws SQLException, IOException, InterruptedException {
    int perRun = steps != null ? steps : quick ? 8_000 : 40_000;
    var workloads = new ArrayList<Workload>();
    StepToSent stepToSent = null;
    try {
      if (parts().contains(Part.STEP_TO_SENT)) {
        stepToSent = new StepToSent(ground, provider);
        workloads.add(stepToSent);
      }
      if (parts().contains(Part.DB_SCHEDULER)) {
        workloads.add(PeerWorkload.dbScheduler(ground, provider));
      }
      if (parts().contains(Part.CONTROL_ROW)) {
        workloads.add(PeerWorkload.controlRow(ground, provider));
      }
      for (Workload workload : workloads) {
        say("warming up %s", workload.name());
        workload.run(0, sized(workload, perRun));
      }
      StepToSent.Updates before = stepToSent == null ? null : stepToSent.updates(0);
      Profile profile = profileDirectory == null ? null : Profile.begin(ground.admin());
      long updates = 0;
      for (int run = 1; run <= runs; run++) {
        for (Workload workload : workloads) {
          var measured = workload.run(run, sized(workload, perRun));
          report.add(measured);
          say(
              "%s, run %d of %d: %.0f steps/s, %.0f µs, %.0f bytes a step",
              workload.name(),
              run,
              runs,
              measured.perSecond(),
              measured.cpuMicros(),
              measured.walPerStep());
          // Parked on its dispatch, and moved on by its outcome.
          updates += workload == stepToSent ? 2L * measured.steps() : 0;
        }
        Collections.rotate(workloads, 1);
      }
      if (profile != null && profileDirectory != null) {
        profile.write(profileDirectory);
      }
      if (stepToSent != null && before != null) {
        StepToSent.Updates after = stepToSent.updates(before.all() + updates);
        report.hotShare((double) (after.hot() - before.hot()) / (after.all() - before.all()));
      }
    } finally {
      for (Workload workload : workloads) {
        workload.close();
      }
    }
  }

  /** The control is so much slower that a third tells as much. */
  private static int sized(Workload workload, int steps) {
    return workload.name().equals(com.omnify.bench.peer.ControlRow.NAME) ? steps / 3 : steps;
  }

  private void whale(Ground ground, LoopbackProvider provider, Report report)
      throws SQLException, InterruptedException {
    var plan =
        new Whale.Plan(
            backlog != null ? backlog : quick ? 30_000 : 300_000,
            10,
            whaleRate,
            smallRate,
            Duration.ofSeconds(seconds != null ? seconds : quick ? 15 : 60));
    say(
        "a whale of %,d beside a client with %d steps/s, watched twice for %d s",
        plan.backlog(), plan.smallPerSecond(), plan.observed().toSeconds());
    try (var whale = new Whale(ground, provider)) {
      Fairness fairness = whale.run(plan);
      report.fairness(fairness);
      double ceiling = ceilingWhale != null ? ceilingWhale : quick ? 6 : 2;
      if (fairness.ratio() > ceiling) {
        report.broken(
            "beside the whale the small client's p99 is %.2f times that alone, more than %.1f"
                .formatted(fairness.ratio(), ceiling));
      }
    }
  }

  private void judge(Report report) {
    report
        .hotShare()
        .filter(share -> share < HOT_FLOOR)
        .ifPresent(
            share ->
                report.broken(
                    "%.1f %% of the updates of enrollments were HOT, less than %.0f %%"
                        .formatted(share * 100, HOT_FLOOR * 100)));
    judge(report, com.omnify.bench.peer.DbSchedulerNoOp.NAME, floorDbScheduler);
    judge(report, com.omnify.bench.peer.ControlRow.NAME, floorControl);
  }

  private static void judge(Report report, String peer, double floor) {
    Double ratio = report.ratio(StepToSent.NAME, peer);
    if (ratio != null && ratio < floor) {
      report.broken(
          "step-to-sent is %.2f times %s, less than the floor of %.2f"
              .formatted(ratio, peer, floor));
    }
  }

  private static void say(String format, Object... values) {
    System.err.println(format.formatted(values));
  }
}
