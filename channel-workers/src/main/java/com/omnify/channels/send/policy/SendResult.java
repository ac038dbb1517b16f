package com.omnify.channels.send.policy;

import com.omnify.model.FailureType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one request to a provider. */
public sealed interface SendResult {

  /**
   * It took the message.
   *
   * @param providerId the provider's id of it
   */
  record Accepted(String providerId) implements SendResult {}

  /**
   * It refused: nothing was sent.
   *
   * @param retryAfter how long it wants to be left alone, null where it says nothing
   */
  record Rejected(
      FailureType failure, String code, @Nullable String text, @Nullable Duration retryAfter)
      implements SendResult {}

  /** The request never left: nothing was sent. */
  record NotSent(String code, @Nullable String text) implements SendResult {}

  /** Only the provider knows. */
  record Unknown(String code, @Nullable String text) implements SendResult {}
}
