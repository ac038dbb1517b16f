package com.omnify.kit.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param nextCursor send it as {@code cursor} for the next part; null at the end
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * From a query that asked for one row more than the page holds.
   *
   * @param cursorOf the cursor that starts after the given item
   */
  public static <T> Page<T> of(List<T> oneMore, int size, Function<T, String> cursorOf) {
    if (oneMore.size() <= size) {
      return new Page<>(oneMore, null);
    }
    List<T> items = oneMore.subList(0, size);
    return new Page<>(items, cursorOf.apply(items.getLast()));
  }
}
