package com.omnify.kit.web;

import com.omnify.model.id.ClientId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Who asks, as the gateway's token says: a parameter of controllers.
 *
 * @param clientOrNull the client that is acted for; null only for the platform
 * @param subject the user or API key, for the audit
 */
public record Caller(@Nullable ClientId clientOrNull, String subject, Role role) {

  /** The client that is acted for; a 403 problem where the caller has chosen none. */
  public ClientId client() {
    if (clientOrNull == null) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "no_client",
          "This request acts for a client and the caller has chosen none.",
          "Send the header X-Client-Id with the client's id, or use a key of that client.");
    }
    return clientOrNull;
  }

  /** A 403 problem unless the caller's role includes that one. */
  public void require(Role needed) {
    if (!role.includes(needed)) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "role_missing",
          "This needs the role " + needed.wire() + "; the caller is " + role.wire() + ".",
          "Ask someone with that role, or use a key that has it.");
    }
  }
}
