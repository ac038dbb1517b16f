package com.omnify.channels.admit.policy;

import com.omnify.model.id.ContactId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which of a client's numbers or mailboxes speaks to a person: always the same one. */
public final class SenderChoice {

  private SenderChoice() {}

  /**
   * The one that the person knows, while it is in use; for a stranger, one by the person's hash, so
   * that a client's people are spread evenly and every attempt comes from the same one.
   *
   * @param inUse the client's addresses in a fixed order
   * @param known ours in what was last said to the person
   */
  public static Optional<String> choose(
      List<String> inUse, @Nullable String known, ContactId contact) {
    if (inUse.isEmpty()) {
      return Optional.empty();
    }
    return known != null && inUse.contains(known)
        ? Optional.of(known)
        : Optional.of(inUse.get(Math.floorMod(contact.value().hashCode(), inUse.size())));
  }
}
