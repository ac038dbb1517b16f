package com.omnify.channels.email.policy;

import org.jspecify.annotations.Nullable;

/**
 * Where an account's mail is handed over.
 *
 * @param user null: it asks for none
 */
public record SmtpServer(String host, int port, Tls tls, @Nullable String user, String password) {

  /** How the connection is protected. */
  public enum Tls {
    NONE,
    STARTTLS,
    TLS
  }

  /** Without the password: servers end up in logs. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
