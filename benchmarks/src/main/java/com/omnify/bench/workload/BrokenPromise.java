package com.omnify.bench.workload;

/** What must hold did not: the measurement is worth nothing. */
public final class BrokenPromise extends RuntimeException {

  public BrokenPromise(String message) {
    super(message);
  }
}
