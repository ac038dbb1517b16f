package com.omnify.fleet.chaos.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about those of one crowd who are reached by one channel, when everything has
 * come to rest.
 *
 * @param asked contacts whose enrollment the API confirmed
 * @param refused contacts whose enrollment the API refused, though each was asked for once
 * @param steps that send, of the published version
 * @param accepts from the sandbox's ledger
 * @param reasons steps for which the execution log says why nothing was sent
 * @param counted what learning-service counted, by step
 * @param told dispatches whose end the provider told us of, and got an answer: of a mail that it
 *     was delivered or came back, of a call that it is over
 */
public record Evidence(
    Channel channel,
    Set<String> asked,
    Set<String> refused,
    List<EnrollmentRow> enrollments,
    List<String> steps,
    List<DispatchRow> dispatches,
    List<LedgerAccept> accepts,
    Set<Intent> reasons,
    Map<String, Counted> counted,
    Set<String> told) {

  /**
   * Whether nobody can find out by himself what became of this: a mail in doubt of which no event
   * has come, or a call in progress of whose end nobody was told.
   */
  boolean isLeftOpen(DispatchRow dispatch) {
    if (told.contains(dispatch.id())) {
      return false;
    }
    return switch (channel) {
      case SMS -> false;
      case EMAIL -> dispatch.state().equals("quarantined");
      case VOICE -> dispatch.isAccepted();
    };
  }

  /** What somebody is to be told: one step of one enrollment. */
  public record Intent(String enrollmentId, String stepId) {
    @Override
    public String toString() {
      return "step " + stepId + " of enrollment " + enrollmentId;
    }
  }

  /**
   * An enrollment.
   *
   * @param reason why it has the status, where that needs one
   * @param openDispatch that it waits for
   * @param due whether a time is set at which it goes on
   */
  public record EnrollmentRow(
      String id,
      String contactId,
      String status,
      @Nullable String reason,
      @Nullable String openDispatch,
      boolean due) {}

  /**
   * A dispatch.
   *
   * @param deliveryStatus what the provider reported last
   * @param wasUnknown whether only the provider knew at some time
   * @param queries how often the provider was asked about it
   */
  public record DispatchRow(
      String id,
      Intent intent,
      String state,
      @Nullable String deliveryStatus,
      boolean wasUnknown,
      int queries) {

    boolean isAccepted() {
      return state.equals("accepted");
    }

    /** Accepted, and then it did not arrive: reason enough to say it again. */
    boolean failedLater() {
      return "undelivered".equals(deliveryStatus) || "failed".equals(deliveryStatus);
    }
  }

  /** A message that the provider took, whatever it answered. */
  public record LedgerAccept(long seq, @Nullable String dispatchId) {}

  /** Counts of one step. */
  public record Counted(long accepted, long executed) {
    static final Counted NOTHING = new Counted(0, 0);
  }
}
