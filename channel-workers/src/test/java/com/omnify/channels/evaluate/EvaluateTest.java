package com.omnify.channels.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateTest {

  @TempDir Path directory;

  private Path file(String... lines) throws Exception {
    return Files.write(directory.resolve("data.jsonl"), List.of(lines));
  }

  @Test
  void countsSegments() throws Exception {
    var run =
        EvaluateRun.json(
            "segments", file("{\"id\":\"a\",\"text\":\"€\"}", "", "{\"id\":2,\"text\":\"😀\"}"));
    assertThat(run.get("results"))
        .isEqualTo(
            List.of(
                Map.of("id", "a", "encoding", "GSM-7", "segments", 1, "units", 2),
                Map.of("id", 2, "encoding", "UCS-2", "segments", 1, "units", 2)));
    assertThat(run.get("figures")).isEqualTo(Map.of("lines", 2, "segments", 2, "ucs_2", 1));
  }

  @Test
  void rendersTemplates() throws Exception {
    var run =
        EvaluateRun.json(
            "templates",
            file(
                "{\"id\":1,\"template\":\"Hi {{ a | upcase }}\",\"environment\":{\"a\":\"x\"},\"expected\":\"Hi X\"}",
                "{\"id\":2,\"template\":\"{% if %}\",\"environment\":{},\"expected\":\"\"}"));
    assertThat((List<?>) run.get("results"))
        .first()
        .isEqualTo(Map.of("id", 1, "output", "Hi X", "ok", true));
    assertThat(run.get("figures")).isEqualTo(Map.of("lines", 2, "ok", 1, "share_ok", 0.5));
  }

  @Test
  void saysWhatItNeeds() throws Exception {
    var err = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    assertThat(Evaluate.run(List.of("segments"), new PrintStream(out), new PrintStream(err)))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--data FILE.jsonl");
    Path broken = file("{");
    assertThat(
            Evaluate.run(
                List.of("segments", "--data", broken.toString()),
                new PrintStream(out),
                new PrintStream(err)))
        .isEqualTo(2);
    assertThat(err.toString()).contains("line 1 is no JSON object");
    assertThat(out.size()).isZero();
  }
}
