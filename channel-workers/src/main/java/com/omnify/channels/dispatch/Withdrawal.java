package com.omnify.channels.dispatch;

import com.omnify.model.HoldReason;
import java.time.Instant;

/** A dispatch leaves READY without having been fenced: nothing was sent. */
public sealed interface Withdrawal {

  ReadyDispatch dispatch();

  /**
   * Cannot start now.
   *
   * @param until not before this fleet time
   */
  record GivenBack(ReadyDispatch dispatch, HoldReason reason, Instant until)
      implements Withdrawal {}

  /**
   * Must not be sent at all.
   *
   * @param words for the person who looks why
   */
  record Cancelled(ReadyDispatch dispatch, HoldReason reason, String words) implements Withdrawal {}

  /** Its time has passed. */
  record Expired(ReadyDispatch dispatch) implements Withdrawal {}
}
