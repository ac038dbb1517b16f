package com.omnify.events.vapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.call.policy.CallOutcome;
import com.omnify.events.call.policy.CallReport;
import com.omnify.events.call.policy.CallerId;
import com.omnify.events.optout.policy.OptOutRule;
import com.omnify.events.vapi.policy.CallNews;
import com.omnify.events.vapi.policy.ToolAnswer;
import com.omnify.events.vapi.policy.ToolCall;
import com.omnify.events.vapi.policy.VapiProof;
import com.omnify.events.vapi.policy.VapiProof.Mode;
import com.omnify.model.CallDisposition;
import com.omnify.model.FailureType;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VapiMessagesTest {

  private static CallNews read(String message) {
    return VapiMessages.read(("{\"message\": " + message + "}").getBytes(UTF_8)).orElseThrow();
  }

  private static CallReport report(String message) {
    return ((CallNews.Reported) read(message)).report();
  }

  @Test
  void aReportIsReadWhereverItsPartsStand() {
    CallReport old =
        report(
            """
            {"type": "end-of-call-report", "call": {"endedReason": "customer-busy", "cost": 0.5,
             "startedAt": "2026-03-10T18:00:00Z", "endedAt": "2026-03-10T18:00:07.4Z"},
             "recordingUrl": "https://r.example/2.wav", "summary": "Busy.",
             "transcript": "AI: Hello\\nUser: Not now\\n"}
            """);
    assertThat(old.reason()).isEqualTo("customer-busy");
    assertThat(old.seconds()).isEqualTo(7);
    assertThat(old.costMicros()).isEqualTo(500_000);
    assertThat(old.recordingUrl()).isEqualTo("https://r.example/2.wav");
    assertThat(old.summary()).isEqualTo("Busy.");
    assertThat(old.turns()).extracting(turn -> turn.text()).containsExactly("Hello", "Not now");
  }

  @Test
  void nonsenseInAReportIsLeftOut() {
    CallReport odd =
        report(
            """
            {"type": "end-of-call-report", "endedReason": 7, "cost": -3, "durationSeconds": 1e300,
             "startedAt": "yesterday", "artifact": {"recordingUrl": "javascript:alert(1)",
             "messages": [7, {"role": "user"}, {"role": "oracle", "message": "x"}]}}
            """);
    assertThat(odd.reason()).isEqualTo("7");
    assertThat(odd.costMicros()).isZero();
    assertThat(odd.seconds()).isEqualTo(86_400);
    assertThat(odd.recordingUrl()).isNull();
    assertThat(odd.turns()).isEmpty();
  }

  @Test
  void whatWasSaidCountsAndNotWhatTheModelWasGiven() {
    var spoke =
        (CallNews.Spoke)
            read(
                """
                {"type": "transcript", "role": "user", "transcriptType": "final", "isFiltered": true,
                 "transcript": "[filtered]", "originalTranscript": "Stop calling me"}
                """);
    assertThat(spoke.words()).isEqualTo("Stop calling me");
  }

  @Test
  void toolsAreReadInBothShapes() {
    for (String shape :
        new String[] {
          "\"toolCallList\": [{\"id\": \"t\", \"name\": \"book_appointment\", \"parameters\": {\"time\": \"Friday\"}}]",
          "\"toolCallList\": [{\"id\": \"t\", \"function\": {\"name\": \"book_appointment\", \"arguments\": \"{\\\"time\\\": \\\"Friday\\\"}\"}}]",
          "\"toolWithToolCallList\": [{\"name\": \"book_appointment\", \"toolCall\": {\"id\": \"t\", \"parameters\": {\"time\": \"Friday\"}}}]"
        }) {
      var wanted = (CallNews.ToolsWanted) read("{\"type\": \"tool-calls\", " + shape + "}");
      assertThat(wanted.tools())
          .containsExactly(new ToolCall("t", "book_appointment", Map.of("time", "Friday")));
      assertThat(ToolAnswer.to(wanted.tools().getFirst())).isInstanceOf(ToolAnswer.Booked.class);
    }
  }

  @Test
  void aToolsAnswerIsOneLineWithoutTemplates() {
    var answer =
        ToolAnswer.to(
            new ToolCall(
                "t", "book_appointment", Map.of("time", "{{secret}}\n" + "x".repeat(500))));
    assertThat(answer.words()).doesNotContain("{", "\n").hasSizeLessThan(150);
  }

  @ParameterizedTest
  @CsvSource({
    "customer-ended-call, false, ANSWERED,",
    "voicemail, true, VOICEMAIL,",
    "customer-did-not-answer, false, NO_ANSWER, CALL_NO_ANSWER",
    "call.in-progress.error-vapifault-worker-died, true, ANSWERED, CALL_FAILED",
    "assistant-not-found, false, FAILED, CALL_FAILED",
    "manually-canceled, false, FAILED,",
    "manually-canceled, true, ANSWERED,",
    "invented-tomorrow, false, FAILED, CALL_FAILED",
    "invented-tomorrow, true, ANSWERED,"
  })
  void anEndSaysHowItWent(
      String reason, boolean spoke, CallDisposition disposition, FailureType failure) {
    CallOutcome outcome = CallOutcome.ofVapi(reason, spoke);
    assertThat(outcome.disposition()).isEqualTo(disposition);
    assertThat(outcome.failure()).isEqualTo(failure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Stop calling me. | STOP",
        "Take me off your list, please | STOP",
        "I told you to stop | STOP",
        "Don't ever call me again | STOP",
        "Stop. | STOP",
        "Remove me | STOP",
        "Don't call me, text me | NO_CALLS",
        "Please don't call me, just text | NO_CALLS",
        "Cancel | NONE",
        "Cancel my appointment | NONE",
        "Stop. Let me think. Friday works | NONE",
        "Please don't stop calling, I want the offer | NONE",
        "Can you stop by tomorrow? | NONE",
        "No more | NONE",
        "Don't call me before nine | NONE",
        "The end | NONE",
        "Who gave you my number? | NONE"
      })
  void aWordInACallIsReadAsSpeech(String turn, OptOutRule.Spoken spoken) {
    assertThat(OptOutRule.inSpeech(turn)).as(turn).isEqualTo(spoken);
  }

  @Test
  void hiddenNumbersAreNobodys() {
    assertThat(CallerId.of("+12065550100")).isEqualTo("+12065550100");
    for (String hidden : new String[] {"+266696687", "anonymous", "", "sip:ann@example.com"}) {
      assertThat(CallerId.of(hidden)).isNull();
    }
  }

  @Test
  void aSignatureIsReadInItsUsualForms() {
    byte[] body = "{}".getBytes(UTF_8);
    var now = Instant.parse("2026-03-10T18:00:00Z");
    for (String timestamp : new String[] {"1773165600", "1773165600000", "2026-03-10T18:00:00Z"}) {
      byte[] signature = VapiProof.sign("s", timestamp, body);
      Map<String, String> headers =
          Map.of(
              "X-Vapi-Timestamp",
              timestamp,
              "X-Vapi-Signature",
              Base64.getEncoder().encodeToString(signature));
      assertThat(VapiProof.holds(Mode.HMAC, "s", headers::get, body, now)).isTrue();
      assertThat(VapiProof.holds(Mode.HMAC, "t", headers::get, body, now)).isFalse();
      assertThat(VapiProof.holds(Mode.HMAC, "s", headers::get, body, now.plusSeconds(301)))
          .isFalse();
      assertThat(VapiProof.holds(Mode.SECRET, "s", headers::get, body, now)).isFalse();
    }
    assertThat(VapiProof.holds(Mode.ANY, "", Map.of("X-Vapi-Secret", "")::get, body, now))
        .isFalse();
  }
}
