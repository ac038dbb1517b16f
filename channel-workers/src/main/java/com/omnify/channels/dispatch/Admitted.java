package com.omnify.channels.dispatch;

import com.omnify.channels.compose.policy.SmsText;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Composed, with a sender whose cap is taken: what is left is the fence.
 *
 * @param capDay the fleet day, in the client's zone, on which the cap is counted
 */
public record Admitted(
    ReadyDispatch dispatch, Sender sender, SmsText.Ready text, LocalDate capDay) {

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
