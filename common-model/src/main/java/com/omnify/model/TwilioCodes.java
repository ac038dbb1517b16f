package com.omnify.model;

import static com.omnify.model.FailureType.ACCOUNT_PROBLEM;
import static com.omnify.model.FailureType.BAD_REQUEST;
import static com.omnify.model.FailureType.CAPACITY_EXHAUSTED;
import static com.omnify.model.FailureType.INVALID_NUMBER;
import static com.omnify.model.FailureType.LANDLINE_DETECTED;
import static com.omnify.model.FailureType.OTHER;
import static com.omnify.model.FailureType.RECIPIENT_OPTED_OUT;
import static com.omnify.model.FailureType.SMS_FAILED;
import static com.omnify.model.FailureType.SMS_UNDELIVERED;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Twilio's error codes mean to us. The same code comes as the answer to a request and in a
 * later status callback, and must mean the same in both.
 */
public final class TwilioCodes {

  /** How sure a reading is. */
  public enum MatchedBy implements WireEnum {
    /** The code is in the table. */
    EXACT,
    /** Only its range is. */
    PATTERN,
    /** Nothing is known of it: count these, the table may want a line. */
    DEFAULT
  }

  public record Reading(FailureType failure, MatchedBy matchedBy) {}

  private static final Map<String, FailureType> EXACT =
      table(
          Map.of(
              INVALID_NUMBER,
              // invalid "To", not a valid number, unknown handset
              List.of("21211", "21217", "30005"),
              SMS_UNDELIVERED,
              // unreachable, missing segment, congestion, unknown, expired, provider timeout
              List.of("30003", "30009", "30017", "30008", "30036", "30410"),
              SMS_FAILED,
              // blocked, filtered, price limit, unregistered or suspended campaign or sender,
              // region
              // not allowed, route not available, "From" that cannot send
              List.of(
                  "30004", "30007", "30010", "30024", "30032", "30033", "30034", "30035", "30038",
                  "21408", "21606", "21612", "21659", "21703", "21704", "21705"),
              RECIPIENT_OPTED_OUT,
              List.of("21610"),
              CAPACITY_EXHAUSTED,
              // rate limit, queue full, throughput or daily limits
              List.of("20429", "21611", "30001", "30022", "30023", "30027", "63038", "14107"),
              ACCOUNT_PROBLEM,
              // credentials, inactive or suspended account, forbidden, trial restrictions
              List.of("20003", "20005", "20401", "20403", "30002", "21219", "21608", "90010"),
              BAD_REQUEST,
              // missing or malformed parameters
              List.of("20001", "20400", "20404", "21602", "21603", "21604", "21605", "21617")));

  /** Meanings that only a look-up of the number's line type can settle. */
  private static final Set<String> LANDLINE_OR_UNREACHABLE = Set.of("30006", "21635");

  private static final String NO_MOBILE = "21614";

  /** Disjoint, so that their order does not matter. */
  private static final Map<Pattern, FailureType> RANGES =
      Map.of(
          Pattern.compile("30[0-9]{3}"), SMS_UNDELIVERED,
          Pattern.compile("21[67][0-9]{2}"), BAD_REQUEST);

  private TwilioCodes() {}

  /** The failure of a code, {@link FailureType#OTHER} where nothing is known of it. */
  public static FailureType failureOf(@Nullable String code, @Nullable PhoneType lookedUp) {
    return read(code, lookedUp).failure();
  }

  /**
   * Reads a code.
   *
   * @param code Twilio's five digits, null where an answer carried none
   * @param lookedUp what Lookup says about the line, null where nobody asked
   */
  public static Reading read(@Nullable String code, @Nullable PhoneType lookedUp) {
    if (code == null || code.isBlank()) {
      return new Reading(OTHER, MatchedBy.DEFAULT);
    }
    String digits = code.strip();
    if (LANDLINE_OR_UNREACHABLE.contains(digits)) {
      // Without the look-up it may as well be a switched-off phone: nobody is blamed unheard.
      return exact(lookedUp == PhoneType.LANDLINE ? LANDLINE_DETECTED : SMS_UNDELIVERED);
    }
    if (digits.equals(NO_MOBILE)) {
      return exact(
          switch (lookedUp) {
            case LANDLINE -> LANDLINE_DETECTED;
            case MOBILE, VOIP -> SMS_UNDELIVERED;
            case UNKNOWN -> INVALID_NUMBER;
            case null -> INVALID_NUMBER;
          });
    }
    FailureType known = EXACT.get(digits);
    if (known != null) {
      return exact(known);
    }
    for (var range : RANGES.entrySet()) {
      if (range.getKey().matcher(digits).matches()) {
        return new Reading(range.getValue(), MatchedBy.PATTERN);
      }
    }
    return new Reading(OTHER, MatchedBy.DEFAULT);
  }

  private static Reading exact(FailureType failure) {
    return new Reading(failure, MatchedBy.EXACT);
  }

  private static Map<String, FailureType> table(Map<FailureType, List<String>> codes) {
    var table = new HashMap<String, FailureType>();
    codes.forEach(
        (failure, all) ->
            all.forEach(
                code -> {
                  if (table.put(code, failure) != null) {
                    throw new IllegalStateException(code + " stands twice");
                  }
                }));
    return Map.copyOf(table);
  }
}
