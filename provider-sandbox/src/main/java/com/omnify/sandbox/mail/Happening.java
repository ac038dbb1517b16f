package com.omnify.sandbox.mail;

import com.omnify.sandbox.persona.policy.MailFailure;
import com.omnify.sandbox.persona.policy.MailJourney.Station;
import com.omnify.sandbox.persona.policy.MailJourney.Station.What;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that became of a mail, as the provider noticed it.
 *
 * @param id the same for every attempt to tell it, also of a later run
 * @param at real time
 */
record Happening(UUID id, Mail mail, What what, @Nullable MailFailure failure, Instant at) {

  static Happening of(Mail mail, Station station, Instant at) {
    var name =
        mail.sid()
            + " "
            + station.what()
            + " "
            + (station.failure() == null ? "" : station.after());
    return new Happening(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        mail,
        station.what(),
        station.failure(),
        at);
  }

  MailFailure because() {
    if (failure == null) {
      throw new IllegalStateException(what + " has no reason");
    }
    return failure;
  }
}
