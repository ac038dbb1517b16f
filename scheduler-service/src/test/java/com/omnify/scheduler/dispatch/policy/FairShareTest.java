package com.omnify.scheduler.dispatch.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FairShareTest {

  @Test
  void nobodyWaitsBehindAWhale() {
    assertThat(FairShare.divide(List.of(500, 5, 0, 20), 100, 0)).isEqualTo(List.of(75, 5, 0, 20));
  }

  @Test
  void whalesShareEvenly() {
    assertThat(FairShare.divide(List.of(500, 500, 500), 300, 0)).isEqualTo(List.of(100, 100, 100));
  }

  @Test
  void aScarceBatchGoesRound() {
    assertThat(FairShare.divide(List.of(9, 9, 9), 1, 0)).isEqualTo(List.of(1, 0, 0));
    assertThat(FairShare.divide(List.of(9, 9, 9), 1, 1)).isEqualTo(List.of(0, 1, 0));
    assertThat(FairShare.divide(List.of(9, 9, 9), 1, 2)).isEqualTo(List.of(0, 0, 1));
  }

  @Test
  void inACrowdThoseServedLastAreNotServedAgain() {
    var served = new TreeSet<Integer>();
    var wanted = new ArrayList<>(Collections.nCopies(40, 20));
    for (int turn = 0; turn < 40; turn++) {
      var shares = FairShare.divide(wanted, 25, turn);
      for (int i = 0; i < 40; i++) {
        if (shares.get(i) > 0) {
          served.add(i);
        }
        // Who was served has some in flight, and wants less.
        wanted.set(i, 20 - shares.get(i));
      }
    }
    assertThat(served).hasSize(40);
  }

  @Test
  void nothingIsWastedAndNobodyGetsMoreThanTheyWant() {
    var random = new Random(1);
    for (int trial = 0; trial < 1000; trial++) {
      var wanted = new ArrayList<Integer>();
      int many = random.nextInt(20);
      for (int i = 0; i < many; i++) {
        wanted.add(random.nextInt(100));
      }
      int batch = random.nextInt(300);
      var shares = FairShare.divide(wanted, batch, trial);
      int all = wanted.stream().mapToInt(Integer::intValue).sum();
      assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Math.min(all, batch));
      for (int i = 0; i < many; i++) {
        assertThat(shares.get(i)).isBetween(0, wanted.get(i));
      }
    }
  }
}
