package com.omnify.channels.email.policy;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what Resend answers to a request to send. */
public final class ResendAnswer {

  private ResendAnswer() {}

  /**
   * What was seen of one request.
   *
   * @param begun whether it may have reached the wire
   * @param status the HTTP status, null where no answer came
   * @param id of the mail, in an answer that says so
   * @param name of the error, in an answer that says so
   * @param trouble a short code of what went wrong
   */
  public record Seen(
      boolean begun,
      @Nullable Integer status,
      @Nullable String retryAfter,
      @Nullable String id,
      @Nullable String name,
      @Nullable String trouble,
      @Nullable String text) {}

  public static SendResult read(Seen seen) {
    Integer status = seen.status();
    if (status == null) {
      String trouble = seen.trouble() == null ? "no_answer" : seen.trouble();
      return seen.begun()
          ? new SendResult.Unknown(trouble, seen.text())
          : new SendResult.NotSent(trouble, seen.text());
    }
    if (status >= 200 && status < 300) {
      return seen.id() == null
          ? new SendResult.Unknown("unreadable_answer", seen.text())
          : new SendResult.Accepted(seen.id());
    }
    // 408 and 409 say that something is under way with that key, not that nothing is.
    if (status >= 400 && status < 500 && status != 408 && status != 409) {
      return new SendResult.Rejected(
          failure(status, seen.name()), "http_" + status, text(seen), seconds(seen.retryAfter()));
    }
    return new SendResult.Unknown("http_" + status, text(seen));
  }

  private static FailureType failure(int status, @Nullable String name) {
    return switch (status) {
      case 401, 402, 403 -> FailureType.ACCOUNT_PROBLEM;
      case 429 -> FailureType.CAPACITY_EXHAUSTED;
      default ->
          "invalid_from_address".equals(name)
              ? FailureType.ACCOUNT_PROBLEM
              : FailureType.BAD_REQUEST;
    };
  }

  private static @Nullable String text(Seen seen) {
    return seen.name() == null ? seen.text() : seen.name() + ": " + seen.text();
  }

  private static @Nullable Duration seconds(@Nullable String retryAfter) {
    return retryAfter != null && retryAfter.strip().matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
        : null;
  }
}
