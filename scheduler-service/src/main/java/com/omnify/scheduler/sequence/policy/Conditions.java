package com.omnify.scheduler.sequence.policy;

import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Conditions over what is known of a contact: how they are read, whether they hold, and in words.
 */
public final class Conditions {

  /** Fields of a contact; {@code custom.<field>} comes on top. */
  private static final Set<String> CONTACT_FIELDS =
      Set.of(
          "source", "tags", "status", "state", "company", "postal_code", "first_name", "last_name");

  /** What only triggers ask: of the lead by which somebody came. */
  private static final Set<String> LEAD_FIELDS = Set.of("form", "campaign", "lead_source");

  /** What only steps ask about a contact: by which way they can be reached. */
  private static final Set<String> REACH = Set.of("phone", "email", "phone_type");

  /** What happened in this enrollment so far: {@code true} or {@code false}. */
  public static final Set<String> FLAGS =
      Set.of("replied", "answered", "booked", "voicemail", "opened", "clicked");

  /**
   * What conditions are about.
   *
   * @param fields plain fields, {@code custom.<field>} and flags; a missing one is absent
   */
  public record Facts(Map<String, String> fields, List<String> tags) {
    public static final Facts NONE = new Facts(Map.of(), List.of());

    public Facts {
      fields = Map.copyOf(fields);
      tags = List.copyOf(tags);
    }
  }

  private Conditions() {}

  /**
   * The condition, or null with what is wrong noted.
   *
   * @param ofStep whether a step asks, on somebody's way through a sequence: {@link #FLAGS} and
   *     ways to reach the person may be asked for too
   */
  public static @Nullable Condition read(
      @Nullable String field,
      @Nullable String op,
      @Nullable Object value,
      boolean ofStep,
      String path,
      Problems problems) {
    if (field == null || !known(field, ofStep)) {
      var choices = new TreeSet<>(CONTACT_FIELDS);
      if (ofStep) {
        choices.addAll(REACH);
        choices.addAll(FLAGS);
      } else {
        choices.addAll(LEAD_FIELDS);
      }
      problems.add(
          path + ".field",
          field == null ? "the field is missing" : "'" + field + "' is no field of a contact here",
          "use one of " + choices + " or custom.<field>");
      return null;
    }
    Condition.Op operation = op(op);
    if (operation == null) {
      problems.add(
          path + ".op",
          op == null ? "the operation is missing" : "'" + op + "' is no operation",
          "use equals, not_equals, contains, in or exists");
      return null;
    }
    List<String> values = values(value);
    if (values.isEmpty() && operation != Condition.Op.EXISTS) {
      problems.add(path + ".value", "the value is missing", "say what the field is compared with");
      return null;
    }
    if (values.size() > 1 && operation != Condition.Op.IN) {
      problems.add(
          path + ".value", "only the operation 'in' takes several values", "use in, or one value");
      return null;
    }
    if (FLAGS.contains(field)
        && (operation != Condition.Op.EQUALS
            || !Set.of("true", "false").contains(values.getFirst()))) {
      problems.add(
          path,
          "'" + field + "' has happened or it has not",
          "compare it by equals with true or false");
      return null;
    }
    return new Condition(field, operation, values);
  }

  private static boolean known(String field, boolean ofStep) {
    return CONTACT_FIELDS.contains(field)
        || field.matches("custom\\..+")
        || (ofStep ? FLAGS.contains(field) || REACH.contains(field) : LEAD_FIELDS.contains(field));
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
    if (!(value instanceof Collection<?> several)) {
      return List.of(String.valueOf(value));
    }
    var texts = new ArrayList<String>();
    several.forEach(one -> texts.add(String.valueOf(one)));
    return texts;
  }

  /** Whether it is so. */
  public static boolean holds(Condition condition, Facts facts) {
    if (condition.field().equals("tags")) {
      return tags(condition, facts.tags());
    }
    String value = facts.fields().get(condition.field());
    return ofValue(condition, value == null && FLAGS.contains(condition.field()) ? "false" : value);
  }

  /** Of a list of tags. */
  public static boolean tags(Condition condition, List<String> tags) {
    return switch (condition.op()) {
      case CONTAINS, EQUALS, IN ->
          tags.stream().anyMatch(tag -> condition.values().stream().anyMatch(v -> same(v, tag)));
      case NOT_EQUALS ->
          tags.stream().noneMatch(tag -> condition.values().stream().anyMatch(v -> same(v, tag)));
      case EXISTS -> !tags.isEmpty();
    };
  }

  /** Of a single value, null where it is not known. */
  public static boolean ofValue(Condition condition, @Nullable String value) {
    return switch (condition.op()) {
      case EXISTS -> value != null && !value.isBlank();
      case NOT_EQUALS ->
          value == null || condition.values().stream().noneMatch(wanted -> same(wanted, value));
      case EQUALS, IN ->
          value != null && condition.values().stream().anyMatch(wanted -> same(wanted, value));
      case CONTAINS ->
          value != null
              && condition.values().stream()
                  .anyMatch(
                      wanted ->
                          value.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT)));
    };
  }

  /** {@code tags contains “roof”}. */
  public static String inWords(Condition condition) {
    String field = condition.field().replace('_', ' ');
    if (FLAGS.contains(condition.field())) {
      return (condition.values().getFirst().equals("true") ? "" : "not ") + field;
    }
    String values =
        condition.values().stream()
            .map(value -> "“" + value + "”")
            .collect(java.util.stream.Collectors.joining(", "));
    return switch (condition.op()) {
      case EQUALS -> field + " is " + values;
      case NOT_EQUALS -> field + " is not " + values;
      case CONTAINS -> field + " contains " + values;
      case IN -> field + " is one of " + values;
      case EXISTS -> field + " is known";
    };
  }

  private static boolean same(String one, String other) {
    return one.equalsIgnoreCase(other);
  }
}
