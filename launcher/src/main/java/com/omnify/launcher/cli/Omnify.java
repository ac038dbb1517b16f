package com.omnify.launcher.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root of all commands. */
@Command(
    name = "omnify",
    description = "Runs Omnify Sequencer on this machine: no Docker, no keys needed.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "Omnify Sequencer 0.1.0",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      VerifyCommand.class,
      ChaosCommand.class,
      EvaluateCommand.class,
      BenchCommand.class,
      DoorsCommand.class,
      TestCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {"", "Exit codes: 0 fine, 1 failed, 2 wrong usage or already running, 3 not running."})
public final class Omnify implements Runnable {

  @SuppressWarnings("NullAway.Init")
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  /** Runs the command line and answers with the exit code. */
  public static int run(String[] arguments) {
    var command = new CommandLine(new Omnify());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setUsageHelpAutoWidth(true);
    command.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    command.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    command.setExecutionExceptionHandler(
        (error, at, _) -> {
          at.getErr().println("omnify: " + Problems.describe(error));
          return CommandLine.ExitCode.SOFTWARE;
        });
    return command.execute(arguments);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The directory of the sources, told by the script. */
  static Path project() {
    return Path.of(System.getProperty("omnify.project", ".")).toAbsolutePath().normalize();
  }
}
