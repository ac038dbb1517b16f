package com.omnify.events.email.mailbox;

import com.omnify.model.id.ClientId;
import java.util.UUID;

/**
 * Where a client's returned mail and answers arrive.
 *
 * @param security how the connection is kept private
 */
record Mailbox(
    ClientId client,
    UUID account,
    String host,
    int port,
    Security security,
    String user,
    String password) {

  /** In the words of the account's settings. */
  enum Security {
    NONE,
    STARTTLS,
    TLS;

    int usualPort() {
      return this == TLS ? 993 : 143;
    }
  }

  @Override
  public String toString() {
    return "mailbox of account " + account;
  }
}
