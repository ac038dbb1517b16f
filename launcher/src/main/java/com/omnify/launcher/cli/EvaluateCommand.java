package com.omnify.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    description = {
      "Runs one engine of the product over a file, without the fleet, so that anyone can judge it on"
          + " their own data. Prints a table; with --json one JSON object and nothing else.",
      "",
      "  segments  --data FILE.jsonl   lines {\"id\",\"text\"}: encoding, segments and units of an SMS",
      "  templates --data FILE.jsonl   lines {\"id\",\"template\",\"environment\",\"expected\"}: output, ok",
      "  codes     --data FILE         one provider code a line (twilio:30003): failure, class,"
          + " matched_by",
      "  replies   --data FILE.jsonl   lines {\"id\",\"text\"}: what was said in an e-mail reply, plain or"
          + " HTML; auto_reply",
      "  window    --data FILE.jsonl   lines"
          + " {\"id\",\"phone\",\"state\",\"postal_code\",\"time_zone\",\"channel\",\"instant\"}:",
      "                                allowed, next_allowed, rule, by the law on quiet hours",
      "  bounces   --maildir DIR [--expected FILE.json]   status, class, recipient and dispatch of"
          + " returned mail"
    })
final class EvaluateCommand implements Callable<Integer> {

  private static final ModuleProgram CHANNELS =
      new ModuleProgram("channel-workers", "com.omnify.channels.evaluate.Evaluate");
  private static final ModuleProgram EVENTS =
      new ModuleProgram("event-processor", "com.omnify.events.evaluate.Evaluate");
  private static final ModuleProgram HEALER =
      new ModuleProgram("healer-service", "com.omnify.healer.evaluate.Evaluate");

  private static final ModuleProgram MEMORY =
      new ModuleProgram("memory-service", "com.omnify.memory.evaluate.Evaluate");

  private static final Map<String, ModuleProgram> ENGINES =
      Map.of(
          "segments", CHANNELS,
          "templates", CHANNELS,
          "codes", HEALER,
          "window", MEMORY,
          "replies", EVENTS,
          "bounces", EVENTS);

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Parameters(
      index = "0",
      paramLabel = "ENGINE",
      description = "segments, templates, codes, replies, window or bounces.")
  private String engine = "";

  @CommandLine.Unmatched private List<String> rest = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var chosen = ENGINES.get(engine);
    if (chosen == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "There is no engine '%s'; there are %s"
              .formatted(engine, String.join(", ", ENGINES.keySet().stream().sorted().toList())));
    }
    var arguments = new ArrayList<String>();
    arguments.add(engine);
    arguments.addAll(rest);
    return chosen.run(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), arguments);
  }
}
