package com.omnify.channels.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns<String, String> turns = new Turns<>();

  private void add(String owner, int many) {
    IntStream.range(0, many).forEach(n -> turns.add(owner, owner + n));
  }

  @Test
  void nobodyWaitsBehindAWhale() {
    add("whale", 10_000);
    add("small", 2);
    assertThat(turns.take(64, Pace.BULK)).hasSize(64).allMatch(it -> it.startsWith("whale"));
    assertThat(turns.has(Pace.QUICK)).isTrue();
    assertThat(turns.take(64, Pace.QUICK)).containsExactly("small0", "small1");
    assertThat(turns.has(Pace.QUICK)).isFalse();
    assertThat(turns.take(64, Pace.QUICK)).isEmpty();
    assertThat(turns.size()).isEqualTo(10_000 - 64);
  }

  @Test
  void whoBecomesAWhaleIsServedAsOne() {
    add("a", 1_000);
    add("b", Pace.FEW + 1);
    assertThat(turns.take(64, Pace.QUICK)).isEmpty();
    assertThat(turns.take(4, Pace.BULK)).containsExactly("a0", "b0", "a1", "b1");
    assertThat(turns.take(64, Pace.QUICK)).as("little is left of it").hasSize(Pace.FEW - 1);
  }

  @Test
  void aWhaleFillsTheBatchesThatItHasForItself() {
    add("whale", 1_000);
    assertThat(turns.take(64, Pace.BULK)).hasSize(64);
  }

  @Test
  void manyShareABatchEqually() {
    List.of("a", "b", "c", "d").forEach(owner -> add(owner, 100));
    List<String> batch = turns.take(64, Pace.BULK);
    assertThat(batch).hasSize(64);
    assertThat(batch.stream().filter(thing -> thing.startsWith("c"))).hasSize(16);
  }

  @Test
  void theTurnGoesOnWhereItEnded() {
    List.of("a", "b", "c").forEach(owner -> add(owner, 2));
    assertThat(turns.take(2, Pace.BULK)).containsExactly("a0", "b0");
    assertThat(turns.take(2, Pace.BULK)).containsExactly("c0", "a1");
    assertThat(turns.take(9, Pace.BULK)).containsExactly("b1", "c1");
    assertThat(turns.take(1, Pace.BULK)).isEmpty();
  }

  @Test
  void eachLineKeepsItsOrder() {
    add("a", 3);
    assertThat(turns.take(2, Pace.BULK)).containsExactly("a0", "a1");
    add("a", 1);
    assertThat(turns.take(2, Pace.BULK)).containsExactly("a2", "a0");
  }
}
