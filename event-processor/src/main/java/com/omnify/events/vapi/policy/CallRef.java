package com.omnify.events.vapi.policy;

import com.omnify.model.WireEnum;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which call a message is about, as far as it says.
 *
 * @param id the provider's
 * @param customer the number of the person
 * @param ours our number
 * @param numberId the provider's id of our number
 * @param carrierId the carrier's id of the call
 * @param dispatch the dispatch that the call names
 */
public record CallRef(
    @Nullable String id,
    Direction direction,
    @Nullable String customer,
    @Nullable String ours,
    @Nullable String numberId,
    @Nullable String carrierId,
    @Nullable UUID dispatch) {

  /** Who called whom. */
  public enum Direction implements WireEnum {
    OUTBOUND,
    INBOUND,
    /** By the web, or by nothing that it says. */
    OTHER
  }
}
