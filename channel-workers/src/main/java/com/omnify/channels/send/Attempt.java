package com.omnify.channels.send;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one request of one dispatch, from its fence on. It begins once or never: until it has begun
 * it can be called off, and then it cannot begin any more.
 */
public final class Attempt {

  /** The attempt that the running thread makes. */
  public static final ScopedValue<Attempt> CURRENT = ScopedValue.newInstance();

  private enum Phase {
    WAITING,
    BEGUN,
    CALLED_OFF
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
  private final long deadlineNanos;
  private final Runnable onGone;
  private final AtomicBoolean gone = new AtomicBoolean();
  private volatile @Nullable Integer status;
  private volatile @Nullable String retryAfter;
  private volatile @Nullable Throwable trouble;

  /**
   * @param deadlineNanos by {@link System#nanoTime()}: past it the request must not begin
   * @param onGone told once, when no byte of the request is left to go: all are with the operating
   *     system, or none will ever be. Until then a STOP must wait; that the request has begun is
   *     not enough, as this thread may stand still before its first byte.
   */
  public Attempt(long deadlineNanos, Runnable onGone) {
    this.deadlineNanos = deadlineNanos;
    this.onGone = onGone;
  }

  /**
   * The connection stands and the next thing is to write what can make the provider act.
   *
   * @throws NotBegunException where it must not
   */
  public void begin() throws IOException {
    if (System.nanoTime() - deadlineNanos > 0) {
      callOff();
    }
    if (!phase.compareAndSet(Phase.WAITING, Phase.BEGUN)) {
      throw new NotBegunException(
          phase.get() == Phase.BEGUN ? "A second request was stopped" : "Too late to begin");
    }
  }

  /** Some of it may have left this process, and some not. */
  public boolean beingWritten() {
    return begun() && !gone.get();
  }

  /** The whole request has left this process. */
  public void written() {
    if (gone.compareAndSet(false, true)) {
      onGone.run();
    }
  }

  /** Nothing more comes of it, however it ended. */
  public void over() {
    callOff();
    written();
  }

  /**
   * Keeps it from beginning.
   *
   * @return whether that came in time
   */
  public boolean callOff() {
    return phase.compareAndSet(Phase.WAITING, Phase.CALLED_OFF);
  }

  public boolean begun() {
    return phase.get() == Phase.BEGUN;
  }

  public void answered(int httpStatus, @Nullable String retryAfterHeader) {
    retryAfter = retryAfterHeader;
    status = httpStatus;
  }

  public void failed(Throwable why) {
    trouble = why;
  }

  public @Nullable Integer status() {
    return status;
  }

  public @Nullable String retryAfter() {
    return retryAfter;
  }

  public @Nullable Throwable trouble() {
    return trouble;
  }

  /** The request was stopped before a byte of it was written. */
  public static final class NotBegunException extends IOException {
    NotBegunException(String message) {
      super(message);
    }
  }
}
