package com.omnify.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OmnifyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "demo",
        "down",
        "status",
        "logs",
        "verify",
        "chaos",
        "test",
        "doctor",
        "evaluate",
        "bench",
        "doors"
      })
  void everyCommandHasHelp(String command) {
    var out = new StringWriter();
    var line = new CommandLine(new Omnify()).setOut(new PrintWriter(out));
    assertThat(line.execute(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: omnify " + command);
  }

  @Test
  void anUnknownCommandIsWrongUsage() {
    var err = new StringWriter();
    var line = new CommandLine(new Omnify()).setErr(new PrintWriter(err));
    assertThat(line.execute("upp")).isEqualTo(2);
    assertThat(err.toString()).contains("up");
  }

  @Test
  void anUnknownEngineIsNamedWithThoseThereAre() {
    var err = new StringWriter();
    var line = new CommandLine(new Omnify()).setErr(new PrintWriter(err));
    assertThat(line.execute("evaluate", "tarot")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tarot")
        .contains("bounces, codes, replies, segments, templates");
  }

  @Test
  void theBackgroundRunsTheSameCommandInTheForeground() {
    assertThat(Arguments.forBackground("demo", List.of("demo", "--rate", "60", "-d")))
        .containsExactly("demo", "--rate", "60");
    assertThat(Arguments.forBackground("up", List.of("--detach", "--data", "up")))
        .containsExactly("up", "--data", "up");
  }
}
