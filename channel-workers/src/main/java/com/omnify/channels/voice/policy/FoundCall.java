package com.omnify.channels.voice.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call in the provider's list.
 *
 * @param name as it was given when it was placed, null where it was given none
 * @param dispatchId in its metadata
 * @param to the person's number
 * @param inbound whether the person called us
 * @param createdAt by the provider's clock
 */
public record FoundCall(
    String id,
    @Nullable String name,
    @Nullable String dispatchId,
    @Nullable String to,
    boolean inbound,
    Instant createdAt) {

  boolean bears(String dispatch) {
    return dispatch.equals(name) || dispatch.equals(dispatchId);
  }

  /** Whether it says by itself which dispatch placed it. */
  boolean bearsAny() {
    return isId(name) || isId(dispatchId);
  }

  private static boolean isId(@Nullable String text) {
    return text != null
        && text.matches("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  }
}
