package com.omnify.channels.breaker.policy;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one request tells about the account it went to. */
public sealed interface Signal {

  /** The account works, even where this message was refused. */
  record Works() implements Signal {}

  /**
   * The account is in trouble.
   *
   * @param retryAfter what the provider asks for, null where it says nothing
   */
  record Fails(Trouble trouble, String code, @Nullable Duration retryAfter) implements Signal {}

  /** It ended on our side and tells nothing. */
  record Nothing() implements Signal {}

  /** Of the whole account, where others of that failure are about one recipient. */
  Set<String> OF_THE_ACCOUNT =
      Set.of(
          "20003",
          "20005",
          "20401",
          "20403",
          "30002",
          "90010",
          "http_401",
          "http_402",
          "http_403",
          // of a mail server: who we are, and what we may
          "530",
          "534",
          "535",
          "538",
          "5.7.0",
          "5.7.8",
          "5.7.9",
          "5.7.11",
          "5.7.13",
          "5.7.14",
          "settings",
          "address_refused");

  /** Of the whole account, where others of that failure are about one number of ours. */
  Set<String> TOO_MANY_REQUESTS = Set.of("20429", "14107", "http_429", "421");

  /** Our own: the request was called off, there was no connection to take, it could not be made. */
  Set<String> OURS = Set.of("not_begun", "no_connection_free", "letter", "address");

  static Signal of(SendResult result) {
    return switch (result) {
      case SendResult.Accepted _ -> new Works();
      case SendResult.Unknown(String code, _) -> new Fails(Trouble.UNAVAILABLE, code, null);
      case SendResult.NotSent(String code, _) ->
          OURS.contains(code) ? new Nothing() : new Fails(Trouble.UNAVAILABLE, code, null);
      case SendResult.Rejected(FailureType failure, String code, _, Duration retryAfter) -> {
        if (failure == FailureType.ACCOUNT_PROBLEM && OF_THE_ACCOUNT.contains(code)) {
          yield new Fails(Trouble.ACCOUNT_PROBLEM, code, retryAfter);
        }
        if (failure == FailureType.CAPACITY_EXHAUSTED && TOO_MANY_REQUESTS.contains(code)) {
          yield new Fails(Trouble.THROTTLED, code, retryAfter);
        }
        yield OURS.contains(code) ? new Nothing() : new Works();
      }
    };
  }
}
