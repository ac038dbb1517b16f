package com.omnify.scheduler.dispatch.policy;

/**
 * Whose steps a claim takes. A whale fills every claim, and the few steps of others would wait for
 * its long transactions to end; so those who have little due are claimed apart, beside it.
 */
public enum Lane {

  /** Of clients with no more than {@link #FEW} due. */
  QUICK,
  /** Of clients with more. */
  BULK;

  /** So many are little. */
  public static final int FEW = 20;

  /** Whether it serves a client with so many due. */
  public boolean serves(int due) {
    return this == QUICK ? due <= FEW : due > FEW;
  }
}
