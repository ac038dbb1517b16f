package com.omnify.sandbox.ledger;

import java.util.List;
import java.util.Map;

/**
 * The ledger in numbers.
 *
 * @param requests requests to send that got as far as the provider: accepted, refused or dropped
 * @param acceptedByChannel accepted messages and calls
 * @param dropped requests that a fault ended without accepting and without an answer
 * @param acceptedWithDispatch accepted messages that carried a dispatch id
 * @param duplicateDispatches dispatch ids accepted more than once
 * @param duplicates up to 100 of them with their counts
 * @param duplicatesExact false once more dispatch ids were seen than are kept in memory: then only
 *     the ledger itself knows
 * @param byStatusCode what callers were told, {@code "none"} where nothing was answered
 * @param faults firings by name
 */
public record LedgerSummary(
    long lines,
    long requests,
    long accepted,
    long refused,
    long dropped,
    long acceptedWithDispatch,
    long duplicateDispatches,
    List<Duplicate> duplicates,
    boolean duplicatesExact,
    Map<String, Long> acceptedByChannel,
    Map<String, Long> byStatusCode,
    Callbacks callbacks,
    Inbound inbound,
    Map<String, Long> faults) {

  /** A dispatch that was accepted {@code count} times. */
  public record Duplicate(String dispatchId, int count) {}

  /**
   * Status callbacks.
   *
   * @param attempts POSTs made
   * @param delivered answered with 2xx
   * @param retried failed and tried again
   * @param rejected answered with 4xx, not tried again
   * @param givenUp failed as often as is allowed
   * @param lost never sent, by switch
   */
  public record Callbacks(
      long attempts, long delivered, long retried, long rejected, long givenUp, long lost) {}

  /** What people said, and what became of its webhook. */
  public record Inbound(long said, long delivered, long rejected, long givenUp, long lost) {}
}
