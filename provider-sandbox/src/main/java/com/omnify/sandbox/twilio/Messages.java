package com.omnify.sandbox.twilio;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The messages that lists and fetches see: the newest so many of them. Older ones stand in the
 * ledger alone.
 */
final class Messages {

  private final int max;
  // in order of arrival, so that the eldest leaves first
  private final LinkedHashMap<String, Message> bySid = new LinkedHashMap<>();
  private final Map<String, List<Message>> byRecipient = new HashMap<>();

  Messages(int max) {
    this.max = max;
  }

  synchronized void add(Message message) {
    bySid.put(message.sid, message);
    byRecipient.computeIfAbsent(message.to, _ -> new ArrayList<>(2)).add(message);
    if (bySid.size() > max) {
      var eldest = bySid.pollFirstEntry().getValue();
      var same = byRecipient.get(eldest.to);
      if (same != null) {
        same.remove(eldest);
        if (same.isEmpty()) {
          byRecipient.remove(eldest.to);
        }
      }
    }
  }

  synchronized Optional<Message> find(String sid) {
    return Optional.ofNullable(bySid.get(sid));
  }

  synchronized int size() {
    return bySid.size();
  }

  /**
   * What a list asks for.
   *
   * @param to exact recipient, when given
   * @param after the SID with which the page before ended
   * @param limit how many at most
   */
  record Query(Optional<String> to, Predicate<Message> filter, Optional<String> after, int limit) {}

  /** Newest first; one more than the limit when there are more. */
  synchronized List<Message> list(Query query) {
    List<Message> found = new ArrayList<>();
    boolean started = query.after().isEmpty();
    Iterable<Message> newestFirst =
        query.to().isPresent()
            ? byRecipient.getOrDefault(query.to().get(), List.of()).reversed()
            : bySid.sequencedValues().reversed();
    for (var message : newestFirst) {
      if (!started) {
        started = message.sid.equals(query.after().orElseThrow());
      } else if (query.filter().test(message)) {
        found.add(message);
        if (found.size() > query.limit()) {
          return found;
        }
      }
    }
    return found;
  }
}
