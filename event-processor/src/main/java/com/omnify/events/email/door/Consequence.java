package com.omnify.events.email.door;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.provider.EmailEvent;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.EmailCodes;
import com.omnify.model.EngagementKind;
import com.omnify.model.FailureType;
import org.jspecify.annotations.Nullable;

/**
 * What a report about one of our mails says of its delivery and of its reader. Every report proves
 * that the mail was taken.
 *
 * @param status null where the report says nothing that we know
 * @param failure why it did not arrive, where it did not
 * @param code for people and for the healer, see {@link EmailCodes}
 * @param engagement what the reader did
 * @param leaveAlone whether the reader must not be written to any more
 */
record Consequence(
    @Nullable DeliveryStatus status,
    @Nullable FailureType failure,
    @Nullable String code,
    @Nullable EngagementKind engagement,
    boolean leaveAlone) {

  /**
   * Decides.
   *
   * @param enhancedStatus RFC 3463, or empty
   */
  static Consequence of(EmailEvent.Kind kind, BounceClass bounceClass, String enhancedStatus) {
    return switch (kind) {
      // a deferral is no bounce: the provider has it and goes on trying
      case QUEUED, DELAYED -> only(DeliveryStatus.QUEUED);
      case SENT -> only(DeliveryStatus.SENT);
      case DELIVERED, AUTO_REPLIED -> only(DeliveryStatus.DELIVERED);
      case OPENED -> read(DeliveryStatus.DELIVERED, EngagementKind.OPENED);
      case CLICKED -> read(DeliveryStatus.DELIVERED, EngagementKind.CLICKED);
      case COMPLAINED -> complained();
      // the provider says so too when it drops a mail because of an earlier word
      case UNSUBSCRIBED -> read(DeliveryStatus.QUEUED, EngagementKind.UNSUBSCRIBED);
      case BOUNCED -> bounced(bounceClass, enhancedStatus);
      case REJECTED -> rejected(bounceClass, enhancedStatus);
      case OTHER -> new Consequence(null, null, null, null, false);
    };
  }

  private static Consequence bounced(BounceClass bounceClass, String status) {
    return switch (bounceClass) {
      case HARD -> lost(FailureType.EMAIL_BOUNCED, EmailCodes.of(true, status));
      case SOFT, NONE -> lost(FailureType.EMAIL_BOUNCED, EmailCodes.of(false, status));
      case SPAM -> lost(FailureType.EMAIL_SPAM, status.isEmpty() ? "spam" : status);
      case AUTO_REPLY -> only(DeliveryStatus.DELIVERED);
      case FEEDBACK -> complained();
    };
  }

  /** The provider did not try. */
  private static Consequence rejected(BounceClass bounceClass, String status) {
    return switch (bounceClass) {
      case HARD, SPAM -> bounced(bounceClass, status);
      case FEEDBACK ->
          new Consequence(
              DeliveryStatus.UNDELIVERED,
              FailureType.RECIPIENT_OPTED_OUT,
              "complained before",
              EngagementKind.COMPLAINED,
              true);
      case SOFT, NONE, AUTO_REPLY ->
          new Consequence(
              DeliveryStatus.FAILED,
              FailureType.OTHER,
              status.isEmpty() ? "rejected" : status,
              null,
              false);
    };
  }

  private static Consequence only(DeliveryStatus status) {
    return new Consequence(status, null, null, null, false);
  }

  private static Consequence lost(FailureType failure, String code) {
    return new Consequence(DeliveryStatus.UNDELIVERED, failure, code, null, false);
  }

  private static Consequence read(DeliveryStatus status, EngagementKind kind) {
    return new Consequence(status, null, null, kind, kind == EngagementKind.UNSUBSCRIBED);
  }

  private static Consequence complained() {
    return new Consequence(DeliveryStatus.DELIVERED, null, null, EngagementKind.COMPLAINED, true);
  }
}
