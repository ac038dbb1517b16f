package com.omnify.healer.codes.policy;

import static com.omnify.healer.codes.policy.Meaning.CodeClass.ANSWERED_THEN_BROKEN;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.CANCELLED;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.CAPACITY;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.COMPLETED;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.CONFIGURATION;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.HARD;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.OPTED_OUT;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.PERMANENT;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.SENDER;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.SOFT;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.SPAM;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.TRANSIENT;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.UNKNOWN;
import static com.omnify.healer.codes.policy.Meaning.CodeClass.VOICEMAIL;
import static com.omnify.model.FailureType.EMAIL_BOUNCED;
import static com.omnify.model.FailureType.EMAIL_SPAM;
import static com.omnify.model.FailureType.OTHER;

import com.omnify.healer.codes.policy.Meaning.CodeClass;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes;
import com.omnify.model.TwilioCodes.MatchedBy;
import com.omnify.model.VapiCodes;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Codes of every provider: {@code twilio:30003}, {@code smtp:5.1.1}, {@code vapi:customer-busy}.
 * Exact ones first, then patterns on their segments, the narrower before the wider. A code that
 * nobody knows is a failure too, never an error.
 */
public final class ProviderCodes {

  private record Line(Pattern pattern, @Nullable FailureType failure, CodeClass codeClass) {
    static Line of(String regex, @Nullable FailureType failure, CodeClass codeClass) {
      return new Line(Pattern.compile(regex), failure, codeClass);
    }
  }

  private static final List<String> HARD_BOUNCES =
      List.of("5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1");
  private static final List<String> SOFT_BOUNCES = List.of("5.2.2", "4.2.2");
  private static final List<Line> SMTP_PATTERNS =
      List.of(
          Line.of("^5\\.7\\.\\d{1,3}$", EMAIL_SPAM, SPAM),
          Line.of("^4\\.\\d{1,3}\\.\\d{1,3}$", EMAIL_BOUNCED, SOFT),
          // the sender's own address is refused
          Line.of("^5\\.1\\.[78]$", OTHER, SENDER),
          Line.of("^5\\.1\\.\\d{1,3}$", EMAIL_BOUNCED, HARD),
          // size, route, protocol, content: the address may be as good as ever
          Line.of("^5\\.\\d{1,3}\\.\\d{1,3}$", EMAIL_BOUNCED, SOFT));

  private ProviderCodes() {}

  /** Reads a code with its provider in front; one without is VAPI's. */
  public static Meaning read(String prefixed) {
    String text = prefixed.strip();
    int colon = text.indexOf(':');
    String provider =
        colon < 0 ? "vapi" : text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    String code = text.substring(colon + 1).strip();
    return switch (provider) {
      case "twilio" -> twilio(code);
      case "smtp" -> smtp(code);
      case "vapi" -> vapi(code);
      default -> new Meaning(OTHER, UNKNOWN, MatchedBy.DEFAULT);
    };
  }

  private static Meaning twilio(String code) {
    var reading = TwilioCodes.read(code, null);
    var codeClass =
        switch (reading.failure()) {
          case INVALID_NUMBER, LANDLINE_DETECTED -> PERMANENT;
          case SMS_UNDELIVERED, UNREACHABLE_PROVIDER -> TRANSIENT;
          case SMS_FAILED -> SENDER;
          case RECIPIENT_OPTED_OUT -> OPTED_OUT;
          case CAPACITY_EXHAUSTED -> CAPACITY;
          case ACCOUNT_PROBLEM, BAD_REQUEST -> CONFIGURATION;
          case EMAIL_BOUNCED, EMAIL_SPAM, CALL_NO_ANSWER, CALL_BUSY, CALL_FAILED, OTHER -> UNKNOWN;
        };
    return new Meaning(reading.failure(), codeClass, reading.matchedBy());
  }

  private static Meaning smtp(String code) {
    if (HARD_BOUNCES.contains(code)) {
      return new Meaning(EMAIL_BOUNCED, HARD, MatchedBy.EXACT);
    }
    if (SOFT_BOUNCES.contains(code)) {
      return new Meaning(EMAIL_BOUNCED, SOFT, MatchedBy.EXACT);
    }
    // a bounce that says nothing of its kind must not cost an address
    return byPattern(SMTP_PATTERNS, code, new Meaning(EMAIL_BOUNCED, UNKNOWN, MatchedBy.DEFAULT));
  }

  private static Meaning vapi(String code) {
    var reading = VapiCodes.read(code);
    var codeClass =
        switch (reading.end()) {
          case COMPLETED -> COMPLETED;
          case VOICEMAIL -> VOICEMAIL;
          case CANCELLED -> CANCELLED;
          case PERMANENT -> PERMANENT;
          case TRANSIENT -> TRANSIENT;
          case CAPACITY -> CAPACITY;
          case CONFIGURATION -> CONFIGURATION;
          case ANSWERED_THEN_BROKEN -> ANSWERED_THEN_BROKEN;
          case UNKNOWN -> UNKNOWN;
        };
    return new Meaning(reading.failure(), codeClass, reading.matchedBy());
  }

  private static Meaning byPattern(List<Line> lines, String code, Meaning otherwise) {
    return lines.stream()
        .filter(line -> line.pattern().matcher(code).find())
        .findFirst()
        .map(line -> new Meaning(line.failure(), line.codeClass(), MatchedBy.PATTERN))
        .orElse(otherwise);
  }
}
