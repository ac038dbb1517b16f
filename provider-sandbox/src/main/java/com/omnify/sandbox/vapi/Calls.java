package com.omnify.sandbox.vapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The calls that queries see: all that live, and the newest so many of those that are over. */
final class Calls {

  private final int max;
  private final LinkedHashMap<String, Call> byId = new LinkedHashMap<>();
  private final Map<String, Integer> live = new HashMap<>();
  private final Map<String, Integer> nth = new LinkedHashMap<>(64, 0.75f, true);

  Calls(int max) {
    this.max = max;
  }

  /** Takes a free line of the organisation; false when none is. */
  synchronized boolean begin(String orgId, int limit) {
    int running = live.getOrDefault(orgId, 0);
    if (running >= limit) {
      return false;
    }
    live.put(orgId, running + 1);
    return true;
  }

  synchronized int running(String orgId) {
    return live.getOrDefault(orgId, 0);
  }

  synchronized void finish(String orgId) {
    live.computeIfPresent(orgId, (_, running) -> running > 1 ? running - 1 : null);
  }

  synchronized void add(Call call) {
    byId.put(call.id, call);
    if (byId.size() > max) {
      var calls = byId.values().iterator();
      while (calls.hasNext()) {
        if (calls.next().isOver()) {
          calls.remove();
          return;
        }
      }
    }
  }

  /** Counts a call to a person from a number of ours, from 1. */
  synchronized int next(String our, String person) {
    if (nth.size() > 200_000) {
      nth.remove(nth.keySet().iterator().next());
    }
    return nth.merge(our + person, 1, Integer::sum);
  }

  synchronized Optional<Call> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  synchronized int size() {
    return byId.size();
  }

  synchronized int living() {
    return live.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Newest first. */
  synchronized List<Call> list(Predicate<Call> filter, int limit) {
    var found = new ArrayList<Call>();
    for (var call : byId.sequencedValues().reversed()) {
      if (found.size() >= limit) {
        break;
      }
      if (filter.test(call)) {
        found.add(call);
      }
    }
    return found;
  }
}
