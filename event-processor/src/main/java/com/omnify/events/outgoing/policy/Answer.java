package com.omnify.events.outgoing.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one call.
 *
 * @param status HTTP status; null where there was no answer
 * @param error what went wrong, a code and words; null where nothing did
 */
public record Answer(@Nullable Integer status, @Nullable String error, Duration took) {

  private static final int GONE = 410;

  /** It was taken. */
  public boolean taken() {
    return error == null && status != null && status / 100 == 2;
  }

  /** The other side says that there is nobody any more. */
  public boolean gone() {
    return status != null && status == GONE;
  }

  /** {@code http_503}, {@code timeout}, … */
  public String code() {
    if (status != null) {
      return "http_" + status;
    }
    if (error == null) {
      return "unknown";
    }
    int colon = error.indexOf(':');
    return colon < 0 ? error : error.substring(0, colon);
  }
}
