package com.omnify.fleet.chaos;

import com.omnify.fleet.chaos.policy.Channel;
import com.omnify.fleet.chaos.policy.Verdict;
import com.omnify.launcher.verify.policy.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that came out, for people and for machines.
 *
 * @param command that repeats it
 * @param kinds empty when bugs were planted instead
 * @param repeated events that were said for a second time
 * @param restarts of members that nobody had killed
 * @param checks of {@code ./omnify verify}
 * @param bugs empty when none were planted
 * @param trouble that ended the run before its end
 */
record Report(
    String command,
    long seed,
    Instant startedAt,
    double seconds,
    List<Kind> kinds,
    List<Blow> blows,
    long repeated,
    List<String> restarts,
    List<Check> checks,
    List<Bug> bugs,
    List<String> trouble) {

  private static final int SHOWN = 20;

  /**
   * One kind of fault and what became of its crowd.
   *
   * @param seconds from its beginning until all of its crowd was enrolled and everything was up
   * @param posts requests to send that reached a provider
   * @param faults that really happened at the providers
   */
  record Kind(
      FaultKind kind,
      double seconds,
      long people,
      long posts,
      Map<String, Long> faults,
      List<Part> channels) {

    boolean passed() {
      return channels.stream().allMatch(part -> part.verdict().isClean());
    }

    long sum(ToLongFunction<Part> figure) {
      return channels.stream().mapToLong(figure).sum();
    }
  }

  /**
   * Those of a crowd who are reached by one channel.
   *
   * @param accepted by the provider, whatever it answered
   */
  record Part(
      Channel channel,
      long dispatches,
      long accepted,
      long unknown,
      Map<String, Long> resolved,
      Verdict verdict) {

    long resolved(String way) {
      return resolved.getOrDefault(way, 0L);
    }

    long duplicates() {
      return verdict.duplicates().size();
    }

    long lost() {
      return verdict.lost().size();
    }

    long miscounted() {
      return verdict.miscounted().size();
    }

    long quarantined() {
      return verdict.quarantined().size();
    }

    long leftOpen() {
      return verdict.leftOpen().size();
    }
  }

  /** A planted bug; {@code none} is the control. */
  record Bug(
      String name,
      String words,
      boolean planted,
      boolean found,
      long duplicates,
      long lost,
      long miscounted,
      List<String> examples,
      double seconds) {

    boolean asItMust() {
      return planted == found;
    }
  }

  boolean passed() {
    return trouble.isEmpty()
        && restarts.isEmpty()
        && kinds.stream().allMatch(Kind::passed)
        && checks.stream().allMatch(Check::passed)
        && bugs.stream().allMatch(Bug::asItMust);
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    var json =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writerWithDefaultPrettyPrinter();
    Files.writeString(
        directory.resolve("chaos.json"),
        json.writeValueAsString(Map.of("passed", passed(), "report", this)));
    Files.writeString(directory.resolve("chaos.md"), markdown());
  }

  String markdown() {
    var text = new StringBuilder();
    text.append("# Chaos: ");
    if (bugs.isEmpty()) {
      text.append(passed() ? "everything holds" : "SOMETHING IS BROKEN");
    } else {
      text.append(passed() ? "every planted bug is found" : "NOT AS IT MUST BE");
    }
    text.append(
        "\n\n`%s`, begun %s, %.0f s.\n"
            .formatted(command, startedAt.toString().substring(0, 19) + "Z", seconds));
    trouble.forEach(line -> text.append("\n**Ended early:** ").append(line).append('\n'));
    restarts.forEach(line -> text.append("\n**Died by itself:** ").append(line).append('\n'));
    if (!kinds.isEmpty()) {
      kinds(text);
    }
    if (!blows.isEmpty()) {
      blows(text);
    }
    if (!checks.isEmpty()) {
      checks(text);
    }
    if (!bugs.isEmpty()) {
      bugs(text);
    }
    findings(text);
    return text.toString();
  }

  private void kinds(StringBuilder text) {
    text.append(
        """

        | kind | s | dispatches | accepted | POSTs | kills, pauses | in flight then | UNKNOWN | by callback | by query | left open | quarantined | duplicates | lost | miscounted |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """);
    for (Kind kind : kinds) {
      var mine = blows.stream().filter(blow -> blow.kind() == kind.kind()).toList();
      text.append(
          "| %s | %.0f | %d | %d | %d | %d | %s |%s\n"
              .formatted(
                  kind.kind().title(),
                  kind.seconds(),
                  kind.sum(Part::dispatches),
                  kind.sum(Part::accepted),
                  kind.posts(),
                  mine.size(),
                  mine.stream()
                      .map(blow -> Long.toString(blow.inFlight()))
                      .collect(Collectors.joining(" ")),
                  outcome(kind.channels())));
    }
    var all = kinds.stream().flatMap(kind -> kind.channels().stream()).toList();
    text.append(
        "| **all** | | %d | %d | %d | %d | |%s\n"
            .formatted(
                sum(all, Part::dispatches),
                sum(all, Part::accepted),
                kinds.stream().mapToLong(Kind::posts).sum(),
                blows.size(),
                outcome(all)));
    channels(text, all);
    text.append("\nFaults that really happened at the providers:\n\n");
    for (Kind kind : kinds) {
      if (!kind.faults().isEmpty()) {
        text.append("- ").append(kind.kind().title()).append(": ");
        text.append(
            kind.faults().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(fault -> fault.getKey() + " " + fault.getValue())
                .collect(Collectors.joining(", ")));
        text.append('\n');
      }
    }
    text.append("\nEvents that were said for a second time: ").append(repeated).append('\n');
  }

  private static void channels(StringBuilder text, List<Part> all) {
    text.append(
        """

        | channel | dispatches | accepted | UNKNOWN | by callback | by query | left open | quarantined | duplicates | lost | miscounted |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """);
    for (Channel channel : Channel.values()) {
      var mine = all.stream().filter(part -> part.channel() == channel).toList();
      if (!mine.isEmpty()) {
        text.append(
            "| %s | %d | %d |%s\n"
                .formatted(
                    channel.title(),
                    sum(mine, Part::dispatches),
                    sum(mine, Part::accepted),
                    outcome(mine)));
      }
    }
  }

  private static String outcome(List<Part> parts) {
    return " %d | %d | %d | %d | %d | %d | %d | %d |"
        .formatted(
            sum(parts, Part::unknown),
            sum(parts, part -> part.resolved("callback")),
            sum(parts, part -> part.resolved("query")),
            sum(parts, Part::leftOpen),
            sum(parts, Part::quarantined),
            sum(parts, Part::duplicates),
            sum(parts, Part::lost),
            sum(parts, Part::miscounted));
  }

  private static long sum(List<Part> parts, ToLongFunction<Part> figure) {
    return parts.stream().mapToLong(figure).sum();
  }

  private void blows(StringBuilder text) {
    text.append("\n| kind | member | hit | in flight |\n| --- | --- | --- | --- |\n");
    for (Blow blow : blows) {
      text.append(
          "| %s | %s | %s | %d |\n"
              .formatted(blow.kind().title(), blow.member(), blow.point(), blow.inFlight()));
    }
  }

  private void checks(StringBuilder text) {
    text.append("\n`./omnify verify` over all of it:\n\n");
    for (Check check : checks) {
      text.append(
          "- %s %s: looked at %d, found %d\n"
              .formatted(
                  check.passed() ? "pass" : "FAIL",
                  check.rule(),
                  check.looked(),
                  check.findings().size()));
    }
  }

  private void bugs(StringBuilder text) {
    text.append(
        """

        | planted bug | | duplicates | lost | miscounted | s |
        | --- | --- | --- | --- | --- | --- |
        """);
    for (Bug bug : bugs) {
      String outcome =
          bug.planted()
              ? bug.found() ? "found" : "**NOT FOUND**"
              : bug.found() ? "**not clean**" : "clean";
      text.append(
          "| %s: %s | %s | %d | %d | %d | %.0f |\n"
              .formatted(
                  bug.name(),
                  bug.words(),
                  outcome,
                  bug.duplicates(),
                  bug.lost(),
                  bug.miscounted(),
                  bug.seconds()));
    }
    for (Bug bug : bugs) {
      bug.examples()
          .forEach(
              line -> text.append("- ").append(bug.name()).append(": ").append(line).append('\n'));
    }
  }

  /** Only what is wrong, each with what it is about. */
  private void findings(StringBuilder text) {
    var lines = new ArrayList<String>();
    for (Kind kind : kinds) {
      for (Part part : kind.channels()) {
        Verdict verdict = part.verdict();
        String where = kind.kind().title() + ", " + part.channel().title() + ": ";
        for (var findings :
            List.of(
                verdict.duplicates(),
                verdict.lost(),
                verdict.miscounted(),
                verdict.quarantined())) {
          findings.stream().limit(SHOWN).forEach(line -> lines.add(where + line));
          if (findings.size() > SHOWN) {
            lines.add(where + "and %d more".formatted(findings.size() - SHOWN));
          }
        }
      }
    }
    for (Check check : checks) {
      if (!check.passed()) {
        check.findings().stream()
            .limit(SHOWN)
            .forEach(line -> lines.add(check.name() + ": " + line));
      }
    }
    if (!lines.isEmpty()) {
      text.append("\n## Wrong\n\n");
      lines.forEach(line -> text.append("- ").append(line).append('\n'));
    }
  }
}
