package com.omnify.events.call.policy;

import com.omnify.model.CallDisposition;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes.MatchedBy;
import com.omnify.model.VapiCodes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a call went.
 *
 * @param failure why nobody was reached, or why the conversation broke off; null where neither
 * @param known false for a reason that stands in no table
 */
public record CallOutcome(
    CallDisposition disposition, @Nullable FailureType failure, boolean known) {

  /**
   * Reads VAPI's {@code endedReason}.
   *
   * @param personSpoke whether the report holds words of the person: then somebody was there,
   *     whatever an unknown reason may mean
   */
  public static CallOutcome ofVapi(String reason, boolean personSpoke) {
    VapiCodes.Reading reading = VapiCodes.read(reason);
    boolean known = reading.matchedBy() != MatchedBy.DEFAULT;
    return switch (reading.end()) {
      case COMPLETED -> reached(CallDisposition.ANSWERED, known);
      case ANSWERED_THEN_BROKEN ->
          new CallOutcome(CallDisposition.ANSWERED, reading.failure(), known);
      case VOICEMAIL -> reached(CallDisposition.VOICEMAIL, known);
      case CANCELLED, UNKNOWN ->
          personSpoke ? reached(CallDisposition.ANSWERED, known) : failed(reading.failure(), known);
      case PERMANENT, TRANSIENT, CAPACITY, CONFIGURATION -> failed(reading.failure(), known);
    };
  }

  /**
   * Reads Twilio's {@code CallStatus} of a call that came in.
   *
   * @param dialed how the attempt to put it through ended ({@code DialCallStatus}), where there was
   *     one: for Twilio the call itself goes on, or is completed, though nobody took it
   * @return null while it is not over, or in a word we do not know
   */
  public static @Nullable CallOutcome ofTwilio(String status, @Nullable String dialed) {
    CallOutcome put = dialed == null ? null : ofTwilio(dialed, null);
    if (put != null && put.missed()) {
      return put;
    }
    return switch (status.toLowerCase(Locale.ROOT)) {
      case "completed" -> reached(CallDisposition.ANSWERED, true);
      // "canceled": the caller hung up while it rang
      case "no-answer", "canceled" ->
          new CallOutcome(CallDisposition.NO_ANSWER, FailureType.CALL_NO_ANSWER, true);
      case "busy" -> new CallOutcome(CallDisposition.BUSY, FailureType.CALL_BUSY, true);
      case "failed" -> new CallOutcome(CallDisposition.FAILED, FailureType.CALL_FAILED, true);
      default -> null;
    };
  }

  /** A call that came in and that nobody took. */
  public boolean missed() {
    return !disposition.reached();
  }

  private static CallOutcome reached(CallDisposition disposition, boolean known) {
    return new CallOutcome(disposition, null, known);
  }

  private static CallOutcome failed(@Nullable FailureType failure, boolean known) {
    CallDisposition disposition =
        switch (failure) {
          case CALL_NO_ANSWER -> CallDisposition.NO_ANSWER;
          case CALL_BUSY -> CallDisposition.BUSY;
          case null, default -> CallDisposition.FAILED;
        };
    return new CallOutcome(disposition, failure, known);
  }
}
