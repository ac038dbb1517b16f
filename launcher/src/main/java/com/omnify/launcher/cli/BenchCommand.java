package com.omnify.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
    name = "bench",
    description = {
      "Measures what a step costs, beside db-scheduler and a row-at-a-time control, and whether a client"
          + " with a sea of steps keeps another waiting. Starts servers of its own; a running fleet is"
          + " not touched, but it falsifies the results.",
      "",
      "  --short         small sizes, about three minutes: what CI runs",
      "  --whale         only the whale, with 300,000 steps due at once",
      "  --only PARTS    step-to-sent, control-row, db-scheduler, whale; separated by commas",
      "  --runs N        repetitions of each (3); the median counts",
      "  --steps N       steps a repetition",
      "  --record        also keep profiles of the services and of PostgreSQL",
      "  --report DIR    where bench.json and bench.md go (target/bench/<time>)",
      "",
      "The rest, with the floors below which it fails: docs/benchmarks.md"
    })
final class BenchCommand implements Callable<Integer> {

  private static final ModuleProgram BENCH =
      new ModuleProgram("benchmarks", "com.omnify.bench.Bench");

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @CommandLine.Unmatched private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return BENCH.run(List.of("-Xmx1g"), options);
  }
}
