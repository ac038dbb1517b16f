package com.omnify.channels.compose.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an assistant is told for a call.
 *
 * @param assistantId one that is set up at the provider; null: it is made of what stands here
 * @param firstMessage how it begins; may be empty where the assistant has its own
 */
public record CallScript(
    @Nullable String assistantId,
    String firstMessage,
    @Nullable String systemPrompt,
    @Nullable String voicemailMessage,
    @Nullable String transferNumber,
    int maxMinutes)
    implements Message {

  @Override
  public String body() {
    return firstMessage.isEmpty() ? "Call by assistant " + assistantId : firstMessage;
  }

  /** Minutes are counted when it ends. */
  @Override
  public int units() {
    return 0;
  }
}
