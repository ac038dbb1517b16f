package com.omnify.events.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.testkit.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the command in this process. */
final class EvaluateRun {

  private EvaluateRun() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> json(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Evaluate.run(
            Stream.concat(Stream.of(args), Stream.of("--json")).toList(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isZero();
    return TestJson.MAPPER.readValue(out.toString(StandardCharsets.UTF_8), Map.class);
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> figures(Map<String, Object> run) {
    return (Map<String, Object>) run.get("figures");
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> results(Map<String, Object> run) {
    return (List<Map<String, Object>>) run.get("results");
  }
}
