package com.omnify.events.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real bounces, where they lie beside the repository. */
class BounceSuiteTest {

  /**
   * Where we differ from the other judge, on purpose. By the report's own words: "delayed" is no
   * bounce (four); by our table: 5.1.1 and 5.2.1 are hard, 5.7.x never blames the address, 4.x.x is
   * soft (four); and "user unknown", "recipient not found" is hard at whatever point of the session
   * it is said (four).
   */
  private static final List<String> DIFFER =
      List.of(
          "lhost-messagingserver-07",
          "lhost-sendmail-55",
          "rfc3464-07",
          "rfc3464-34",
          "lhost-amazonworkmail-02",
          "lhost-receivingses-01",
          "lhost-bigfoot-02",
          "lhost-postfix-05",
          "lhost-exchange2003-04",
          "lhost-postfix-07",
          "lhost-sendmail-19",
          "lhost-x2-01");

  @Test
  @SuppressWarnings("unchecked")
  void realBouncesAreClassified() {
    Path bounces = SharedData.of("bounces");
    Map<String, Object> run =
        EvaluateRun.json(
            "bounces",
            "--maildir",
            bounces.resolve("maildir").toString(),
            "--expected",
            bounces.resolve("expected.json").toString());
    Map<String, Object> figures = EvaluateRun.figures(run);
    System.out.println("Bounces: " + figures);
    assertThat(
            ((List<String>) figures.get("wrong"))
                .stream().map(line -> line.replaceAll("^bsd/|\\.eml.*", "")).toList())
        .containsExactlyInAnyOrderElementsOf(DIFFER);
    assertThat(EvaluateRun.results(run))
        .filteredOn(result -> !"none".equals(result.get("class")))
        // a report pasted into the text of another
        .filteredOn(result -> !"bsd/lhost-postfix-50.eml".equals(result.get("file")))
        .allSatisfy(result -> assertThat(result.get("recipient")).as("%s", result).isNotNull());
  }

  @Test
  void postfixIsUnderstood() {
    Map<String, Object> run =
        EvaluateRun.json("bounces", "--maildir", SharedData.of("bounces/postfix_real").toString());
    System.out.println("Postfix: " + EvaluateRun.figures(run));
    assertThat(
            EvaluateRun.results(run).stream()
                .collect(
                    Collectors.toMap(
                        result -> result.get("file"),
                        result -> result.get("status") + " " + result.get("class"))))
        .isEqualTo(
            Map.of(
                "enr-busy.eml", "4.7.0 soft",
                "enr-down.eml", "4.4.1 soft",
                "enr-full.eml", "4.2.2 soft",
                "enr-spam.eml", "5.7.1 spam",
                "enr-unknown.eml", "5.1.1 hard"));
  }
}
