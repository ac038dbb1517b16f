package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.FleetState;
import com.omnify.launcher.fleet.FleetState.MemberPhase;
import com.omnify.launcher.fleet.FleetState.MemberState;
import com.omnify.launcher.fleet.Member;
import com.omnify.launcher.fleet.Memory;
import com.omnify.launcher.fleet.Readiness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows each process: its state, port, memory, restarts and age.",
    footer = {"", "Exit code 0 when all is up, 1 when something is not, 3 when nothing runs."})
final class StatusCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Mixin private DataOption data = new DataOption();

  @Option(names = "--json", description = "One JSON object instead of a table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandLine.Model.CommandSpec spec;

  private record Line(
      String name,
      String state,
      long pid,
      int port,
      long rssBytes,
      int restarts,
      long ageSeconds,
      boolean cached) {}

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    var running = data.runningFleet();
    if (running.isEmpty()) {
      if (json) {
        out.println("{\"running\": false}");
      } else {
        out.println("The fleet is not running. ./omnify up starts it.");
      }
      return NOT_RUNNING;
    }
    var fleet = running.get();
    var lines = lines(fleet);
    long total = lines.stream().mapToLong(Line::rssBytes).sum();
    if (json) {
      out.println(json(fleet, lines, total));
    } else {
      print(fleet, lines, total);
    }
    boolean allUp = lines.stream().allMatch(line -> line.state().equals("up"));
    return allUp ? 0 : 1;
  }

  private static List<Line> lines(FleetState fleet) {
    var lines = new ArrayList<Line>();
    for (var member : fleet.members()) {
      lines.add(
          new Line(
              member.name(),
              state(member),
              member.pid(),
              member.port(),
              member.pid() == 0 ? 0 : Memory.ofTree(member.pid()),
              member.restarts(),
              member.since() == null
                  ? 0
                  : Duration.between(member.since(), Instant.now()).toSeconds(),
              member.cached()));
    }
    lines.add(
        new Line(
            "launcher",
            fleet.phase() == FleetState.Phase.READY
                ? "up"
                : fleet.phase().name().toLowerCase(Locale.ROOT),
            fleet.pid(),
            0,
            Memory.of(fleet.pid()),
            0,
            Duration.between(fleet.startedAt(), Instant.now()).toSeconds(),
            false));
    return lines;
  }

  /** What the supervisor knows, and what the member itself says now. */
  private static String state(MemberState member) {
    if (member.phase() != MemberPhase.UP) {
      return member.phase().name().toLowerCase(Locale.ROOT);
    }
    boolean ready =
        Member.named(member.name()).map(m -> Readiness.of(m, member.port())).orElse(true);
    return ready ? "up" : "not ready";
  }

  private void print(FleetState fleet, List<Line> lines, long total) {
    var out = spec.commandLine().getOut();
    out.println(
        "%-20s %-11s %8s %6s %9s %9s %10s"
            .formatted("process", "state", "pid", "port", "memory", "restarts", "since"));
    for (var line : lines) {
      out.println(
          "%-20s %-11s %8s %6s %9s %9d %10s"
              .formatted(
                  line.name(),
                  line.state(),
                  line.pid() == 0 ? "-" : Long.toString(line.pid()),
                  line.port() == 0 ? "-" : Integer.toString(line.port()),
                  mebibytes(line.rssBytes()),
                  line.restarts(),
                  age(line.ageSeconds())));
    }
    out.println("%-20s %-11s %8s %6s %9s".formatted("all", "", "", "", mebibytes(total)));
    out.println();
    out.println(
        "%s  %s%s"
            .formatted(
                fleet.url(),
                fleet.phase().name().toLowerCase(Locale.ROOT),
                fleet.startSeconds() > 0
                    ? ", started in %.1f s".formatted(fleet.startSeconds())
                    : ""));
  }

  private static String json(FleetState fleet, List<Line> lines, long total) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("running", true);
    all.put("phase", fleet.phase().name().toLowerCase(Locale.ROOT));
    all.put("url", fleet.url());
    all.put("pid", fleet.pid());
    all.put("start_seconds", fleet.startSeconds());
    all.put("rss_bytes", total);
    all.put(
        "members",
        lines.stream()
            .map(
                line -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("name", line.name());
                  one.put("state", line.state());
                  one.put("pid", line.pid());
                  one.put("port", line.port());
                  one.put("rss_bytes", line.rssBytes());
                  one.put("restarts", line.restarts());
                  one.put("age_seconds", line.ageSeconds());
                  one.put("aot_cache", line.cached());
                  return one;
                })
            .toList());
    return JsonMapper.builder().build().writeValueAsString(all);
  }

  private static String mebibytes(long bytes) {
    return bytes == 0 ? "-" : Math.round(bytes / 1048576.0) + " MiB";
  }

  static String age(long seconds) {
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }
}
