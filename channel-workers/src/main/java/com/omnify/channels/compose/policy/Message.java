package com.omnify.channels.compose.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is said, in the words that go out. The record of a channel carries whatever that channel
 * needs besides; here stands what is kept of it.
 */
public sealed interface Message permits SmsText.Ready, MailText, CallScript {

  /** The words: an SMS, the plain text of a mail, how a call begins. */
  String body();

  /** Of a mail. */
  default @Nullable String subject() {
    return null;
  }

  /** Of a mail that has such a part. */
  default @Nullable String html() {
    return null;
  }

  /** SMS segments, 0 on other channels. */
  default int segmentCount() {
    return 0;
  }

  /** How often the channel's price is due when it is accepted: per segment, per mail. */
  int units();
}
