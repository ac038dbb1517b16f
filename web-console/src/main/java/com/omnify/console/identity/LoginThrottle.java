package com.omnify.console.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Slows guessing down. Wrong passwords are counted per account and address, and per address, for a
 * quarter of an hour after the last one; memory is bounded however many try.
 */
final class LoginThrottle {

  static final int MOST_PER_ACCOUNT = 6;
  static final int MOST_PER_ADDRESS = 40;
  static final Duration WINDOW = Duration.ofMinutes(15);

  /** Hashing a password is meant to be dear: no more at once than this. */
  private final Semaphore hashing = new Semaphore(4);

  private final Cache<String, Integer> failures;

  LoginThrottle(Ticker ticker) {
    this.failures =
        Caffeine.newBuilder().expireAfterWrite(WINDOW).maximumSize(50_000).ticker(ticker).build();
  }

  boolean allows(String email, String address) {
    return count(account(email, address)) < MOST_PER_ACCOUNT && count(address) < MOST_PER_ADDRESS;
  }

  void failed(String email, String address) {
    bump(account(email, address));
    bump(address);
  }

  void succeeded(String email, String address) {
    failures.invalidate(account(email, address));
  }

  Semaphore hashing() {
    return hashing;
  }

  private void bump(String key) {
    // put again: expireAfterWrite counts from the last failure
    failures.asMap().merge(key, 1, Integer::sum);
  }

  private int count(String key) {
    Integer count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  private static String account(String email, String address) {
    return email + " " + address;
  }
}
