package com.omnify.scheduler.sequence;

import com.omnify.model.StepKind;
import com.omnify.model.WebhookAddress;
import com.omnify.scheduler.sequence.policy.Branch;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a step of each kind says or does, and what of it is wrong. */
final class StepContent {

  static final int MAX_SMS = 1600;
  private static final int MAX_SUBJECT = 500;
  private static final int MAX_TEXT = 50_000;
  private static final int MAX_HTML = 200_000;
  private static final int MAX_PROMPT = 20_000;
  private static final int MAX_SPOKEN = 2_000;
  private static final int MAX_NOTE = 1_000;
  private static final int MAX_BODY_DEPTH = 8;
  private static final int MAX_BODY_FIELDS = 200;
  private static final int MAX_HEADERS = 20;

  /** A call whose end nobody reports counts as over a little later than this. */
  private static final int MAX_MINUTES = 30;

  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E]{0,1000}");

  /** Ours to set, or the connection's. */
  private static final Set<String> RESERVED_HEADERS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "connection",
          "transfer-encoding",
          "upgrade",
          "expect",
          "user-agent");

  private static final Set<String> PRIORITIES = Set.of("low", "normal", "high", "urgent");

  /** The texts of each kind that are templates. */
  private static final Map<StepKind, List<String>> TEMPLATES =
      Map.of(
          StepKind.SMS, List.of("body"),
          StepKind.EMAIL, List.of("subject", "text", "html"),
          StepKind.VOICE, List.of("first_message", "system_prompt", "voicemail_message"),
          StepKind.NOTIFY_TEAM, List.of("message"));

  private final Map<String, Object> given;
  private final String path;
  private final Problems problems;

  private StepContent(Map<String, Object> given, String path, Problems problems) {
    this.given = given;
    this.path = path;
    this.problems = problems;
  }

  /** What was given, without what is null; what is wrong with it is noted. */
  static Map<String, Object> check(
      @Nullable StepKind kind,
      @Nullable Map<String, Object> content,
      String path,
      Problems problems) {
    Map<String, Object> given = given(content);
    if (kind != null) {
      new StepContent(given, path, problems).check(kind);
    }
    return given;
  }

  /** What was given, without what is null. */
  static Map<String, Object> given(@Nullable Map<String, Object> content) {
    Map<String, Object> given = new LinkedHashMap<>(content == null ? Map.of() : content);
    given.values().removeIf(java.util.Objects::isNull);
    return given;
  }

  /** Checks and reads again all that a step holds, by the rules of today. */
  static void review(Step step, String path, Problems problems) {
    check(step.kind(), step.content(), path, problems);
    lint(step.kind(), step.content(), path, problems);
  }

  /** Reads every template of a step that made sense so far. */
  static void lint(StepKind kind, Map<String, Object> content, String path, Problems problems) {
    for (String field : TEMPLATES.getOrDefault(kind, List.of())) {
      if (content.get(field) instanceof String template) {
        TemplateCheck.check(template, path + "." + field, problems);
      }
    }
    if (kind == StepKind.WEBHOOK) {
      lint(content.get("body"), path + ".body", problems);
    }
  }

  private static void lint(@Nullable Object value, String path, Problems problems) {
    switch (value) {
      case String template -> TemplateCheck.check(template, path, problems);
      case Map<?, ?> map ->
          map.forEach((field, inner) -> lint(inner, path + "." + field, problems));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          lint(list.get(i), path + "[" + i + "]", problems);
        }
      }
      case null, default -> {
        // numbers and truths say what they say
      }
    }
  }

  private void check(StepKind kind) {
    switch (kind) {
      case SMS -> {
        only("an SMS", "body");
        text("body", "an SMS needs a text", "write what is to be said", MAX_SMS);
      }
      case EMAIL -> email();
      case VOICE -> voice();
      case WAIT -> {
        if (!given.isEmpty()) {
          problems.add(path, "a wait says nothing", "leave content out");
        }
      }
      case CONDITION -> Branch.read(given, path, problems);
      case WEBHOOK -> webhook();
      case NOTIFY_TEAM -> {
        only("a note to the team", "message", "priority");
        text("message", "a note needs a text", "write what the team is to know", MAX_NOTE);
        Object priority = given.get("priority");
        if (priority != null && !PRIORITIES.contains(priority)) {
          problems.add(
              path + ".priority",
              "'" + priority + "' is no priority",
              "use low, normal, high or urgent");
        }
      }
    }
  }

  private void email() {
    only("an e-mail", "subject", "text", "html", "from_mailbox");
    text("subject", "an e-mail needs a subject", "write one line", MAX_SUBJECT);
    if (given.get("subject") instanceof String subject && subject.lines().count() > 1) {
      problems.add(path + ".subject", "a subject is one line", "take the line break out");
    }
    text("text", "an e-mail needs a plain text", "write what is to be said", MAX_TEXT);
    optionalText("html", MAX_HTML);
    if (given.get("from_mailbox") instanceof Object mailbox) {
      try {
        UUID.fromString(String.valueOf(mailbox));
      } catch (IllegalArgumentException _) {
        problems.add(
            path + ".from_mailbox",
            "'" + mailbox + "' is no id of a mailbox",
            "name a mailbox of yours, or leave it out");
      }
    }
  }

  private void voice() {
    only(
        "a call",
        "assistant_id",
        "first_message",
        "system_prompt",
        "voicemail_message",
        "transfer_number",
        "max_minutes");
    if (given.containsKey("assistant_id")) {
      optionalText("assistant_id", 100);
      optionalText("first_message", MAX_SPOKEN);
      optionalText("system_prompt", MAX_PROMPT);
    } else {
      String fix = "write it, or name an assistant_id";
      text("first_message", "a call needs a first message", fix, MAX_SPOKEN);
      text("system_prompt", "a call needs a prompt for the agent", fix, MAX_PROMPT);
    }
    optionalText("voicemail_message", MAX_SPOKEN);
    if (given.get("transfer_number") instanceof Object number
        && !E164.matcher(String.valueOf(number)).matches()) {
      problems.add(
          path + ".transfer_number",
          "'" + number + "' is no phone number with country code",
          "write it like +12065550100");
    }
    if (given.get("max_minutes") instanceof Object minutes
        && !(minutes instanceof Integer n && n >= 1 && n <= MAX_MINUTES)) {
      problems.add(
          path + ".max_minutes",
          "a call lasts 1 to " + MAX_MINUTES + " minutes",
          "write a whole number");
    }
  }

  private void webhook() {
    only("a webhook", "url", "headers", "body");
    if (given.get("url") instanceof String url) {
      WebhookAddress.faults(url)
          .ifPresent(
              fault ->
                  problems.add(
                      path + ".url",
                      fault,
                      "write a public address like https://example.com/hook"));
    } else {
      problems.add(
          path + ".url", "a webhook needs an address", "write one like https://example.com/hook");
    }
    if (given.get("headers") instanceof Object headers) {
      headers(headers);
    }
    if (given.get("body") instanceof Object body) {
      if (!(body instanceof Map<?, ?>)) {
        problems.add(
            path + ".body",
            "the body is no JSON object",
            "write an object; its texts may be templates, or leave it out");
      } else if (depth(body) > MAX_BODY_DEPTH || size(body) > MAX_BODY_FIELDS) {
        problems.add(
            path + ".body",
            "the body is too large",
            "keep it to " + MAX_BODY_FIELDS + " values, " + MAX_BODY_DEPTH + " levels deep");
      }
    }
  }

  private void headers(Object headers) {
    if (!(headers instanceof Map<?, ?> map) || map.size() > MAX_HEADERS) {
      problems.add(
          path + ".headers",
          "headers are an object of at most " + MAX_HEADERS + " texts",
          "write {\"X-Name\": \"value\"}");
      return;
    }
    map.forEach(
        (name, value) -> {
          String lower = String.valueOf(name).toLowerCase(Locale.ROOT);
          if (!HEADER.matcher(lower).matches()
              || RESERVED_HEADERS.contains(lower)
              || lower.startsWith("webhook-")) {
            problems.add(
                path + ".headers." + name,
                "'" + name + "' is no header that you can set",
                "choose another name");
          } else if (!(value instanceof String text) || !HEADER_VALUE.matcher(text).matches()) {
            problems.add(
                path + ".headers." + name,
                "the value is no plain text of at most 1000 characters",
                "use printable ASCII; headers are no templates");
          }
        });
  }

  private static int depth(Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          1 + map.values().stream().mapToInt(StepContent::depthOf).max().orElse(0);
      case List<?> list -> 1 + list.stream().mapToInt(StepContent::depthOf).max().orElse(0);
      default -> 0;
    };
  }

  private static int depthOf(@Nullable Object value) {
    return value == null ? 0 : depth(value);
  }

  private static int size(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> map.values().stream().mapToInt(StepContent::size).sum();
      case List<?> list -> list.stream().mapToInt(StepContent::size).sum();
      case null, default -> 1;
    };
  }

  private void only(String what, String... fields) {
    for (String field : given.keySet()) {
      if (!List.of(fields).contains(field)) {
        problems.add(
            path + "." + field,
            what + " has no '" + field + "'",
            fields.length == 1
                ? what + " has a " + fields[0] + " only"
                : what + " has " + String.join(", ", fields));
      }
    }
  }

  private void text(String field, String missing, String fix, int most) {
    if (!(given.get(field) instanceof String text) || text.isBlank()) {
      problems.add(path + "." + field, missing, fix);
      return;
    }
    length(field, text, most);
  }

  private void optionalText(String field, int most) {
    Object value = given.get(field);
    if (value == null) {
      return;
    }
    if (!(value instanceof String text) || text.isBlank()) {
      problems.add(path + "." + field, "that is no text", "write one, or leave it out");
      return;
    }
    length(field, text, most);
  }

  private void length(String field, String text, int most) {
    if (text.length() > most) {
      problems.add(
          path + "." + field,
          "the text has " + text.length() + " characters; " + most + " are the most",
          "shorten it");
    }
  }
}
