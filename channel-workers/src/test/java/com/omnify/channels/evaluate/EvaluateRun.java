package com.omnify.channels.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.testkit.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the command in this process. */
public final class EvaluateRun {

  private EvaluateRun() {}

  @SuppressWarnings("unchecked")
  public static Map<String, Object> json(String engine, Path data) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Evaluate.run(
            List.of(engine, "--data", data.toString(), "--json"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isZero();
    return TestJson.MAPPER.readValue(out.toString(StandardCharsets.UTF_8), Map.class);
  }

  @SuppressWarnings("unchecked")
  public static Map<String, Object> figures(String engine, Path data) {
    return (Map<String, Object>) json(engine, data).get("figures");
  }
}
