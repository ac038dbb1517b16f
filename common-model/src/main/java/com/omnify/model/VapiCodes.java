package com.omnify.model;

import static com.omnify.model.FailureType.CALL_BUSY;
import static com.omnify.model.FailureType.CALL_FAILED;
import static com.omnify.model.FailureType.CALL_NO_ANSWER;
import static com.omnify.model.FailureType.CAPACITY_EXHAUSTED;
import static com.omnify.model.FailureType.INVALID_NUMBER;
import static com.omnify.model.VapiCodes.CallEnd.ANSWERED_THEN_BROKEN;
import static com.omnify.model.VapiCodes.CallEnd.CANCELLED;
import static com.omnify.model.VapiCodes.CallEnd.CAPACITY;
import static com.omnify.model.VapiCodes.CallEnd.COMPLETED;
import static com.omnify.model.VapiCodes.CallEnd.CONFIGURATION;
import static com.omnify.model.VapiCodes.CallEnd.PERMANENT;
import static com.omnify.model.VapiCodes.CallEnd.TRANSIENT;
import static com.omnify.model.VapiCodes.CallEnd.UNKNOWN;
import static com.omnify.model.VapiCodes.CallEnd.VOICEMAIL;

import com.omnify.model.TwilioCodes.MatchedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What VAPI's reasons for the end of a call mean to us; there are over six hundred. Exact ones
 * first, then patterns on their segments, the narrower before the wider. One that nobody knows is a
 * failed call, never an error.
 */
public final class VapiCodes {

  /** How a call came to its end. */
  public enum CallEnd implements WireEnum {
    /** Somebody spoke, and it ended as calls do. */
    COMPLETED,
    /** A machine took it. */
    VOICEMAIL,
    /** We, or somebody at the provider's dashboard, called it off. */
    CANCELLED,
    /** It will not get better: the number is wrong. */
    PERMANENT,
    /** It may be better in a while. */
    TRANSIENT,
    CAPACITY,
    /** Credits, settings, credentials: an operator is told. */
    CONFIGURATION,
    /** There was a conversation, and it broke: no second call. */
    ANSWERED_THEN_BROKEN,
    UNKNOWN
  }

  /**
   * What a reason says.
   *
   * @param failure null where it tells of none
   */
  public record Reading(@Nullable FailureType failure, CallEnd end, MatchedBy matchedBy) {}

  private record Line(Pattern pattern, @Nullable FailureType failure, CallEnd end) {
    static Line of(String regex, @Nullable FailureType failure, CallEnd end) {
      return new Line(Pattern.compile(regex), failure, end);
    }
  }

  private static final Map<String, Reading> EXACT = new HashMap<>();

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

  private static final List<Line> PATTERNS =
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

  private VapiCodes() {}

  /** Reads an {@code endedReason}. */
  public static Reading read(String reason) {
    Reading known = EXACT.get(reason);
    if (known != null) {
      return known;
    }
    return PATTERNS.stream()
        .filter(line -> line.pattern().matcher(reason).find())
        .findFirst()
        .map(line -> new Reading(line.failure(), line.end(), MatchedBy.PATTERN))
        .orElse(new Reading(CALL_FAILED, UNKNOWN, MatchedBy.DEFAULT));
  }

  private static void exact(@Nullable FailureType failure, CallEnd end, String... reasons) {
    for (String reason : reasons) {
      if (EXACT.put(reason, new Reading(failure, end, MatchedBy.EXACT)) != null) {
        throw new IllegalStateException(reason + " stands twice");
      }
    }
  }
}
