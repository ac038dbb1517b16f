package com.omnify.events.call.policy;

import com.omnify.model.WireEnum;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param atSeconds since the call began, null where nobody says
 */
public record Turn(Speaker role, String text, @Nullable Double atSeconds) {

  /** Who speaks. */
  public enum Speaker implements WireEnum {
    ASSISTANT,
    USER
  }
}
