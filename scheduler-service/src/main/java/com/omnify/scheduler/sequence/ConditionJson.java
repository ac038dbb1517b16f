package com.omnify.scheduler.sequence;

import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A trigger's conditions as they are written in JSON, on the wire and in rows alike. */
final class ConditionJson {

  private static final Set<String> FIELDS =
      Set.of(
          "source", "tags", "status", "state", "company", "postal_code", "first_name", "last_name");

  record ConditionBody(@Nullable String field, @Nullable String op, @Nullable Object value) {}

  private ConditionJson() {}

  static List<Condition> read(List<ConditionBody> bodies, String path, Problems problems) {
    var conditions = new ArrayList<Condition>();
    for (int i = 0; i < bodies.size(); i++) {
      Condition condition = read(bodies.get(i), path + "[" + i + "]", problems);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    return conditions;
  }

  private static @Nullable Condition read(ConditionBody body, String path, Problems problems) {
    String field = body.field();
    if (field == null || !(FIELDS.contains(field) || field.matches("custom\\..+"))) {
      problems.add(
          path + ".field",
          field == null ? "the field is missing" : "'" + field + "' is no field of a contact here",
          "use one of " + FIELDS.stream().sorted().toList() + " or custom.<field>");
      return null;
    }
    Condition.Op op = op(body.op());
    if (op == null) {
      problems.add(
          path + ".op",
          body.op() == null ? "the operation is missing" : "'" + body.op() + "' is no operation",
          "use equals, not_equals, contains, in or exists");
      return null;
    }
    List<String> values = values(body.value());
    if (values.isEmpty() && op != Condition.Op.EXISTS) {
      problems.add(path + ".value", "the value is missing", "say what the field is compared with");
      return null;
    }
    if (values.size() > 1 && op != Condition.Op.IN) {
      problems.add(
          path + ".value", "only the operation 'in' takes several values", "use in, or one value");
      return null;
    }
    return new Condition(field, op, values);
  }

  static ConditionBody write(Condition condition) {
    Object value =
        switch (condition.op()) {
          case IN -> condition.values();
          case EXISTS -> null;
          case EQUALS, NOT_EQUALS, CONTAINS -> condition.values().getFirst();
        };
    return new ConditionBody(
        condition.field(), condition.op().name().toLowerCase(Locale.ROOT), value);
  }

  private static Condition.@Nullable Op op(@Nullable String text) {
    for (Condition.Op op : Condition.Op.values()) {
      if (op.name().toLowerCase(Locale.ROOT).equals(text)) {
        return op;
      }
    }
    return null;
  }

  private static List<String> values(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    return value instanceof Collection<?> several
        ? several.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }
}
