package com.omnify.channels.sms;

import com.omnify.model.id.ProviderAccountId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A client's account at Twilio.
 *
 * @param baseUrl where the API stands, null for Twilio's own address
 */
public record TwilioAccount(
    ProviderAccountId id, String accountSid, String authToken, @Nullable URI baseUrl) {

  /** Without the token: accounts end up in logs. */
  @Override
  public String toString() {
    return "TwilioAccount[" + id + ", " + accountSid + "]";
  }
}
