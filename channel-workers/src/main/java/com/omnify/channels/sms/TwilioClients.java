package com.omnify.channels.sms;

import com.omnify.channels.send.OneShotHttp;
import com.twilio.http.TwilioRestClient;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The SDK's clients, one an account, all on the way without repeats. */
final class TwilioClients {

  private static final int KEPT = 10_000;

  private final OneShotHttp http;
  private final ConcurrentMap<TwilioAccount, TwilioRestClient> kept = new ConcurrentHashMap<>();

  TwilioClients(OneShotHttp http) {
    this.http = http;
  }

  TwilioRestClient of(TwilioAccount account) {
    if (kept.size() > KEPT) {
      // Changed tokens leave their old clients behind; the sockets are shared and stay.
      kept.clear();
    }
    return kept.computeIfAbsent(
        account,
        _ ->
            new TwilioRestClient.Builder(account.accountSid(), account.authToken())
                .httpClient(new TwilioTransport(http, account.baseUrl()))
                .build());
  }
}
