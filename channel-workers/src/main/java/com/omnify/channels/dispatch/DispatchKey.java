package com.omnify.channels.dispatch;

import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;

/** A dispatch's primary key. */
public record DispatchKey(ClientId client, DispatchId id) {

  public static DispatchKey of(DispatchRef ref) {
    return new DispatchKey(ref.clientId(), ref.dispatchId());
  }
}
