package com.omnify.sandbox.mail;

import com.omnify.sandbox.persona.policy.ReplyPolicy.Exchange;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How much went between one of our addresses and one person. */
final class Threads {

  /**
   * @param our the address written from
   * @param person the other one
   */
  record Key(String account, String our, String person) {
    Key {
      our = our.toLowerCase(Locale.ROOT);
      person = person.toLowerCase(Locale.ROOT);
    }
  }

  private static final class State {
    int received;
    int said;
    int saidAfter;
  }

  private final Map<Key, State> states;

  Threads(int max) {
    this.states =
        new LinkedHashMap<>(64, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, State> eldest) {
            return size() > max;
          }
        };
  }

  /** Counts a mail to the person and tells how things stand, this one included. */
  synchronized Exchange received(Key key) {
    var state = states.computeIfAbsent(key, _ -> new State());
    state.received++;
    return new Exchange(key.our(), key.person(), state.received, state.said, state.saidAfter);
  }

  /** Counts an answer, when it is planned. */
  synchronized void said(Key key) {
    var state = states.computeIfAbsent(key, _ -> new State());
    state.said++;
    state.saidAfter = state.received;
  }
}
