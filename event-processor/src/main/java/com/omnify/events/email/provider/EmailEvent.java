package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a provider says about one mail to one recipient, in one form for all providers.
 *
 * @param key the same for every repetition of this event, unique within the provider
 * @param bounceClass what a failure or complaint means; {@code NONE} for all else
 * @param status enhanced status code, or empty
 * @param detail the provider's words, cut to 500 characters
 * @param providerMessageId the provider's id of the mail, or empty
 * @param dispatch as our metadata or our Message-ID names it
 * @param client as our metadata names it: to be compared with the dispatch's
 */
public record EmailEvent(
    EmailProvider provider,
    String key,
    Kind kind,
    String recipient,
    Optional<Instant> at,
    BounceClass bounceClass,
    String status,
    String detail,
    String providerMessageId,
    Optional<DispatchId> dispatch,
    Optional<ClientId> client) {

  private static final int LONGEST_DETAIL = 500;

  /** What happened. */
  public enum Kind implements WireEnum {
    QUEUED,
    SENT,
    DELAYED,
    DELIVERED,
    BOUNCED,
    /** The provider did not even try. */
    REJECTED,
    COMPLAINED,
    UNSUBSCRIBED,
    OPENED,
    CLICKED,
    /** The recipient's machine answered. */
    AUTO_REPLIED,
    /** Nothing that we know. */
    OTHER
  }

  public EmailEvent {
    detail = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
  }
}
