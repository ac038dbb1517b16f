package com.omnify.channels.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.omnify.channels.evaluate.EvaluateRun;
import com.omnify.testkit.TestJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The public cases of the template language, where they lie beside the repository. */
class LiquidSuiteTest {

  private static final Path CASES = Path.of("../../shared/data/templates/liquid_half.json");

  /** Measured; it may rise, and must not fall. */
  private static final double PASSES = 0.81;

  @Test
  @SuppressWarnings("unchecked")
  void mostOfTheLanguageRenders() throws Exception {
    assumeThat(CASES).exists();
    List<Map<String, Object>> cases =
        TestJson.MAPPER.readValue(Files.readString(CASES), List.class);
    Path lines = Files.createTempFile("liquid", ".jsonl");
    try {
      for (Map<String, Object> one : cases) {
        Files.writeString(
            lines,
            TestJson.MAPPER.writeValueAsString(one) + "\n",
            java.nio.file.StandardOpenOption.APPEND);
      }
      Map<String, Object> figures = EvaluateRun.figures("templates", lines);
      System.out.println("Liquid cases: " + figures);
      assertThat((double) figures.get("share_ok")).isGreaterThanOrEqualTo(PASSES);
    } finally {
      Files.delete(lines);
    }
  }
}
