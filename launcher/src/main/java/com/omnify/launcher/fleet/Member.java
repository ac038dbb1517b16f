package com.omnify.launcher.fleet;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything that runs, in the order in which it starts. It stops in the opposite order. */
public enum Member {
  POSTGRESQL("postgresql", "", "", "", 5442, Stage.GROUND),
  KAFKA("kafka", "", "", "", 9192, Stage.GROUND),
  SANDBOX(
      "provider-sandbox",
      "provider-sandbox",
      "com.omnify.sandbox.SandboxMain",
      "",
      8090,
      Stage.GROUND),
  SCHEDULER(
      "scheduler-service",
      "scheduler-service",
      "com.omnify.scheduler.SchedulerApplication",
      "scheduler",
      8081,
      Stage.SERVICES),
  CHANNELS(
      "channel-workers",
      "channel-workers",
      "com.omnify.channels.ChannelWorkersApplication",
      "channels",
      8082,
      Stage.SERVICES),
  EVENTS(
      "event-processor",
      "event-processor",
      "com.omnify.events.EventProcessorApplication",
      "events",
      8083,
      Stage.SERVICES),
  MEMORY(
      "memory-service",
      "memory-service",
      "com.omnify.memory.MemoryApplication",
      "memory",
      8084,
      Stage.SERVICES),
  CONSOLE(
      "web-console",
      "web-console",
      "com.omnify.console.ConsoleApplication",
      "console",
      8080,
      Stage.SERVICES),
  HEALER(
      "healer-service",
      "healer-service",
      "com.omnify.healer.HealerApplication",
      "healer",
      8085,
      Stage.LATE),
  LEARNING(
      "learning-service",
      "learning-service",
      "com.omnify.learning.LearningApplication",
      "learning",
      8086,
      Stage.LATE);

  /** When a member starts. */
  public enum Stage {
    /** At once. */
    GROUND,
    /** When the database is migrated and the topics are there. */
    SERVICES,
    /** When people can already use the console: nobody waits for these. */
    LATE
  }

  private final String title;
  private final String module;
  private final String mainClass;
  private final String shortName;
  private final int defaultPort;
  private final Stage stage;

  Member(
      String title,
      String module,
      String mainClass,
      String shortName,
      int defaultPort,
      Stage stage) {
    this.title = title;
    this.module = module;
    this.mainClass = mainClass;
    this.shortName = shortName;
    this.defaultPort = defaultPort;
    this.stage = stage;
  }

  /** The name that people see and type. */
  public String title() {
    return title;
  }

  /** The Maven module whose class path it runs with; empty for PostgreSQL and Kafka. */
  public String module() {
    return module;
  }

  public String mainClass() {
    return mainClass;
  }

  /**
   * Of a service: as in its database role {@code omnify_…} and its address {@code OMNIFY_URL_…}.
   */
  public String shortName() {
    return shortName;
  }

  public int defaultPort() {
    return defaultPort;
  }

  public Stage stage() {
    return stage;
  }

  /** Whether it is one of our Spring services. */
  public boolean isService() {
    return !shortName.isEmpty();
  }

  /** The environment variable that sets its port. */
  public String portVariable() {
    return this == CONSOLE ? "OMNIFY_PORT" : "OMNIFY_" + name().toUpperCase(Locale.ROOT) + "_PORT";
  }

  public static List<Member> services() {
    return Arrays.stream(values()).filter(Member::isService).toList();
  }

  /** By title ({@code memory-service}) or short name ({@code memory}). */
  public static Optional<Member> named(String name) {
    return Arrays.stream(values())
        .filter(
            member ->
                member.title.equalsIgnoreCase(name)
                    || member.shortName.equalsIgnoreCase(name)
                    || member.name().equalsIgnoreCase(name))
        .findFirst();
  }
}
