package com.omnify.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Collects what was measured; writes it raw as JSON and readable as Markdown. */
public final class Report {

  private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final double loadBefore = load();
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private @Nullable Double hotShare;
  private @Nullable Fairness fairness;

  public void add(Measurement measurement) {
    measurements.add(measurement);
  }

  /** Of the updates of enrollments, the share that touched no index. */
  public void hotShare(double share) {
    hotShare = share;
  }

  public Optional<Double> hotShare() {
    return Optional.ofNullable(hotShare);
  }

  public void fairness(Fairness measured) {
    fairness = measured;
  }

  /** A promise that did not hold. */
  public void broken(String what) {
    broken.add(what);
  }

  public List<String> broken() {
    return List.copyOf(broken);
  }

  /** Median steps a second of a workload over another's; null where one of them did not run. */
  public @Nullable Double ratio(String workload, String other) {
    Double mine = median(workload, Measurement::perSecond);
    Double theirs = median(other, Measurement::perSecond);
    return mine == null || theirs == null ? null : mine / theirs;
  }

  private @Nullable Double median(String workload, ToDoubleFunction<Measurement> value) {
    double[] sorted =
        measurements.stream()
            .filter(one -> one.workload().equals(workload))
            .mapToDouble(value)
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return null;
    }
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private double median(List<Measurement> of, ToDoubleFunction<Measurement> value) {
    Double median = median(of.getFirst().workload(), value);
    return median == null ? 0 : median;
  }

  /** What people read. */
  public String markdown() {
    var text = new StringBuilder();
    line(
        text,
        "%s · %d processors · load %.1f before, %.1f after · JDK %s",
        startedAt,
        Runtime.getRuntime().availableProcessors(),
        loadBefore,
        load(),
        Runtime.version().feature());
    var workloads = new LinkedHashMap<String, List<Measurement>>();
    measurements.forEach(
        one -> workloads.computeIfAbsent(one.workload(), _ -> new ArrayList<>()).add(one));
    if (!workloads.isEmpty()) {
      line(text, "");
      line(
          text,
          "| workload | steps a run | steps/s (each run) | CPU µs a step | of which | WAL bytes a step |");
      line(text, "| --- | --- | --- | --- | --- | --- |");
      workloads.forEach(
          (name, runs) ->
              line(
                  text,
                  "| %s | %d | **%.0f** (%s) | %.0f | %s | %.0f |",
                  name,
                  runs.getFirst().steps(),
                  median(runs, Measurement::perSecond),
                  String.join(
                      ", ", runs.stream().map(one -> "%.0f".formatted(one.perSecond())).toList()),
                  median(runs, Measurement::cpuMicros),
                  processes(runs),
                  median(runs, Measurement::walPerStep)));
      line(text, "");
      for (String other : workloads.keySet()) {
        Double ratio = ratio("step-to-sent", other);
        if (ratio != null && !other.equals("step-to-sent")) {
          line(text, "step-to-sent ÷ %s: **%.2f**", other, ratio);
        }
      }
    }
    if (hotShare != null) {
      line(text, "");
      line(text, "HOT share of the updates of enrollments: **%.1f %%**", hotShare * 100);
    }
    if (fairness != null) {
      line(text, "");
      text.append(markdown(fairness));
    }
    for (String what : broken) {
      line(text, "");
      line(text, "BROKEN: %s", what);
    }
    return text.toString();
  }

  private static String markdown(Fairness it) {
    var text = new StringBuilder();
    line(
        text,
        "| small client, %d steps/s, due → sent | p50 ms | p90 ms | p99 ms | longest ms |",
        it.smallPerSecond());
    line(text, "| --- | --- | --- | --- | --- |");
    rows(text, "alone", it.alone());
    rows(
        text,
        "beside a whale with %,d due (it sends %.0f/s, %,d left)"
            .formatted(it.backlog(), it.whalePerSecond(), it.left()),
        it.beside());
    line(text, "");
    line(text, "p99 beside ÷ alone: **%.2f**", it.ratio());
    return text.toString();
  }

  private static void rows(StringBuilder text, String what, Stages stages) {
    row(text, what, stages.whole());
    row(text, "… of which: due → claim", stages.claimed());
    row(text, "… claim → fence", stages.fenced());
    row(text, "… fence → sent", stages.sent());
  }

  private static void row(StringBuilder text, String what, Latencies times) {
    line(
        text,
        "| %s | %d | %d | %d | %d |",
        what,
        times.percentile(50).toMillis(),
        times.percentile(90).toMillis(),
        times.percentile(99).toMillis(),
        times.percentile(100).toMillis());
  }

  private String processes(List<Measurement> runs) {
    var names = new TreeSet<String>();
    runs.forEach(run -> names.addAll(run.cpu().keySet()));
    return String.join(
        ", ",
        names.stream()
            .map(
                name ->
                    "%s %.0f"
                        .formatted(
                            name,
                            median(
                                runs,
                                one ->
                                    one.cpu().getOrDefault(name, Duration.ZERO).toNanos()
                                        / 1e3
                                        / one.steps())))
            .toList());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(values.length == 0 ? format : format.formatted(values)).append('\n');
  }

  /** Writes {@code bench.json} and {@code bench.md}. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench.md"), markdown());
    var json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(directory.resolve("bench.json"), json.writeValueAsString(raw()));
  }

  private Map<String, @Nullable Object> raw() {
    var raw = new LinkedHashMap<String, @Nullable Object>();
    raw.put("started_at", startedAt.toString());
    raw.put("processors", Runtime.getRuntime().availableProcessors());
    raw.put("load_before", loadBefore);
    raw.put("load_after", load());
    raw.put("jdk", Runtime.version().toString());
    raw.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    raw.put("runs", measurements.stream().map(Report::raw).toList());
    raw.put("hot_share", hotShare);
    if (fairness != null) {
      raw.put("whale", raw(fairness));
    }
    raw.put("broken", broken);
    return raw;
  }

  private static Map<String, Object> raw(Measurement one) {
    var cpu = new TreeMap<String, Long>();
    one.cpu().forEach((process, time) -> cpu.put(process, time.toMillis()));
    var raw = new LinkedHashMap<String, Object>();
    raw.put("workload", one.workload());
    raw.put("run", one.run());
    raw.put("steps", one.steps());
    raw.put("millis", one.took().toMillis());
    raw.put("cpu_millis", cpu);
    raw.put("wal_bytes", one.walBytes());
    return raw;
  }

  private static Map<String, Object> raw(Fairness it) {
    var raw = new LinkedHashMap<String, Object>();
    raw.put("backlog", it.backlog());
    raw.put("left", it.left());
    raw.put("whale_per_second", it.whalePerSecond());
    raw.put("small_per_second", it.smallPerSecond());
    raw.put("alone_micros", micros(it.alone().whole()));
    raw.put("beside_micros", micros(it.beside().whole()));
    return raw;
  }

  private static List<Long> micros(Latencies times) {
    return times.sorted().stream().map(time -> time.toNanos() / 1_000).toList();
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  static {
    // The decimal point is a point, whoever runs it.
    Locale.setDefault(Locale.ROOT);
  }
}
