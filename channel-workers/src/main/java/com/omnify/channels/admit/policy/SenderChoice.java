package com.omnify.channels.admit.policy;

import com.omnify.model.id.ContactId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of a client's numbers speaks to a person: always the same one. */
public final class SenderChoice {

  private SenderChoice() {}

  /**
   * The number that the person knows, while it is in use; for a stranger, one by the person's hash,
   * so that a client's people are spread evenly and every attempt comes from the same number.
   *
   * @param inUse the client's numbers in a fixed order
   * @param lastNumber ours in the latest message to the person
   */
  public static Optional<String> choose(
      List<String> inUse, @Nullable String lastNumber, ContactId contact) {
    if (inUse.isEmpty()) {
      return Optional.empty();
    }
    return lastNumber != null && inUse.contains(lastNumber)
        ? Optional.of(lastNumber)
        : Optional.of(inUse.get(Math.floorMod(contact.value().hashCode(), inUse.size())));
  }
}
