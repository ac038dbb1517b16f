package com.omnify.launcher.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Steps as the API takes them. */
final class DemoSteps {

  private static final int MINUTES_OF_A_CALL = 5;

  private DemoSteps() {}

  /**
   * What an assistant calls about.
   *
   * @param about as in "I am calling …"
   * @param goal what it is to find out and to offer, in whole sentences
   * @param office where people are put through to
   */
  record Call(String about, String goal, String office) {}

  /** A subject, and the words between greeting and name. */
  record Mail(String subject, String text) {}

  /**
   * What is said in the five steps.
   *
   * @param first goes on after "Hi Ada, "
   */
  record Words(String first, Mail mail, Call call, String second, Mail last) {}

  /** Over about a week. */
  static List<Map<String, Object>> five(Words words) {
    return List.of(
        sms(
            "First text",
            immediate(),
            "Hi {{ first_name | default: \"there\" }}, " + words.first()),
        mail("The whole story", fixed("P1D"), words.mail()),
        call("Call", localTime("P1D", "11:00"), words.call()),
        sms("After the call", fixed("P1D"), words.second()),
        mail("Last mail", localTime("P2D", "10:00"), words.last()));
  }

  /** The same, with other steps put in before the one at that index. */
  static List<Map<String, Object>> with(
      List<Map<String, Object>> steps, int index, List<Map<String, Object>> more) {
    var all = new ArrayList<>(steps);
    all.addAll(index, more);
    return List.copyOf(all);
  }

  private static Map<String, Object> sms(String name, Map<String, Object> delay, String body) {
    return says("sms", name, delay, Map.of("body", body));
  }

  private static Map<String, Object> mail(String name, Map<String, Object> delay, Mail mail) {
    var text =
        """
        Hello {{ first_name | default: "there" }},

        %s

        {{ client_name }}
        {{ client_phone }}"""
            .formatted(mail.text());
    return says("email", name, delay, Map.of("subject", mail.subject(), "text", text));
  }

  private static Map<String, Object> call(String name, Map<String, Object> delay, Call call) {
    return says(
        "voice",
        name,
        delay,
        Map.of(
            "first_message",
            "Hi, this is the assistant of {{ client_name }}, calling %s. Is this a good moment?"
                .formatted(call.about()),
            "system_prompt",
            """
            You call for {{ client_name }} %s. %s
            Be brief and friendly. If they agree on a time, book it with your tool. If they want a person, put \
            them through. If they want no more calls, thank them and end the call."""
                .formatted(call.about(), call.goal()),
            "voicemail_message",
            """
            Hi, this is {{ client_name }} %s. Nothing urgent: we will send you a text, or call us back at \
            {{ client_phone }}."""
                .formatted(call.about()),
            "transfer_number",
            call.office(),
            "max_minutes",
            MINUTES_OF_A_CALL));
  }

  private static Map<String, Object> says(
      String kind, String name, Map<String, Object> delay, Map<String, Object> content) {
    var step = step(kind, name, delay, content);
    step.put("skip_if", List.of(Map.of("type", "replied"), Map.of("type", "booked")));
    step.put("on_success", Map.of("action", "continue"));
    step.put("on_failure", Map.of("action", "continue"));
    return step;
  }

  /**
   * Asks whether any of these has happened; where none has, it goes on at a later step.
   *
   * @param after as a duration
   * @param flags such as {@code opened}
   * @param otherwise the name of that step
   */
  static Map<String, Object> unless(
      String name, String after, List<String> flags, String otherwise) {
    return step(
        "condition",
        name,
        fixed(after),
        Map.of(
            "when",
            flags.stream()
                .map(flag -> Map.of("field", flag, "op", "equals", "value", true))
                .toList(),
            "match",
            "any",
            "then",
            Map.of("action", "continue"),
            "else",
            Map.of("action", "jump", "step_id", id(otherwise))));
  }

  /** Asks whether it has happened; where it has, it goes on at a later step. */
  static Map<String, Object> when(String name, String flag, String then) {
    return step(
        "condition",
        name,
        immediate(),
        Map.of(
            "when",
            List.of(Map.of("field", flag, "op", "equals", "value", true)),
            "then",
            Map.of("action", "jump", "step_id", id(then)),
            "else",
            Map.of("action", "continue")));
  }

  static Map<String, Object> notifyTeam(String name, String priority, String message) {
    return step("notify_team", name, immediate(), Map.of("message", message, "priority", priority));
  }

  private static Map<String, Object> step(
      String kind, String name, Map<String, Object> delay, Map<String, Object> content) {
    var step = new LinkedHashMap<String, Object>();
    step.put("id", id(name));
    step.put("name", name);
    step.put("kind", kind);
    step.put("delay", delay);
    step.put("content", content);
    return step;
  }

  /** An id belongs to a step of one sequence, so the name in it is enough. */
  private static String id(String name) {
    return UUID.nameUUIDFromBytes(("demo step " + name).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  private static Map<String, Object> immediate() {
    return Map.of("type", "immediate");
  }

  private static Map<String, Object> fixed(String duration) {
    return Map.of("type", "fixed", "duration", duration);
  }

  private static Map<String, Object> localTime(String duration, String time) {
    return Map.of("type", "local_time", "duration", duration, "time", time);
  }
}
