package com.omnify.healer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class EvaluateTest {

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsOneJsonObjectAndNothingElse() throws Exception {
    int exit = run("codes", "--data", data("twilio:30003\n\nvoicemail\n"), "--json");
    assertThat(exit).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8)))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"results":[
                       {"id":"twilio:30003","failure":"sms_undelivered","class":"transient","matched_by":"exact"},
                       {"id":"voicemail","failure":null,"class":"voicemail","matched_by":"exact"}],
                     "figures":{"count":2,"matched_by":{"default":0,"exact":2,"pattern":0},
                       "failures":{"none":1,"sms_undelivered":1}}}
                    """));
  }

  @Test
  void printsATable() throws Exception {
    assertThat(run("codes", "--data", data("smtp:5.1.1"))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("smtp:5.1.1 +email_bounced +hard +exact")
        .contains("1 codes");
  }

  @Test
  void saysHowItIsCalled() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("codes", "--data", directory.resolve("absent").toString())).isEqualTo(2);
    assertThat(run("codes", "--date", "x")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("usage: evaluate codes")
        .contains("there is no file")
        .contains("'--date' is not understood");
    assertThat(out.size()).isZero();
  }

  private String data(String text) throws Exception {
    return Files.writeString(directory.resolve("codes.txt"), text).toString();
  }

  private int run(String... args) {
    return Evaluate.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
