package com.omnify.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
    name = "doors",
    description = {
      "Measures how fast people come in: leads until their first SMS is accepted, and a CSV file of a million"
          + " contacts, one row in a hundred bad, another one killed half-way. Starts a fleet of its own.",
      "",
      "  --leads N         leads that are posted (3000); 0: none",
      "  --per-second N    so many in a second (50)",
      "  --rows N          rows of the file (1000000); 0: no file",
      "  --port-offset N   added to every port (16500)",
      "",
      "The rest: docs/doors.md"
    })
final class DoorsCommand implements Callable<Integer> {

  private static final ModuleProgram DOORS =
      new ModuleProgram("fleet-tests", "com.omnify.fleet.doors.DoorsMain");

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @CommandLine.Unmatched private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return DOORS.run(List.of("-Xmx512m"), options);
  }
}
