package com.omnify.channels.worker.policy;

/**
 * Whose work a worker takes. A whale fills every batch, and whoever has little would wait for the
 * ends of its batches, again and again; so those with little have a worker of their own.
 */
public enum Pace {

  /** Only of those with no more than {@link #FEW} waiting. */
  QUICK,
  /** Of those with more; of all where nobody has more. */
  BULK,
  /** Of all: where batches are small anyway. */
  ANY;

  /** So many are little. */
  public static final int FEW = 8;

  /**
   * Whether a worker serves one of those that wait.
   *
   * @param waiting how much of that one waits
   * @param anyHasMore whether any has more than {@link #FEW} waiting
   */
  public boolean serves(int waiting, boolean anyHasMore) {
    boolean little = waiting <= FEW;
    return switch (this) {
      case QUICK -> little;
      case BULK -> !little || !anyHasMore;
      case ANY -> true;
    };
  }
}
