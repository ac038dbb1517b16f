package com.omnify.events.call;

import com.omnify.model.DeliveryStatus;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.InteractionId;
import org.jspecify.annotations.Nullable;

/**
 * A call as far as we have heard, locked until the transaction ends.
 *
 * @param identity the person's number
 * @param status the furthest it has been reported on its way
 * @param ended whether a word of its end has come
 * @param reported whether the report has
 * @param booked whether an appointment was made in it
 * @param optedOut whether its words made an opt-out
 * @param fresh whether nothing was heard of it before
 */
public record Call(
    Key key,
    boolean inbound,
    InteractionId interaction,
    String identity,
    @Nullable DeliveryStatus status,
    boolean ended,
    boolean reported,
    boolean booked,
    boolean optedOut,
    boolean fresh) {

  /** Which call. */
  public record Key(ClientId client, String provider, String callId) {}
}
