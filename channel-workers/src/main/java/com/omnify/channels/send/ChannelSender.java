package com.omnify.channels.send;

import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is peculiar to one channel. Everything else is one protocol for all of them: load, {@link
 * #compose}, admit (window, sender, cap, {@link #reserve}, permit), {@link #prepare}, the fence
 * under the locks on people's addresses, exactly one {@link #send}, and the result by group commit.
 * A bean of this type is all that a channel takes: it gets a queue, workers, a doorbell and the
 * sweeper's care.
 *
 * <p>All methods are called from several threads at once.
 */
public interface ChannelSender {

  Channel channel();

  /** How many pass one fence at most: all of them must begin while the locks are held. */
  int most();

  /** Requests that may be under way at one provider account. */
  int atOnce();

  /**
   * The longest that {@link #send} may take after {@link Attempt#begin}, in real time. Whoever
   * takes longer is interrupted; a dispatch whose worker died is UNKNOWN a little later.
   */
  Duration longestRequest();

  /**
   * The words of a step, rendered once. Quick and without a network: a batch is composed one by
   * one.
   *
   * @param sender what it goes out from
   * @param now by the fleet clock
   */
  Composition compose(ReadyDispatch dispatch, Sender sender, Instant now);

  /**
   * Takes what may run out besides caps and permits, such as a slot for a call, in a transaction of
   * its own. Called before the fence and outside of any transaction; what is reserved for a
   * dispatch that is withdrawn later must run out by itself or be freed by its owner.
   *
   * @return those that get none, each with its withdrawal
   */
  default Map<DispatchKey, Withdrawal> reserve(List<Admitted> batch) {
    return Map.of();
  }

  /** The longest that {@link #prepare} may take, in real time; zero where it does nothing. */
  default Duration longestPreparation() {
    return Duration.ZERO;
  }

  /**
   * Before the locks are taken, on a thread of its own and in the provider's time: does all that
   * does not make it act yet, such as connecting. How that went is told by {@link #send}. What was
   * prepared is either sent or discarded.
   */
  default void prepare(Admitted dispatch) throws InterruptedException {}

  /** Lets go of what was prepared for it, if anything was: it did not pass its fence. */
  default void discard(Admitted dispatch) {}

  /**
   * Makes the one attempt and waits for its end. Never throws: whatever happens is a result, and
   * what is not certain is UNKNOWN.
   *
   * <p>It must call {@link Attempt#begin} immediately before the first byte that can make the
   * provider act, and send nothing of the kind where that throws; and {@link Attempt#written} when
   * the last byte has left this process, as the locks are held until then. HTTP through {@link
   * OneShotHttp} does both. A result of an attempt that has not begun is certain.
   */
  SendResult send(Admitted dispatch, Attempt attempt);

  /**
   * Walks the way once with a request that can never begin, so that nothing is loaded and compiled
   * for the first time while people's addresses are locked.
   */
  default void warmUp() {}
}
