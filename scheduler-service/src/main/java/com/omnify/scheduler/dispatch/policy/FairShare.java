package com.omnify.scheduler.dispatch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Divides a batch among those who have work, round-robin: nobody waits behind a whale. */
public final class FairShare {

  private FairShare() {}

  /**
   * How many each gets: the same for all, less where one wants less, and what is left over goes to
   * those who want more.
   *
   * @param wanted by each; not negative
   * @param batch what there is
   * @param turn rising with each batch, so that where there is not enough for all it is not always
   *     the same who go without
   */
  public static List<Integer> divide(List<Integer> wanted, int batch, int turn) {
    Integer[] byAppetite = new Integer[wanted.size()];
    Arrays.setAll(byAppetite, i -> Math.floorMod(i + turn, wanted.size()));
    // Where there is not one for each, those who were served last want least: sorted, they would be
    // served again and again, and the others never.
    if (wanted.stream().filter(one -> one > 0).count() <= batch) {
      Arrays.sort(byAppetite, Comparator.comparing(wanted::get));
    }
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
