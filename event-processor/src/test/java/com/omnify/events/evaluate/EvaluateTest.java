package com.omnify.events.evaluate;

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

  @Test
  void readsReplies() throws Exception {
    Path file =
        Files.write(
            directory.resolve("replies.jsonl"),
            List.of(
                "{\"id\":1,\"text\":\"Yes\\n\\nOn 5/4/26 9:12 AM, Ada wrote:\\n> Hi\",\"expected\":\"Yes\"}",
                "",
                "{\"id\":\"b\",\"text\":\"<p>No</p>\",\"expected\":\"Yes\"}",
                "{\"id\":3,\"text\":\"Back on December 1\",\"subject\":\"Out of office\",\"date\":\"2026-11-24\"}"));
    Map<String, Object> run = EvaluateRun.json("replies", "--data", file.toString());
    assertThat(EvaluateRun.results(run))
        .containsExactly(
            Map.of("id", 1, "visible", "Yes", "auto_reply", false, "ok", true, "same_words", true),
            Map.of(
                "id", "b", "visible", "No", "auto_reply", false, "ok", false, "same_words", false),
            Map.of(
                "id",
                3,
                "visible",
                "Back on December 1",
                "auto_reply",
                true,
                "returns",
                "2026-12-01"));
    assertThat(EvaluateRun.figures(run))
        .isEqualTo(
            Map.of(
                "lines",
                3,
                "auto_replies",
                1,
                "expected",
                2,
                "exact",
                1,
                "share_exact",
                0.5,
                "same_words",
                1,
                "wrong",
                List.of("b")));
  }

  @Test
  void readsBounces() throws Exception {
    Path maildir = Files.createDirectories(directory.resolve("mail/new"));
    Files.writeString(
        maildir.resolve("1"),
        "From: MAILER-DAEMON@a.example\nSubject: failure notice\n\n<bo@b.example>:\n550 5.1.1 unknown\n");
    Files.writeString(maildir.resolve("2"), "hello");
    Path expected =
        Files.writeString(
            directory.resolve("expected.json"),
            "[{\"file\":\"mail/new/1\",\"recipients\":[{\"dsn\":\"5.1.1\",\"reason\":\"userunknown\",\"hardbounce\":true}]},"
                + "{\"file\":\"mail/new/2\",\"recipients\":[{\"class\":\"soft\"}]}]");
    Map<String, Object> run =
        EvaluateRun.json(
            "bounces",
            "--maildir",
            directory.resolve("mail").toString(),
            "--expected",
            expected.toString());
    assertThat(EvaluateRun.results(run).getFirst())
        .containsEntry("file", "new/1")
        .containsEntry("status", "5.1.1")
        .containsEntry("class", "hard")
        .containsEntry("recipient", "bo@b.example");
    assertThat(EvaluateRun.figures(run))
        .containsEntry("right", 1)
        .containsEntry("wrong", List.of("new/2[0] : none, expected soft"));
  }

  @Test
  void saysWhatItNeeds() {
    assertThat(refused("replies")).contains("--data FILE.jsonl");
    assertThat(refused("bounces", "--data", "x")).contains("'--data' is not understood");
    assertThat(refused("bounces", "--maildir", directory + "/none")).contains("no directory");
    assertThat(refused("replies", "--data", directory + "/none")).contains("cannot read");
  }

  private static String refused(String... args) {
    var err = new ByteArrayOutputStream();
    var out = new ByteArrayOutputStream();
    assertThat(Evaluate.run(List.of(args), new PrintStream(out), new PrintStream(err)))
        .isEqualTo(2);
    assertThat(out.size()).isZero();
    return err.toString();
  }
}
