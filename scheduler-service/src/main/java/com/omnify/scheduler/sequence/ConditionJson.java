package com.omnify.scheduler.sequence;

import com.omnify.scheduler.sequence.policy.Conditions;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A trigger's conditions as they are written in JSON, on the wire and in rows alike. */
final class ConditionJson {

  record ConditionBody(@Nullable String field, @Nullable String op, @Nullable Object value) {}

  private ConditionJson() {}

  static List<Condition> read(List<ConditionBody> bodies, String path, Problems problems) {
    var conditions = new ArrayList<Condition>();
    for (int i = 0; i < bodies.size(); i++) {
      ConditionBody body = bodies.get(i);
      Condition condition =
          Conditions.read(
              body.field(), body.op(), body.value(), false, path + "[" + i + "]", problems);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    return conditions;
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
}
