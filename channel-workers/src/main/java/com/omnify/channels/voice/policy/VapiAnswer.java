package com.omnify.channels.voice.policy;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads an exchange: only what is certain is called so, everything else is unknown. */
public final class VapiAnswer {

  /**
   * What was seen of a request to place a call.
   *
   * @param begun whether it may have reached the wire
   * @param status the HTTP status, null where no answer came
   * @param retryAfter the header of that name, as it came
   * @param callId in the answer
   * @param concurrencyBlocked whether the answer says that as many calls are under way as may be
   * @param message in the answer, or what went wrong, for people
   * @param trouble a short code of what went wrong, such as {@code timeout}
   */
  public record Seen(
      boolean begun,
      @Nullable Integer status,
      @Nullable String retryAfter,
      @Nullable String callId,
      boolean concurrencyBlocked,
      @Nullable String message,
      @Nullable String trouble) {}

  private VapiAnswer() {}

  public static SendResult read(Seen seen) {
    Integer status = seen.status();
    if (status == null) {
      String trouble = seen.trouble() == null ? "no_answer" : seen.trouble();
      return seen.begun()
          ? new SendResult.Unknown(trouble, seen.message())
          : new SendResult.NotSent(trouble, seen.message());
    }
    if (status >= 200 && status < 300) {
      String id = seen.callId();
      return id == null || id.isBlank()
          ? new SendResult.Unknown("unreadable_answer", seen.message())
          : new SendResult.Accepted(id);
    }
    // 408 and 409 say that something is under way, not that nothing is.
    if (status >= 400 && status < 500 && status != 408 && status != 409) {
      return rejected(status, seen);
    }
    return new SendResult.Unknown("http_" + status, seen.message());
  }

  private static SendResult rejected(int status, Seen seen) {
    String said = seen.message() == null ? "" : seen.message().toLowerCase(Locale.ROOT);
    String code = "http_" + status;
    FailureType failure;
    if (seen.concurrencyBlocked() || said.contains("concurrency")) {
      code = "concurrency_limit";
      failure = FailureType.CAPACITY_EXHAUSTED;
    } else if (said.contains("daily") && said.contains("limit")) {
      code = "daily_limit";
      failure = FailureType.CAPACITY_EXHAUSTED;
    } else if (said.contains("credits") || said.contains("wallet") || said.contains("frozen")) {
      code = "account";
      failure = FailureType.ACCOUNT_PROBLEM;
    } else if (isAboutTheirNumber(said)) {
      code = "customer_number";
      failure = FailureType.INVALID_NUMBER;
    } else {
      failure =
          switch (status) {
            case 429 -> FailureType.CAPACITY_EXHAUSTED;
            case 401, 402, 403 -> FailureType.ACCOUNT_PROBLEM;
            case 400, 404, 405, 413, 415, 422 -> FailureType.BAD_REQUEST;
            default -> FailureType.OTHER;
          };
    }
    return new SendResult.Rejected(failure, code, seen.message(), seconds(seen.retryAfter()));
  }

  private static boolean isAboutTheirNumber(String said) {
    return (said.contains("customer.number") || said.contains("customer number"))
        && (said.contains("valid") || said.contains("e.164") || said.contains("e164"));
  }

  /** The form in seconds; a date is as good as nothing. */
  private static @Nullable Duration seconds(@Nullable String retryAfter) {
    return retryAfter != null && retryAfter.strip().matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
        : null;
  }
}
