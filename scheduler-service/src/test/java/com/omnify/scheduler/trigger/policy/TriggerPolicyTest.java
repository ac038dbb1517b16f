package com.omnify.scheduler.trigger.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.TriggerType;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition;
import com.omnify.scheduler.sequence.policy.SequenceSettings.Condition.Op;
import com.omnify.scheduler.trigger.policy.TriggerPolicy.Candidate;
import com.omnify.scheduler.trigger.policy.TriggerPolicy.Occasion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TriggerPolicyTest {

  private static final Candidate ADA =
      new Candidate(
          Map.of("source", "google", "state", "WA", "status", "new", "custom.roof", "Metal"),
          List.of("roof", "vip"));
  private static final Occasion NEW = new Occasion(TriggerType.NEW_LEAD, List.of(), null);

  private static boolean starts(Occasion occasion, Condition... conditions) {
    return TriggerPolicy.starts(occasion, List.of(conditions), ADA);
  }

  private static Condition when(String field, Op op, String... values) {
    return new Condition(field, op, List.of(values));
  }

  @Test
  void noConditionsMeansEverybody() {
    assertThat(starts(NEW)).isTrue();
  }

  @Test
  void allConditionsMustHold() {
    assertThat(starts(NEW, when("source", Op.EQUALS, "google"), when("state", Op.IN, "OR", "WA")))
        .isTrue();
    assertThat(starts(NEW, when("source", Op.EQUALS, "google"), when("state", Op.IN, "OR", "CA")))
        .isFalse();
  }

  @Test
  void customFieldsCompareWithoutCase() {
    assertThat(starts(NEW, when("custom.roof", Op.EQUALS, "metal"))).isTrue();
    assertThat(starts(NEW, when("custom.roof", Op.CONTAINS, "ETA"))).isTrue();
    assertThat(starts(NEW, when("custom.age", Op.EXISTS))).isFalse();
    assertThat(starts(NEW, when("custom.age", Op.NOT_EQUALS, "5"))).isTrue();
  }

  @Test
  void anAddedTagIsTheOneThatCounts() {
    var vip = new Occasion(TriggerType.TAG_ADDED, List.of("vip"), null);
    assertThat(starts(vip, when("tags", Op.CONTAINS, "vip"))).isTrue();
    // It was there before: no occasion to start.
    assertThat(starts(vip, when("tags", Op.CONTAINS, "roof"))).isFalse();
    assertThat(starts(NEW, when("tags", Op.CONTAINS, "roof"))).isTrue();
  }

  @Test
  void aChangedStatusIsTheNewOne() {
    var won = new Occasion(TriggerType.STATUS_CHANGED, List.of(), "won");
    assertThat(starts(won, when("status", Op.EQUALS, "won"))).isTrue();
    assertThat(starts(won, when("status", Op.EQUALS, "new"))).isFalse();
  }
}
