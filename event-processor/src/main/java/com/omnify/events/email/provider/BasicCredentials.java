package com.omnify.events.email.provider;

import java.util.Locale;

/** User and password in the webhook's address, as Postmark sends them: it signs nothing. */
public final class BasicCredentials {

  private BasicCredentials() {}

  /** Whether the header {@code Authorization} carries these; an empty password never matches. */
  public static boolean match(String user, String password, String authorization) {
    if (password.isEmpty() || !authorization.toLowerCase(Locale.ROOT).startsWith("basic ")) {
      return false;
    }
    return Hmac.base64(authorization.substring(6).strip())
        .map(given -> Hmac.same(given, Hmac.utf8(user + ":" + password)))
        .orElse(false);
  }
}
