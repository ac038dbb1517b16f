package com.omnify.memory.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.testkit.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EvaluateTest {

  @TempDir Path directory;

  private JsonNode window(String fields) throws Exception {
    Path data = directory.resolve("people.jsonl");
    Files.writeString(data, "{\"id\": \"1\", " + fields + "}\n");
    var out = new ByteArrayOutputStream();
    int code =
        Evaluate.run(
            List.of("window", "--data", data.toString(), "--json"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err);
    assertThat(code).isZero();
    return TestJson.MAPPER.readTree(out.toString(StandardCharsets.UTF_8)).path("results").get(0);
  }

  @Test
  void anAreaCodeThatReachesTwoZonesIsClosedInTheFirstToClose() throws Exception {
    // Pensacola, 19:30 in Chicago and 20:30 in New York: Florida closes at eight.
    var row =
        window(
            "\"phone\": \"+18505550100\", \"channel\": \"sms\", \"instant\": \"2026-01-16T01:30:00Z\"");
    assertThat(row.path("allowed").asBoolean()).isFalse();
    assertThat(row.path("rule").asString()).isEqualTo("US-FL in America/New_York");
    assertThat(row.path("next_allowed").asString()).isEqualTo("2026-01-16T14:00:00Z");
  }

  @Test
  void whoIsNowhereIsSpokenToFromNoonToEightEastern() throws Exception {
    var row =
        window(
            "\"phone\": \"+18005550100\", \"state\": null, \"channel\": \"voice\", \"instant\":"
                + " \"2026-01-15T16:59:59Z\"");
    assertThat(row.path("allowed").asBoolean()).isFalse();
    assertThat(row.path("next_allowed").asString()).isEqualTo("2026-01-15T17:00:00Z");
    assertThat(row.path("rule").asString()).isEqualTo("unknown in America/New_York");
  }

  @Test
  void theChannelIsRequired() throws Exception {
    var row = window("\"phone\": \"+12125550100\", \"instant\": \"2026-01-15T16:59:59Z\"");
    assertThat(row.path("allowed").asBoolean()).isFalse();
    assertThat(row.path("rule").asString()).contains("channel is required");
  }
}
