package com.omnify.channels.result;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import org.jspecify.annotations.Nullable;

/**
 * What became of a dispatch behind the fence.
 *
 * @param providerId the provider's id of the message, where it is accepted
 * @param code the provider's or our short code, for people
 * @param text for people
 */
public record Outcome(
    DispatchKey key,
    DispatchState state,
    @Nullable String providerId,
    @Nullable FailureType failure,
    @Nullable String code,
    @Nullable String text) {

  private static final int LONGEST_TEXT = 300;

  public Outcome {
    switch (state) {
      case ACCEPTED, REJECTED, NOT_SENT, UNKNOWN, QUARANTINED -> {}
      case READY, SENDING, CANCELLED, EXPIRED, GIVEN_BACK ->
          throw new IllegalArgumentException(state + " is no outcome of a fenced dispatch");
    }
    // A provider's words may hold any character; PostgreSQL refuses this one, and with it the
    // batch.
    providerId = storable(providerId);
    code = storable(code);
    text = storable(text);
    if (text != null) {
      String line = text.lines().findFirst().orElse("");
      text = line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) : line;
    }
  }

  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }

  /** The outcome of a request. */
  public static Outcome of(DispatchKey key, SendResult result) {
    return switch (result) {
      case SendResult.Accepted(String id) -> accepted(key, id);
      case SendResult.Rejected(FailureType failure, String code, String text, _) ->
          new Outcome(key, DispatchState.REJECTED, null, failure, code, text);
      case SendResult.NotSent(String code, String text) -> notSent(key, code, text);
      case SendResult.Unknown(String code, String text) -> unknown(key, code, text);
    };
  }

  public static Outcome accepted(DispatchKey key, @Nullable String providerId) {
    return new Outcome(key, DispatchState.ACCEPTED, providerId, null, null, null);
  }

  public static Outcome notSent(DispatchKey key, String code, @Nullable String text) {
    return new Outcome(
        key, DispatchState.NOT_SENT, null, FailureType.UNREACHABLE_PROVIDER, code, text);
  }

  public static Outcome unknown(DispatchKey key, String code, @Nullable String text) {
    return new Outcome(key, DispatchState.UNKNOWN, null, null, code, text);
  }

  public static Outcome quarantined(DispatchKey key, String code, @Nullable String text) {
    return new Outcome(key, DispatchState.QUARANTINED, null, null, code, text);
  }
}
