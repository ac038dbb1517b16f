package com.omnify.scheduler.trigger.policy;

import com.omnify.model.TriggerType;
import com.omnify.scheduler.sequence.policy.Conditions;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what happened to a contact starts a sequence. */
public final class TriggerPolicy {

  /**
   * A contact as conditions see it.
   *
   * @param fields plain fields and {@code custom.<field>}; a missing one is absent
   */
  public record Candidate(Map<String, String> fields, List<String> tags) {
    public Candidate {
      fields = Map.copyOf(fields);
      tags = List.copyOf(tags);
    }

    /** The same with what a lead says beside it. */
    public Candidate with(Map<String, String> more) {
      var all = new HashMap<>(fields);
      all.putAll(more);
      return new Candidate(all, tags);
    }
  }

  /**
   * What happened.
   *
   * @param tagsAdded for {@code tag_added}
   * @param newStatus for {@code status_changed}
   */
  public record Occasion(TriggerType type, List<String> tagsAdded, @Nullable String newStatus) {
    public Occasion {
      tagsAdded = List.copyOf(tagsAdded);
    }
  }

  private TriggerPolicy() {}

  /**
   * All conditions must hold. For {@code tag_added} conditions on tags are about the tags that were
   * added, for {@code status_changed} those on the status are about the new one: what was there
   * before is no occasion.
   */
  public static boolean starts(Occasion occasion, List<Condition> conditions, Candidate candidate) {
    return conditions.stream().allMatch(condition -> holds(occasion, condition, candidate));
  }

  private static boolean holds(Occasion occasion, Condition condition, Candidate candidate) {
    if (condition.field().equals("tags")) {
      List<String> tags =
          occasion.type() == TriggerType.TAG_ADDED ? occasion.tagsAdded() : candidate.tags();
      return Conditions.tags(condition, tags);
    }
    String value =
        condition.field().equals("status") && occasion.newStatus() != null
            ? occasion.newStatus()
            : candidate.fields().get(condition.field());
    return Conditions.ofValue(condition, value);
  }
}
