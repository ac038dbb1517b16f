package com.omnify.healer.codes.policy;

import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes.MatchedBy;
import com.omnify.model.WireEnum;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's code means.
 *
 * @param failure null where the code tells of no failure
 */
public record Meaning(@Nullable FailureType failure, CodeClass codeClass, MatchedBy matchedBy) {

  /** What follows from a code, beside the type of the failure. */
  public enum CodeClass implements WireEnum {
    /** It will not get better: the address is wrong. */
    PERMANENT,
    /** It may be better in a while. */
    TRANSIENT,
    /** The sender, its registration or its text is refused; the contact is not to blame. */
    SENDER,
    OPTED_OUT,
    CAPACITY,
    /** Credentials, credits, settings: an operator is told. */
    CONFIGURATION,
    /** There was a conversation: no second call. */
    ANSWERED_THEN_BROKEN,
    COMPLETED,
    VOICEMAIL,
    CANCELLED,
    HARD,
    SOFT,
    SPAM,
    UNKNOWN
  }
}
