package com.omnify.scheduler.message;

import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.SuppressionId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dispatch that is to be born with a text of its own.
 *
 * @param ref without enrollment
 * @param orderedBy the event or the request; the same one makes no second dispatch
 * @param body as it will be sent
 * @param identity whom to, whatever the contact's address is by now
 * @param ownAddress from which of the client's numbers; null: from the one that the person knows
 * @param confirms the suppression that it confirms
 * @param notAfter real time by which the request must have begun
 */
record NewMessage(
    DispatchRef ref,
    UUID orderedBy,
    String body,
    String identity,
    @Nullable String ownAddress,
    @Nullable SuppressionId confirms,
    @Nullable Instant notAfter) {

  NewMessage {
    if (ref.enrollmentId() != null) {
      throw new IllegalArgumentException("What belongs to an enrollment is said by its steps");
    }
  }
}
