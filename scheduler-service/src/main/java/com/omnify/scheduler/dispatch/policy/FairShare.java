package com.omnify.scheduler.dispatch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Divides a batch among those who have work, round-robin: nobody waits behind a whale. */
public final class FairShare {

  /**
   * What one gets of a batch that serves others too. A whale fills every batch, and the longer a
   * batch takes, the later are the few of the others that are in it.
   */
  static final int BESIDE_OTHERS = 100;

  private FairShare() {}

  /**
   * How many each gets: the same for all, less where one wants less, and what is left over goes to
   * those who want more, up to {@value #BESIDE_OTHERS} where several want something.
   *
   * @param wanted by each; not negative
   * @param batch what there is
   * @param turn rising with each batch, so that where there is not enough for all it is not always
   *     the same who go without
   */
  public static List<Integer> divide(List<Integer> wanted, int batch, int turn) {
    boolean several = wanted.stream().filter(one -> one > 0).limit(2).count() > 1;
    return several
        ? evenly(wanted.stream().map(one -> Math.min(one, BESIDE_OTHERS)).toList(), batch, turn)
        : evenly(wanted, batch, turn);
  }

  private static List<Integer> evenly(List<Integer> wanted, int batch, int turn) {
    Integer[] byAppetite = new Integer[wanted.size()];
    Arrays.setAll(byAppetite, i -> Math.floorMod(i + turn, wanted.size()));
    Arrays.sort(byAppetite, Comparator.comparing(wanted::get));
    var shares = new ArrayList<Integer>(wanted);
    int left = batch;
    for (int served = 0; served < byAppetite.length; served++) {
      int others = byAppetite.length - served;
      // Rounded up, so that a batch smaller than the crowd still serves somebody.
      int share = Math.min(left, (left + others - 1) / others);
      int given = Math.min(wanted.get(byAppetite[served]), share);
      shares.set(byAppetite[served], given);
      left -= given;
    }
    return shares;
  }
}
