package com.omnify.launcher;

import com.omnify.launcher.cli.Omnify;

/** What {@code ./omnify} runs. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // before the first logger: Kafka's and Flyway's words are no output of a command
    System.setProperty("logback.configurationFile", "com/omnify/launcher/logback-launcher.xml");
    System.exit(Omnify.run(arguments));
  }
}
