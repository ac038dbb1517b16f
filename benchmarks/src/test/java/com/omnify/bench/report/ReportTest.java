package com.omnify.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private final Report report = new Report();

  private void ran(String workload, int perSecond) {
    report.add(
        new Measurement(
            workload,
            1,
            1_000,
            Duration.ofMillis(1_000_000 / perSecond),
            Map.of("postgresql", Duration.ofMillis(200), workload, Duration.ofMillis(100)),
            4_000_000));
  }

  @Test
  void ratiosAreOfMedians() {
    ran("step-to-sent", 100);
    ran("step-to-sent", 400);
    ran("step-to-sent", 5_000);
    ran("db-scheduler", 200);
    assertThat(report.ratio("step-to-sent", "db-scheduler")).isEqualTo(2);
    assertThat(report.ratio("step-to-sent", "control-row")).isNull();
  }

  @Test
  void saysWhatAStepCostsAndWhatBroke(@TempDir Path directory) throws Exception {
    ran("step-to-sent", 500);
    report.hotShare(0.5);
    report.broken("half of it");
    report.write(directory);
    assertThat(Files.readString(directory.resolve("bench.md")))
        .contains(
            "| step-to-sent | 1000 | **500** (500) | 300 | postgresql 200, step-to-sent 100 | 4000 |")
        .contains("**50.0 %**")
        .contains("BROKEN: half of it");
    assertThat(Files.readString(directory.resolve("bench.json")))
        .contains("\"wal_bytes\" : 4000000");
  }

  @Test
  void aHundredthMayBeLateBeforeThePercentileIs() {
    var times =
        new Latencies(
            IntStream.rangeClosed(1, 200).mapToObj(Duration::ofMillis).toList().reversed());
    assertThat(times.percentile(50)).isEqualTo(Duration.ofMillis(100));
    assertThat(times.percentile(99)).isEqualTo(Duration.ofMillis(198));
    assertThat(times.percentile(100)).isEqualTo(Duration.ofMillis(200));
  }
}
