package com.omnify.scheduler.sequence;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.db.KitJson;
import com.omnify.model.StepKind;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.StepJson.StepBody;
import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.PublishLint;
import com.omnify.scheduler.sequence.policy.SkipRule;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepJsonTest {

  private static final StepId FRESH = new StepId(new UUID(1, 1));

  private static Problems read(String json) {
    var problems = new Problems();
    StepJson.read(KitJson.mapper().readValue(json, StepBody.class), 1, "s", FRESH, problems);
    return problems;
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Instant at = Instant.parse("2026-12-24T00:00:00Z");
    var delays =
        List.of(
            new Delay.Immediate(),
            new Delay.Fixed(Duration.ofHours(50)),
            new Delay.BusinessHours(Duration.ofMinutes(90)),
            new Delay.AtLocalTime(2, LocalTime.of(10, 0)),
            new Delay.AfterPrevious(Duration.ofDays(1)));
    for (Delay delay : delays) {
      var step =
          new Step(
              FRESH,
              3,
              "Hello",
              StepKind.SMS,
              delay,
              Map.of("body", "Hi {{ first_name | default: 'you' }}"),
              List.of(
                  new SkipRule.Replied(),
                  new SkipRule.Answered(),
                  new SkipRule.Booked(),
                  new SkipRule.NotBefore(at),
                  new SkipRule.NotAfter(at),
                  new SkipRule.UnlessVoicemail()),
              new OnSuccess.Jump(new StepId(new UUID(2, 2))),
              new OnFailure.Retry(Duration.ofMinutes(7), 4),
              true);
      var json = KitJson.mapper();
      var body = json.readValue(json.writeValueAsString(StepJson.write(step)), StepBody.class);
      assertThat(StepJson.readStored(body)).isEqualTo(step);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"content\":{\"body\":\"x\"}} | s.kind",
        "{\"kind\":\"sms\"} | s.content.body",
        "{\"kind\":\"sms\",\"content\":{\"body\":\"x\",\"subject\":\"y\"}} | s.content.subject",
        "{\"kind\":\"wait\",\"content\":{\"body\":\"x\"}} | s.content",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"later\"}} | s.delay.type",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"fixed\"}} | s.delay.duration",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"fixed\",\"duration\":\"P400D\"}} | s.delay.duration",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"fixed\",\"duration\":\"-PT1H\"}} | s.delay.duration",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"local_time\",\"time\":\"25:00\"}} | s.delay.time",
        "{\"kind\":\"wait\",\"delay\":{\"type\":\"local_time\",\"time\":\"10:00\",\"duration\":\"PT5H\"}} | s.delay.duration",
        "{\"kind\":\"wait\",\"skip_if\":[{\"type\":\"bored\"}]} | s.skip_if[0].type",
        "{\"kind\":\"wait\",\"skip_if\":[{\"type\":\"not_after\",\"at\":\"soon\"}]} | s.skip_if[0].at",
        "{\"kind\":\"wait\",\"on_success\":{\"action\":\"jump\"}} | s.on_success.step_id",
        "{\"kind\":\"wait\",\"on_success\":{\"action\":\"retry\"}} | s.on_success.action",
        "{\"kind\":\"wait\",\"on_failure\":{\"action\":\"retry\",\"max_attempts\":99}} | s.on_failure",
        "{\"kind\":\"wait\",\"id\":\"7\"} | s.id",
        "{\"kind\":\"email\",\"content\":{\"text\":\"x\"}} | s.content.subject",
        "{\"kind\":\"email\",\"content\":{\"subject\":\"x\"}} | s.content.text",
        "{\"kind\":\"email\",\"content\":{\"subject\":\"{{ nane }}\",\"text\":\"x\"}} | s.content.subject",
        "{\"kind\":\"email\",\"content\":{\"subject\":\"a\",\"text\":\"x\",\"html\":\"{% if\"}} | s.content.html",
        "{\"kind\":\"voice\",\"content\":{\"first_message\":\"Hi\"}} | s.content.system_prompt",
        "{\"kind\":\"voice\",\"content\":{\"assistant_id\":\"a\",\"max_minutes\":90}} | s.content.max_minutes",
        "{\"kind\":\"voice\",\"content\":{\"assistant_id\":\"a\",\"transfer_number\":\"911\"}} | s.content.transfer_number",
        "{\"kind\":\"condition\",\"content\":{\"when\":[]}} | s.content.when",
        "{\"kind\":\"condition\",\"content\":{\"when\":[{\"field\":\"mood\",\"op\":\"exists\"}]}} | s.content.when[0].field",
        "{\"kind\":\"condition\",\"content\":{\"when\":[{\"field\":\"replied\",\"op\":\"exists\"}]}} | s.content.when[0]",
        "{\"kind\":\"condition\",\"content\":{\"when\":[{\"field\":\"email\",\"op\":\"exists\"}],\"else\":\"back\"}} | s.content.else",
        "{\"kind\":\"webhook\",\"content\":{\"url\":\"ftp://example.com\"}} | s.content.url",
        "{\"kind\":\"webhook\",\"content\":{\"url\":\"https://u:p@example.com\"}} | s.content.url",
        "{\"kind\":\"webhook\",\"content\":{\"url\":\"https://example.com\",\"headers\":{\"Host\":\"x\"}}} | s.content.headers.Host",
        "{\"kind\":\"webhook\",\"content\":{\"url\":\"https://example.com\",\"body\":{\"a\":[\"{{ x }}\"]}}} | s.content.body.a[0]",
        "{\"kind\":\"webhook\",\"content\":{\"url\":\"https://example.com\",\"body\":\"text\"}} | s.content.body",
        "{\"kind\":\"notify_team\",\"content\":{\"message\":\"x\",\"priority\":\"loud\"}} | s.content.priority",
        "{\"kind\":\"notify_team\",\"content\":{\"message\":\"{{ x }}\"}} | s.content.message"
      })
  void whatIsWrongIsNamedByItsPath(String json, String field) {
    assertThat(read(json).all()).extracting(PublishLint.Finding::field).containsExactly(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"kind": "email", "content": {"subject": "Hi {{ first_name | default: 'you' }}", "text": "Hello",
          "html": "<p>Hello</p>", "from_mailbox": "01999999-0000-7000-8000-000000000001"}}""",
        """
        {"kind": "voice", "content": {"first_message": "Hi", "system_prompt": "Be kind", "max_minutes": 5,
          "voicemail_message": "Call us", "transfer_number": "+12065550100"}}""",
        """
        {"kind": "voice", "content": {"assistant_id": "asst_1"}}""",
        """
        {"kind": "condition", "content": {"when": [{"field": "replied", "op": "equals", "value": true},
          {"field": "custom.roof", "op": "in", "value": ["flat", "steep"]}], "match": "any",
          "then": {"action": "jump", "step_id": "01999999-0000-7000-8000-000000000009"}, "else": "end"}}""",
        """
        {"kind": "webhook", "content": {"url": "https://example.com/hook?a=b", "headers": {"X-Key": "k"},
          "body": {"who": "{{ first_name }}", "n": 3, "list": [true, null, "{{ custom.roof }}"]}}}""",
        """
        {"kind": "notify_team", "content": {"message": "Call {{ first_name }}", "priority": "high"}}"""
      })
  void everyKindCanBeSaved(String json) {
    assertThat(read(json).all()).isEmpty();
    var body = KitJson.mapper().readValue(json, StepBody.class);
    Step step = StepJson.read(body, 1, "s", FRESH, new Problems());
    var stored = KitJson.mapper().writeValueAsString(StepJson.write(requireNonNull(step)));
    assertThat(StepJson.readStored(KitJson.mapper().readValue(stored, StepBody.class)))
        .isEqualTo(step);
  }

  @Test
  void aConditionMayOnlyLeadForward() {
    StepId back = new StepId(new UUID(1, 1));
    var first = step(back, 1, StepKind.WAIT, Map.of());
    var condition =
        step(
            new StepId(new UUID(2, 2)),
            2,
            StepKind.CONDITION,
            Map.of(
                "when",
                List.of(Map.of("field", "replied", "op", "equals", "value", true)),
                "then",
                Map.of("action", "jump", "step_id", back.toString()),
                "else",
                "end"));
    assertThat(PublishLint.check(List.of(first, condition), WeeklyHours.DEFAULT_SEND_WINDOW))
        .extracting(PublishLint.Finding::field)
        .containsExactly("steps[1].content.then.step_id");
  }

  private static Step step(StepId id, int position, StepKind kind, Map<String, Object> content) {
    return new Step(
        id,
        position,
        null,
        kind,
        new Delay.Immediate(),
        content,
        List.of(),
        new OnSuccess.Continue(),
        new OnSuccess.Continue(),
        false);
  }

  @Test
  void hoursMustMakeSense() {
    var problems = new Problems();
    HoursJson.read(
        Map.of(
            "mon",
            List.of(
                new HoursJson.SpanBody("09:00", "12:00"),
                new HoursJson.SpanBody("11:00", "15:00"))),
        "w",
        problems);
    HoursJson.read(Map.of("tue", List.of(new HoursJson.SpanBody("12:00", "09:00"))), "w", problems);
    assertThat(problems.all())
        .extracting(PublishLint.Finding::field)
        .containsExactly("w", "w.tue[0]");
    var whole =
        HoursJson.read(
            Map.of("wed", List.of(new HoursJson.SpanBody("00:00", "24:00"))), "w", new Problems());
    assertThat(HoursJson.readStored(HoursJson.write(whole))).isEqualTo(whole);
  }

  @Test
  void aJumpBackWouldNeverEnd() {
    var first = new StepId(new UUID(1, 1));
    var step =
        new Step(
            new StepId(new UUID(2, 2)),
            2,
            null,
            StepKind.WAIT,
            new Delay.Immediate(),
            Map.of(),
            List.of(),
            new OnSuccess.Jump(first),
            new OnSuccess.Jump(new StepId(new UUID(9, 9))),
            false);
    var one =
        new Step(
            first,
            1,
            null,
            StepKind.WAIT,
            new Delay.Immediate(),
            Map.of(),
            List.of(),
            new OnSuccess.Continue(),
            new OnSuccess.Continue(),
            false);
    assertThat(PublishLint.check(List.of(one, step), WeeklyHours.DEFAULT_SEND_WINDOW))
        .extracting(PublishLint.Finding::field)
        .containsExactly("steps[1].on_success.step_id", "steps[1].on_failure.step_id");
  }
}
