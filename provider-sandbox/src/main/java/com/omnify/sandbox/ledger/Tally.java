package com.omnify.sandbox.ledger;

import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.ledger.LedgerSummary.Callbacks;
import com.omnify.sandbox.ledger.LedgerSummary.Duplicate;
import com.omnify.sandbox.ledger.LedgerSummary.Inbound;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Running counts over the lines; guarded by the ledger's lock. */
final class Tally {

  private final int maxDispatches;
  private final Map<Kind, Long> kinds = new HashMap<>();
  private final Map<String, Long> channels = new TreeMap<>();
  private final Map<String, Long> statusCodes = new TreeMap<>();
  private final Map<String, Long> faults = new TreeMap<>();
  private final Map<String, Long> callbacks = new HashMap<>();
  private final Map<String, Long> inbound = new HashMap<>();
  private final Set<Object> dispatches = new HashSet<>();
  private final Map<String, Integer> duplicates = new TreeMap<>();
  private boolean exact = true;
  private long withDispatch;
  private long dropped;

  Tally(int maxDispatches) {
    this.maxDispatches = maxDispatches;
  }

  void add(LedgerEntry line) {
    kinds.merge(line.kind(), 1L, Long::sum);
    switch (line.kind()) {
      case ACCEPTED -> {
        channels.merge(line.channel().name().toLowerCase(Locale.ROOT), 1L, Long::sum);
        statusCode(line);
        countDispatch(line);
      }
      case REFUSED -> statusCode(line);
      case FAULT -> {
        var name = orUnknown(line.detail("fault"));
        faults.merge(name, 1L, Long::sum);
        if ("dropped".equals(line.detail("request"))) {
          dropped++;
          statusCodes.merge("none", 1L, Long::sum);
        }
      }
      case CALLBACK -> {
        var counts = line.detail("status") == null ? inbound : callbacks;
        var result = orUnknown(line.detail("result"));
        counts.merge(result, 1L, Long::sum);
        if (!result.equals("lost")) {
          counts.merge("attempts", 1L, Long::sum);
        }
      }
      case INBOUND, ENDED -> {}
    }
  }

  LedgerSummary summary() {
    long accepted = count(Kind.ACCEPTED);
    long refused = count(Kind.REFUSED);
    return new LedgerSummary(
        kinds.values().stream().mapToLong(Long::longValue).sum(),
        accepted + refused + dropped,
        accepted,
        refused,
        dropped,
        withDispatch,
        duplicates.size(),
        duplicates.entrySet().stream()
            .limit(100)
            .map(e -> new Duplicate(e.getKey(), e.getValue()))
            .toList(),
        exact,
        new TreeMap<>(channels),
        new TreeMap<>(statusCodes),
        new Callbacks(
            count(callbacks, "attempts"),
            count(callbacks, "ok"),
            count(callbacks, "retry"),
            count(callbacks, "rejected"),
            count(callbacks, "given_up"),
            count(callbacks, "lost")),
        new Inbound(
            count(Kind.INBOUND),
            count(inbound, "ok"),
            count(inbound, "rejected"),
            count(inbound, "given_up"),
            count(inbound, "lost")),
        new TreeMap<>(faults));
  }

  private void statusCode(LedgerEntry line) {
    var code = line.statusCode();
    statusCodes.merge(code == null ? "none" : code.toString(), 1L, Long::sum);
  }

  private void countDispatch(LedgerEntry line) {
    var dispatch = line.dispatchId();
    if (dispatch == null) {
      return;
    }
    withDispatch++;
    // a UUID takes a third of the memory of its text
    Object key;
    try {
      key = UUID.fromString(dispatch);
    } catch (IllegalArgumentException _) {
      key = dispatch;
    }
    if (dispatches.contains(key)) {
      duplicates.merge(dispatch, 2, (count, _) -> count + 1);
    } else if (dispatches.size() < maxDispatches) {
      dispatches.add(key);
    } else {
      exact = false;
    }
  }

  private long count(Kind kind) {
    return kinds.getOrDefault(kind, 0L);
  }

  private static long count(Map<String, Long> counts, String key) {
    return counts.getOrDefault(key, 0L);
  }

  private static String orUnknown(@Nullable String text) {
    return text == null ? "unknown" : text;
  }
}
