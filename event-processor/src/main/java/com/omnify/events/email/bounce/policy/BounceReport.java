package com.omnify.events.email.bounce.policy;

import com.omnify.model.id.DispatchId;
import java.util.Optional;

/**
 * What one message says about one recipient.
 *
 * @param recipient the address that failed, answered or complained; empty where none is named
 * @param action of the delivery report ({@code failed}, {@code delayed}…), lower case; empty where
 *     it is no such report
 * @param status the enhanced status code (RFC 3463); empty where none is given
 * @param diagnostic what the failing server said, cut to 500 characters
 * @param dispatch the one that sent what was returned
 */
public record BounceReport(
    String recipient,
    String action,
    String status,
    BounceClass bounceClass,
    String diagnostic,
    Optional<DispatchId> dispatch) {

  private static final int LONGEST = 500;

  public BounceReport {
    diagnostic = diagnostic.length() > LONGEST ? diagnostic.substring(0, LONGEST) : diagnostic;
  }
}
