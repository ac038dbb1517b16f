package com.omnify.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a bounce's code says whether the address is gone: who hears of the bounce writes it, who acts
 * on it reads it. Mostly it is the enhanced status code (RFC 3463) as it came; where that alone
 * would be read otherwise than the server meant it, a word in front says so.
 */
public final class EmailCodes {

  private static final String HARD = "hard";
  private static final String SOFT = "soft";

  /** The address itself is wrong, whatever else is said. */
  private static final Set<String> GONE =
      Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1");

  private EmailCodes() {}

  /**
   * The code of a bounce.
   *
   * @param hard whether the address does not exist
   * @param status the enhanced status code, or empty
   */
  public static String of(boolean hard, String status) {
    if (!status.isEmpty() && isHard(status) == hard) {
      return status;
    }
    String kind = hard ? HARD : SOFT;
    return status.isEmpty() ? kind : kind + " " + status;
  }

  /** Whether mail to this address is never to be tried again. */
  public static boolean isHard(@Nullable String code) {
    return code != null && (GONE.contains(code) || code.equals(HARD) || code.startsWith("hard "));
  }
}
