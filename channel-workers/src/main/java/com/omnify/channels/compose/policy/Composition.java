package com.omnify.channels.compose.policy;

import com.omnify.model.HoldReason;

/** What came out of composing: words that may be sent, or why a person must look first. */
public sealed interface Composition {

  record Ready(Message message) implements Composition {}

  /**
   * A person must look first.
   *
   * @param words what is wrong, for the person who will mend it
   */
  record Held(HoldReason reason, String words) implements Composition {}

  static Composition of(SmsText text) {
    return switch (text) {
      case SmsText.Ready ready -> new Ready(ready);
      case SmsText.Held(HoldReason reason, String words) -> new Held(reason, words);
    };
  }
}
