package com.omnify.sandbox.twilio;

import com.omnify.sandbox.persona.policy.ReplyPolicy.Exchange;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went between one of an account's numbers and one person, as far as it matters for what comes
 * next.
 */
final class Conversations {

  /**
   * @param our the account's number
   * @param person the other one
   */
  record Key(String account, String our, String person) {}

  private static final class State {
    int received;
    int said;
    int saidAfter;
    @Nullable String statusCallback;
  }

  private final Map<Key, State> states;

  Conversations(int max) {
    this.states = bounded(max);
  }

  /** Counts a message to the person and tells how things stand, this message included. */
  synchronized Exchange received(Key key, @Nullable String statusCallback) {
    var state = states.computeIfAbsent(key, _ -> new State());
    state.received++;
    if (statusCallback != null) {
      state.statusCallback = statusCallback;
    }
    return new Exchange(key.our(), key.person(), state.received, state.said, state.saidAfter);
  }

  /** Counts an answer, when it is planned. */
  synchronized void said(Key key) {
    var state = states.computeIfAbsent(key, _ -> new State());
    state.said++;
    state.saidAfter = state.received;
  }

  synchronized boolean knows(Key key) {
    return states.containsKey(key);
  }

  /** The last StatusCallback URL used towards the person, without its dispatch id. */
  synchronized @Nullable String statusCallback(Key key) {
    var state = states.get(key);
    return state == null ? null : state.statusCallback;
  }

  private static <K, V> Map<K, V> bounded(int max) {
    return new LinkedHashMap<>(64, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > max;
      }
    };
  }
}
