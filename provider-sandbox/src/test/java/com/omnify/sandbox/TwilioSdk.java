package com.omnify.sandbox;

import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpHost;

/** The real twilio-java, led to the sandbox and kept from sending anything twice. */
final class TwilioSdk {

  static final String SID = "AC0123456789abcdef0123456789abcdef";
  static final String TOKEN = "a-token-that-signs";

  private TwilioSdk() {}

  static TwilioRestClient at(int port) {
    return at(port, TOKEN);
  }

  static TwilioRestClient at(int port, String token) {
    return new TwilioRestClient.Builder(SID, token).httpClient(once(port)).build();
  }

  private static HttpClient once(int port) {
    var sandbox = new HttpRoute(new HttpHost("http", "127.0.0.1", port));
    var impatient = RequestConfig.custom().setResponseTimeout(700, TimeUnit.MILLISECONDS).build();
    var client =
        HttpClientBuilder.create()
            .setRoutePlanner((_, _) -> sandbox)
            .disableAutomaticRetries()
            .addExecInterceptorFirst(
                "deadline",
                (request, scope, chain) -> {
                  // NetworkHttpClient gives every request a config of its own, so the builder's
                  // default is never used
                  scope.clientContext.setRequestConfig(impatient);
                  return chain.proceed(request, scope);
                });
    return new NetworkHttpClient(client) {
      @Override
      public Response reliableRequest(Request request) {
        return makeRequest(request);
      }
    };
  }
}
