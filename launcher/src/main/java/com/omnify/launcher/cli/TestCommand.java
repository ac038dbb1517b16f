package com.omnify.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Builds everything and runs all tests: mvn -B verify with the JDK that this command found.",
      "Each run has a PostgreSQL and a Kafka of its own; a running fleet is not touched."
    })
final class TestCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "ARGUMENT",
      description = "Further arguments for Maven, after --, like -- -pl memory-service -am.")
  private List<String> more = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    var command =
        new ArrayList<>(List.of(System.getProperty("omnify.maven", "mvn"), "-B", "verify"));
    command.addAll(more);
    var builder = new ProcessBuilder(command).directory(Omnify.project().toFile()).inheritIO();
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start().waitFor();
  }
}
