package com.omnify.channels.email;

import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.policy.SendResult;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One mail on its way to a server, on a thread of its own. All of it but the dot that ends it is
 * handed over before the address is locked, in the server's own time; the dot waits for the
 * attempt. A mail without its dot is none (RFC 5321, 4.1.1.10), so who lets go of it has sent
 * nothing.
 */
final class SmtpHandover implements SmtpConnection.Dot {

  /** What is broken off has ended a moment later. */
  private static final Duration BREAKING_OFF = Duration.ofSeconds(5);

  private final CountDownLatch upToTheDot = new CountDownLatch(1);
  private final CompletableFuture<Attempt> leave = new CompletableFuture<>();
  private final CompletableFuture<SendResult> end = new CompletableFuture<>();
  private final Thread thread;

  private SmtpHandover(Function<SmtpConnection.Dot, SendResult> talk) {
    this.thread = Thread.ofVirtual().name("smtp-mail").unstarted(() -> talk(talk));
  }

  /**
   * Begins.
   *
   * @param talk with the server, whole; asks for leave before the dot
   */
  static SmtpHandover start(Function<SmtpConnection.Dot, SendResult> talk) {
    var handover = new SmtpHandover(talk);
    handover.thread.start();
    return handover;
  }

  private void talk(Function<SmtpConnection.Dot, SendResult> talk) {
    try {
      end.complete(talk.apply(this));
    } catch (RuntimeException e) {
      end.complete(
          begun()
              ? new SendResult.Unknown("error", e.getMessage())
              : new SendResult.NotSent("error", e.getMessage()));
    } finally {
      upToTheDot.countDown();
    }
  }

  private boolean begun() {
    return leave.isDone() && !leave.isCancelled() && leave.join().begun();
  }

  @Override
  public Attempt leave() throws IOException {
    upToTheDot.countDown();
    try {
      return leave.get();
    } catch (CancellationException | ExecutionException e) {
      throw new IOException("It is not to be sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("It is waited for no longer");
    }
  }

  /**
   * Waits until only the dot is missing, or there is nothing to be hoped for. A server that is not
   * so far by then has failed: it is told by {@link #send}.
   */
  void await(Duration patience) throws InterruptedException {
    if (!upToTheDot.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      // First of all no attempt can get there any more.
      leave.cancel(false);
      end.complete(
          new SendResult.NotSent(
              "slow_server",
              "The server was not ready for the end of the mail within "
                  + patience.toSeconds()
                  + " seconds"));
      thread.interrupt();
    }
  }

  /** Lets go of it. Not after {@link #send}. */
  void drop() {
    leave.cancel(false);
    thread.interrupt();
  }

  /** Gives the dot its leave and waits for the end; if interrupted, it is broken off. */
  SendResult send(Attempt attempt) {
    leave.complete(attempt);
    try {
      return end.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      SendResult broken = brokenOff(attempt);
      Thread.currentThread().interrupt();
      return broken;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      // Whoever waits for its request must not wait for what will never come.
      attempt.over();
    }
  }

  private SendResult brokenOff(Attempt attempt) {
    attempt.callOff();
    try {
      return end.get(BREAKING_OFF.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return attempt.begun()
          ? new SendResult.Unknown("timeout", "The connection could not be broken off")
          : new SendResult.NotSent("timeout", "The connection could not be broken off");
    }
  }
}
