package com.omnify.channels.worker.policy;

/**
 * How many requests may be under way at once, so that a provider account which does not answer
 * holds no other up.
 *
 * @param all of all accounts together
 * @param perAccount of one account
 */
public record SlotShare(int all, int perAccount) {

  /** The last of all slots are kept for accounts that have no more than this under way. */
  static final int FEW = 4;

  public SlotShare {
    if (perAccount < 1 || all < perAccount) {
      throw new IllegalArgumentException(
          "one account cannot have " + perAccount + " of " + all + " slots");
    }
  }

  /**
   * Whether an account may begin one more.
   *
   * @param underWay of all accounts
   * @param own of this account
   */
  public boolean admits(int underWay, int own) {
    if (own >= perAccount || underWay >= all) {
      return false;
    }
    return own < FEW || underWay < all - all / 4;
  }
}
