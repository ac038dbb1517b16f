package com.omnify.sandbox.twilio;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Twilio account.
 *
 * @param authToken password of the API, key of the signatures
 * @param clientId whose webhooks get what people write
 * @param numbers its phone numbers; empty: it may send from any
 * @param inboundUrl where inbound messages go, instead of the place made of public URL and client
 * @param advancedOptOut whether inbound webhooks carry {@code OptOutType}
 * @param registered false for an account that was taken as it came
 */
public record Account(
    String sid,
    String authToken,
    @Nullable String clientId,
    Set<String> numbers,
    @Nullable String inboundUrl,
    boolean advancedOptOut,
    boolean registered) {

  public Account {
    if (!sid.matches("AC[0-9a-fA-F]{32}")) {
      throw new IllegalArgumentException("an account SID is AC and 32 hex digits, not " + sid);
    }
    if (authToken.isEmpty()) {
      throw new IllegalArgumentException("auth_token is empty");
    }
    numbers = Set.copyOf(numbers);
  }

  /** A registered account without anything special. */
  public static Account of(String sid, String authToken, @Nullable String clientId) {
    return new Account(sid, authToken, clientId, Set.of(), null, false, true);
  }
}
