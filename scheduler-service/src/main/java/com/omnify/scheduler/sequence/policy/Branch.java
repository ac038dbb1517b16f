package com.omnify.scheduler.sequence.policy;

import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a step of kind {@code condition} asks, and where each answer leads.
 *
 * @param any whether one condition is enough, instead of all
 */
public record Branch(List<Condition> when, boolean any, OnSuccess then, OnSuccess otherwise) {

  public static final int MOST_CONDITIONS = 20;

  private static final Set<String> FIELDS = Set.of("when", "match", "then", "else");
  private static final String WHERE =
      "write {\"action\": \"continue\"}, {\"action\": \"end\"} or {\"action\": \"jump\", \"step_id\": …}";

  public Branch {
    when = List.copyOf(when);
  }

  /** Reads the content of a step; null, with the faults noted, where it makes no sense. */
  public static @Nullable Branch read(Map<String, Object> content, String path, Problems problems) {
    int before = problems.all().size();
    for (String field : content.keySet()) {
      if (!FIELDS.contains(field)) {
        problems.add(
            path + "." + field,
            "a condition has no '" + field + "'",
            "a condition has when, match, then and else");
      }
    }
    List<Condition> when = conditions(content.get("when"), path + ".when", problems);
    Object match = content.getOrDefault("match", "all");
    if (!match.equals("all") && !match.equals("any")) {
      problems.add(path + ".match", "'" + match + "' is no way to match", "use all or any");
    }
    OnSuccess then = where(content.get("then"), path + ".then", problems);
    OnSuccess otherwise = where(content.get("else"), path + ".else", problems);
    return problems.all().size() > before || then == null || otherwise == null
        ? null
        : new Branch(when, match.equals("any"), then, otherwise);
  }

  private static List<Condition> conditions(@Nullable Object when, String path, Problems problems) {
    var conditions = new ArrayList<Condition>();
    if (!(when instanceof List<?> list) || list.isEmpty() || list.size() > MOST_CONDITIONS) {
      problems.add(
          path,
          "a condition asks for 1 to " + MOST_CONDITIONS + " things",
          "write for example [{\"field\": \"replied\", \"op\": \"equals\", \"value\": true}]");
      return conditions;
    }
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "]";
      if (list.get(i) instanceof Map<?, ?> one) {
        Condition condition =
            Conditions.read(
                text(one.get("field")), text(one.get("op")), one.get("value"), true, at, problems);
        if (condition != null) {
          conditions.add(condition);
        }
      } else {
        problems.add(at, "a condition has a field, an op and a value", "write it as an object");
      }
    }
    return conditions;
  }

  /** An action, or for short {@code "continue"}, {@code "end"} or the id of a step. */
  private static @Nullable OnSuccess where(@Nullable Object value, String path, Problems problems) {
    if (value == null) {
      return new OnSuccess.Continue();
    }
    String action = value instanceof Map<?, ?> map ? text(map.get("action")) : text(value);
    String step = value instanceof Map<?, ?> map ? text(map.get("step_id")) : null;
    if ("continue".equals(action)) {
      return new OnSuccess.Continue();
    }
    if ("end".equals(action)) {
      return new OnSuccess.End();
    }
    String target = "jump".equals(action) ? step : value instanceof String ? action : null;
    if (target == null) {
      problems.add(
          path + ("jump".equals(action) ? ".step_id" : ""),
          "jump".equals(action) ? "the step to jump to is missing" : "that leads nowhere",
          WHERE);
      return null;
    }
    return problems.valid(path, WHERE, () -> new OnSuccess.Jump(StepId.of(target)));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : String.valueOf(value);
  }

  public boolean holds(Conditions.Facts facts) {
    return any
        ? when.stream().anyMatch(condition -> Conditions.holds(condition, facts))
        : when.stream().allMatch(condition -> Conditions.holds(condition, facts));
  }

  /** {@code replied and tags contains “roof”}. */
  public String inWords() {
    return when.stream()
        .map(Conditions::inWords)
        .collect(Collectors.joining(any ? " or " : " and "));
  }
}
