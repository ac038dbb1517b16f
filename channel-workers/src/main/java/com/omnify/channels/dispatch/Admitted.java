package com.omnify.channels.dispatch;

import com.omnify.channels.compose.policy.SmsText;
import java.util.Objects;

/** Composed, with the number that sends it: what is left is the fence. */
public record Admitted(ReadyDispatch dispatch, Sender sender, SmsText.Ready text) {

  public DispatchKey key() {
    return dispatch.key();
  }

  /** The person's number. */
  public String identity() {
    return Objects.requireNonNull(dispatch.phone());
  }

  public long costMicros() {
    return dispatch.priceMicros() * text.segments().segments();
  }
}
