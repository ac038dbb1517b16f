package com.omnify.channels.worker.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SequencedMap;

/**
 * Things that wait, in a line for each owner; owners take turns, so that nobody waits behind a
 * whale. Not for several threads at once.
 */
public final class Turns<O, T> {

  /**
   * What one owner gets in a batch that serves others too. A whale fills every batch, and the
   * longer a batch takes, the longer those with little wait in it.
   */
  static final int BESIDE_OTHERS = 16;

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

  /** Takes up to so many: one of each owner, then another of each, as long as there are any. */
  public List<T> take(int most) {
    var taken = new ArrayList<T>(Math.min(most, size));
    boolean several = lines.size() > 1;
    for (int round = 0; taken.size() < most && !lines.isEmpty(); round++) {
      if (several && lines.size() == 1 && round >= BESIDE_OTHERS) {
        break;
      }
      for (int turn = lines.size(); turn > 0 && taken.size() < most; turn--) {
        taken.add(next());
      }
    }
    return taken;
  }

  /** Of the owner whose turn it is, who then goes to the end. */
  private T next() {
    var first = Objects.requireNonNull(lines.pollFirstEntry());
    T thing = first.getValue().remove();
    if (!first.getValue().isEmpty()) {
      lines.put(first.getKey(), first.getValue());
    }
    size--;
    return thing;
  }

  public void clear() {
    lines.clear();
    size = 0;
  }
}
