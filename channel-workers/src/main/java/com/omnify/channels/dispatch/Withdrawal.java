package com.omnify.channels.dispatch;

import com.omnify.model.HoldReason;
import com.omnify.model.event.DispatchRef;
import java.time.Instant;

/** A dispatch leaves READY without having been fenced: nothing was sent. */
public sealed interface Withdrawal {

  DispatchRef ref();

  /**
   * Cannot start now.
   *
   * @param until not before this fleet time
   */
  record GivenBack(DispatchRef ref, HoldReason reason, Instant until) implements Withdrawal {
    public GivenBack(ReadyDispatch dispatch, HoldReason reason, Instant until) {
      this(dispatch.ref(), reason, until);
    }
  }

  /**
   * Must not be sent at all.
   *
   * @param words for the person who looks why
   */
  record Cancelled(DispatchRef ref, HoldReason reason, String words) implements Withdrawal {
    public Cancelled(ReadyDispatch dispatch, HoldReason reason, String words) {
      this(dispatch.ref(), reason, words);
    }
  }

  /** Its time has passed. */
  record Expired(DispatchRef ref) implements Withdrawal {
    public Expired(ReadyDispatch dispatch) {
      this(dispatch.ref());
    }
  }
}
