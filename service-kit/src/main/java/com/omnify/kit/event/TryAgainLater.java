package com.omnify.kit.event;

/**
 * A handler cannot do its work now, through no fault of the event. The batch is offered again,
 * without limit, and goes to no dead letter.
 */
public final class TryAgainLater extends RuntimeException {

  public TryAgainLater(String reason, Throwable cause) {
    super(reason, cause);
  }
}
