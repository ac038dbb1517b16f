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
import static com.omnify.model.FailureType.CALL_BUSY;
import static com.omnify.model.FailureType.CALL_FAILED;
import static com.omnify.model.FailureType.CALL_NO_ANSWER;
import static com.omnify.model.FailureType.CAPACITY_EXHAUSTED;
import static com.omnify.model.FailureType.EMAIL_BOUNCED;
import static com.omnify.model.FailureType.EMAIL_SPAM;
import static com.omnify.model.FailureType.INVALID_NUMBER;
import static com.omnify.model.FailureType.OTHER;

import com.omnify.healer.codes.policy.Meaning.CodeClass;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes;
import com.omnify.model.TwilioCodes.MatchedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private static final Map<String, Meaning> VAPI = new HashMap<>();

  static {
    exact(CALL_NO_ANSWER, TRANSIENT, "customer-did-not-answer");
    exact(CALL_BUSY, TRANSIENT, "customer-busy");
    exact(INVALID_NUMBER, PERMANENT, "twilio-reported-customer-misdialed");
    exact(null, VOICEMAIL, "voicemail");
    exact(
        null,
        COMPLETED,
        "assistant-ended-call",
        "assistant-said-end-call-phrase",
        "assistant-ended-call-with-hangup-task",
        "assistant-ended-call-after-message-spoken",
        "assistant-forwarded-call",
        "assistant-request-returned-forwarding-phone-number",
        "customer-ended-call",
        "customer-ended-call-before-warm-transfer",
        "customer-ended-call-after-warm-transfer-attempt",
        "customer-ended-call-during-transfer",
        "exceeded-max-duration",
        "silence-timed-out",
        "vonage-completed",
        "call.in-progress.twilio-completed-call",
        "call.in-progress.sip-completed-call",
        "call.ringing.hook-executed-say",
        "call.ringing.hook-executed-transfer",
        "call.ending.hook-executed-say",
        "call.ending.hook-executed-transfer",
        // the person was there: it is the colleague's line that was busy or not answered
        "call.forwarding.operator-busy",
        "call.forwarding.no-answer");
    exact(
        null,
        CANCELLED,
        "manually-canceled",
        "call-deleted",
        "scheduled-call-deleted",
        "call.ringing.sip-inbound-caller-hungup-before-call-connect");
    exact(
        CALL_FAILED,
        TRANSIENT,
        "twilio-failed-to-connect-call",
        "vonage-failed-to-connect-call",
        "vonage-rejected",
        "worker-shutdown",
        "assistant-join-timed-out",
        "call.start.error-get-transport",
        "call.in-progress.error-vapifault-transport-never-connected",
        "call.in-progress.error-vapifault-transport-connected-but-call-not-active");
    exact(
        CALL_FAILED,
        CONFIGURATION,
        "assistant-not-found",
        "assistant-not-valid",
        "assistant-request-failed",
        "assistant-request-returned-error",
        "assistant-request-returned-unspeakable-error",
        "assistant-request-returned-invalid-assistant",
        "assistant-request-returned-no-assistant",
        "call-start-error-neither-assistant-nor-server-set",
        "phone-call-provider-bypass-enabled-but-no-call-received",
        "call.start.error-get-assistant",
        "call.start.error-get-phone-number",
        "call.start.error-get-customer",
        "call.start.error-get-resources-validation",
        "call.start.error-fraud-check-failed",
        "call.start.error-vapi-number-international",
        "call.start.assistant-version-error-validation",
        "call.start.error-subscription-frozen",
        "call.start.error-subscription-insufficient-credits",
        "call.start.error-subscription-upgrade-failed",
        "call.start.error-subscription-wallet-does-not-exist");
    exact(
        CAPACITY_EXHAUSTED,
        CAPACITY,
        "call.start.error-subscription-concurrency-limit-reached",
        "call.start.error-vapi-number-outbound-daily-limit",
        "call.in-progress.error-vapifault-worker-not-available");
    exact(
        CALL_FAILED,
        ANSWERED_THEN_BROKEN,
        "phone-call-provider-closed-websocket",
        "vonage-disconnected",
        "customer-did-not-give-microphone-permission",
        "call.in-progress.error-vapifault-worker-died",
        "call.in-progress.error-assistant-did-not-receive-customer-audio",
        "call.in-progress.error-transfer-failed");
  }

  private static final List<Line> VAPI_PATTERNS =
      List.of(
          Line.of("forwarding.*(busy|no-answer)", null, COMPLETED),
          Line.of(
              "concurrency-limit|outbound-daily-limit|worker-not-available",
              CAPACITY_EXHAUSTED,
              CAPACITY),
          Line.of("misdialed", INVALID_NUMBER, PERMANENT),
          Line.of("customer-busy|sip-486\\b", CALL_BUSY, TRANSIENT),
          Line.of("customer-did-not-answer|sip-(408|480)\\b", CALL_NO_ANSWER, TRANSIENT),
          Line.of("sip-(403|407)\\b", CALL_FAILED, CONFIGURATION),
          Line.of(
              "failed-to-connect|never-connected|sip-5\\d\\d\\b|worker-shutdown",
              CALL_FAILED,
              TRANSIENT),
          Line.of(
              "(llm|voice|transcriber|video)-failed|worker-died|websocket",
              CALL_FAILED,
              ANSWERED_THEN_BROKEN),
          Line.of("warm-transfer", CALL_FAILED, ANSWERED_THEN_BROKEN),
          Line.of("^call\\.start\\.error-vapifault-", CALL_FAILED, TRANSIENT),
          Line.of("subscription|credits|enterprise-feature", CALL_FAILED, CONFIGURATION),
          Line.of("^call\\.start\\.", CALL_FAILED, CONFIGURATION),
          // whatever broke in a running conversation: the person has been talked to
          Line.of("^call\\.in-progress\\.|^pipeline-", CALL_FAILED, ANSWERED_THEN_BROKEN),
          Line.of("completed-call|ended-call", null, COMPLETED));

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
    Meaning known = VAPI.get(code);
    return known != null
        ? known
        : byPattern(VAPI_PATTERNS, code, new Meaning(CALL_FAILED, UNKNOWN, MatchedBy.DEFAULT));
  }

  private static Meaning byPattern(List<Line> lines, String code, Meaning otherwise) {
    return lines.stream()
        .filter(line -> line.pattern().matcher(code).find())
        .findFirst()
        .map(line -> new Meaning(line.failure(), line.codeClass(), MatchedBy.PATTERN))
        .orElse(otherwise);
  }

  private static void exact(@Nullable FailureType failure, CodeClass codeClass, String... codes) {
    for (String code : codes) {
      if (VAPI.put(code, new Meaning(failure, codeClass, MatchedBy.EXACT)) != null) {
        throw new IllegalStateException(code + " stands twice");
      }
    }
  }
}
