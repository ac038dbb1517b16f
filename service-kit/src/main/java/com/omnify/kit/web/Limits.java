package com.omnify.kit.web;

import org.jspecify.annotations.Nullable;

/** How much is answered at once. */
public final class Limits {

  public static final int DEFAULT_PAGE = 50;
  public static final int LARGEST_PAGE = 200;

  private Limits() {}

  /** The page size asked for, 1 to 200; 50 where none is; a 400 problem otherwise. */
  public static int page(@Nullable Integer limit) {
    if (limit == null) {
      return DEFAULT_PAGE;
    }
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw Problem.invalid(
          "limit", limit + " is out of range", "Send a number from 1 to " + LARGEST_PAGE + ".");
    }
    return limit;
  }
}
