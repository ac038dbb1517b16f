package com.omnify.channels.sms.policy;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads an exchange: only what is certain is called so, everything else is unknown. */
public final class TwilioAnswer {

  private TwilioAnswer() {}

  /** The result of a request to create a message. */
  public static SendResult read(Exchange seen) {
    Integer status = seen.status();
    if (status == null) {
      String trouble = seen.trouble() == null ? "no_answer" : seen.trouble();
      return seen.begun()
          ? new SendResult.Unknown(trouble, seen.text())
          : new SendResult.NotSent(trouble, seen.text());
    }
    if (status >= 200 && status < 300) {
      String sid = seen.sid();
      return sid == null || sid.isBlank()
          ? new SendResult.Unknown("unreadable_answer", seen.text())
          : new SendResult.Accepted(sid);
    }
    // 408 and 409 say that something is under way, not that nothing is.
    if (status >= 400 && status < 500 && status != 408 && status != 409) {
      Integer code = seen.errorCode();
      return new SendResult.Rejected(
          failure(status, code),
          code == null ? "http_" + status : code.toString(),
          seen.text(),
          seconds(seen.retryAfter()));
    }
    return new SendResult.Unknown("http_" + status, seen.text());
  }

  /** The form in seconds; Twilio does not use the other one, a date. */
  private static @Nullable Duration seconds(@Nullable String retryAfter) {
    return retryAfter != null && retryAfter.strip().matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
        : null;
  }

  private static FailureType failure(int status, @Nullable Integer code) {
    FailureType told =
        TwilioCodes.failureOf(code == null ? null : code.toString(), /* lookedUp= */ null);
    if (told != FailureType.OTHER) {
      return told;
    }
    return switch (status) {
      case 429 -> FailureType.CAPACITY_EXHAUSTED;
      case 401, 402, 403 -> FailureType.ACCOUNT_PROBLEM;
      case 400, 404, 405, 415, 422 -> FailureType.BAD_REQUEST;
      default -> FailureType.OTHER;
    };
  }
}
