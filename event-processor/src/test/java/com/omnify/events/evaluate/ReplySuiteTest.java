package com.omnify.events.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.testkit.TestJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The public replies, where they lie beside the repository. */
class ReplySuiteTest {

  /**
   * Those that differ on purpose: the suite keeps signatures (two cases), and stops reading after
   * one line (one).
   */
  private static final List<String> DIFFER =
      List.of("test_too_many_lines", "standard_replies/iphone", "standard_replies/sparrow");

  @TempDir Path directory;

  @Test
  void plainReplies() throws Exception {
    Map<String, Object> run = run("replies/talon_plain.json", "input", null);
    System.out.println("Plain replies: " + EvaluateRun.figures(run));
    assertThat(EvaluateRun.figures(run)).containsEntry("wrong", DIFFER);
  }

  @Test
  void htmlReplies() throws Exception {
    Map<String, Object> run =
        run("replies/talon_html.json", "html", "Hi. I am fine.\n\nThanks,\nAlex");
    Map<String, Object> figures = EvaluateRun.figures(run);
    System.out.println("HTML replies: " + figures);
    assertThat(figures.get("same_words")).isEqualTo(figures.get("expected"));
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> run(String name, String field, String expected) throws Exception {
    List<Map<String, Object>> cases =
        TestJson.MAPPER.readValue(Files.readString(SharedData.of(name)), List.class);
    var lines = new ArrayList<String>();
    for (Map<String, Object> one : cases) {
      lines.add(
          TestJson.MAPPER.writeValueAsString(
              Map.of(
                  "id", one.get("test"),
                  "text", one.get(field),
                  "expected", expected == null ? one.get("expected") : expected)));
    }
    Path file = Files.write(directory.resolve("replies.jsonl"), lines);
    return EvaluateRun.json("replies", "--data", file.toString());
  }
}
