package com.omnify.console.identity;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Who is asking, and on whose behalf.
 *
 * @param subject {@code user:<id>} or {@code key:<id>}, for the log and the audit
 * @param client null where a platform caller has chosen none
 * @param session null for an API key and for another issuer's token
 */
public record Identity(
    String subject, Role role, @Nullable ClientId client, @Nullable Session session) {

  /** As the services know it. */
  public Caller caller() {
    return new Caller(client, subject, role);
  }

  /** The platform's own people, signed in: they may turn the simulated providers' switches. */
  public void requireOperatorAtScreen() {
    if (role != Role.PLATFORM || session == null) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "operators_only",
          "The sandbox belongs to the platform's operators.",
          "Sign in as the platform administrator.");
    }
  }

  /** A signed-in user, as found by the session's token. */
  public record Session(byte[] tokenHash, UUID userId, String csrfToken, boolean platformAdmin) {}
}
