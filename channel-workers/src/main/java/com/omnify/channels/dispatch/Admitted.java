package com.omnify.channels.dispatch;

import com.omnify.channels.compose.policy.Message;
import com.omnify.model.Channel;
import java.util.Objects;

/** Composed, with what it goes out from: what is left is the fence. */
public record Admitted(ReadyDispatch dispatch, Sender sender, Message message) {

  public DispatchKey key() {
    return dispatch.key();
  }

  public Channel channel() {
    return dispatch.ref().channel();
  }

  /** The person's address. */
  public String identity() {
    return Objects.requireNonNull(dispatch.identity());
  }

  public long costMicros() {
    return dispatch.priceMicros() * message.units();
  }
}
