package com.omnify.channels.worker.policy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.SequencedMap;

/**
 * Things that wait, in a line for each owner; owners take turns, so that nobody waits behind a
 * whale. Not for several threads at once.
 */
public final class Turns<O, T> {

  private final SequencedMap<O, Queue<T>> lines = new LinkedHashMap<>();
  private int size;

  /** To the end of its owner's line. */
  public void add(O owner, T thing) {
    lines.computeIfAbsent(owner, _ -> new ArrayDeque<>()).add(thing);
    size++;
  }

  public int size() {
    return size;
  }

  /** Whether a worker of that pace has anything to do. */
  public boolean has(Pace pace) {
    return pace != Pace.QUICK
        ? size > 0
        : lines.values().stream().anyMatch(line -> pace.serves(line.size(), false));
  }

  /**
   * Takes up to so many of those that a worker serves: one of each owner, then another of each, as
   * long as there are any.
   */
  public List<T> take(int most, Pace pace) {
    boolean anyHasMore = lines.values().stream().anyMatch(line -> line.size() > Pace.FEW);
    var turns = new ArrayDeque<O>();
    lines.forEach(
        (owner, line) -> {
          if (pace.serves(line.size(), anyHasMore)) {
            turns.add(owner);
          }
        });
    var taken = new ArrayList<T>(Math.min(most, size));
    while (taken.size() < most && !turns.isEmpty()) {
      O owner = turns.remove();
      Queue<T> line = requireNonNull(lines.remove(owner));
      taken.add(line.remove());
      if (!line.isEmpty()) {
        // To the end of those that wait.
        lines.put(owner, line);
        turns.add(owner);
      }
    }
    size -= taken.size();
    return taken;
  }

  public void clear() {
    lines.clear();
    size = 0;
  }
}
