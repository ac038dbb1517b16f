package com.omnify.launcher.verify.policy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is compared, as read once.
 *
 * @param accepts what the providers took, empty without a ledger
 * @param callEnds how calls ended, as the provider wrote it down
 * @param events {@code dispatch.accepted.v1} on the topic
 * @param topicFrom facts older than this may have left the topic
 * @param enrollments what is wrong with single enrollments, as the database finds it
 * @param inMotion whether dispatches are under way or events are still to be published
 */
public record Evidence(
    boolean hasLedger,
    List<LedgerAccept> accepts,
    List<CallEnd> callEnds,
    List<DispatchRow> dispatches,
    List<AcceptedEvent> events,
    Instant topicFrom,
    List<SuppressedSend> suppressedSends,
    List<EnrollmentFlaw> enrollments,
    boolean inMotion) {

  /**
   * One request that a provider took, whatever it answered.
   *
   * @param channel {@code sms}, {@code email} or {@code voice}
   * @param body the text; of a call the first words that the caller gave the assistant, if any
   * @param messageId of an e-mail, without angle brackets
   * @param subject of an e-mail
   */
  public record LedgerAccept(
      long seq,
      String channel,
      @Nullable String dispatchId,
      @Nullable String sid,
      @Nullable String to,
      @Nullable String from,
      @Nullable String body,
      @Nullable String messageId,
      @Nullable String subject) {}

  /**
   * The end of a call.
   *
   * @param reason the provider's word for it
   * @param seconds how long was talked
   */
  public record CallEnd(@Nullable String dispatchId, String reason, int seconds) {}

  /**
   * What there is of a call beside its words.
   *
   * @param line the provider's id of our number
   * @param endedReason as the timeline has it; null while nobody has heard of the end
   * @param seconds likewise
   */
  public record Call(
      @Nullable String line, @Nullable String endedReason, @Nullable Integer seconds) {}

  /**
   * A dispatch with the words it was to say.
   *
   * @param state as in the table: {@code accepted}, {@code unknown}, …
   * @param text of its interaction; null when there is none
   * @param subject likewise, of an e-mail
   * @param messageId likewise
   * @param saidTo the person's address in the interaction
   * @param saidFrom our address in the interaction
   * @param call null of what is no call
   */
  public record DispatchRow(
      String id,
      String state,
      String channel,
      @Nullable String enrollmentId,
      @Nullable String providerId,
      @Nullable String identity,
      @Nullable String ownAddress,
      @Nullable Instant fencedAt,
      @Nullable Instant finishedAt,
      @Nullable String text,
      @Nullable String saidTo,
      @Nullable String saidFrom,
      @Nullable String subject,
      @Nullable String messageId,
      @Nullable Call call) {}

  /** A published fact; the same one may be published twice under the same event id. */
  public record AcceptedEvent(String eventId, String dispatchId, @Nullable String providerId) {}

  /**
   * A dispatch that was fenced while its address was suppressed.
   *
   * @param confirms whether it is the confirmation of that very suppression
   */
  public record SuppressedSend(
      String dispatchId,
      String suppressionId,
      boolean confirms,
      Instant suppressedAt,
      Instant fencedAt) {}

  /** Something about an enrollment that must not be. */
  public record EnrollmentFlaw(Kind kind, String enrollmentId, String detail) {
    /** Which rule is broken. */
    public enum Kind {
      PARKED_ON_FINISHED_DISPATCH,
      PARKED_ON_NOTHING,
      TWO_OPEN_DISPATCHES,
      ACTIVE_BUT_NEVER_DUE
    }
  }
}
