package com.omnify.channels.sms;

import com.omnify.channels.send.OneShotHttp;
import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import com.twilio.http.Response;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's transport to one address, without repeats: its own repeats a POST on 429 and on 5xx,
 * and the HTTP client underneath repeats it again.
 */
final class TwilioTransport extends com.twilio.http.HttpClient {

  private final OneShotHttp http;
  private final @Nullable URI base;

  /**
   * @param base where the API stands, null for the provider's own address
   */
  TwilioTransport(OneShotHttp http, @Nullable URI base) {
    this.http = http;
    this.base = base;
  }

  @Override
  public Response reliableRequest(Request request) {
    return makeRequest(request);
  }

  @Override
  public Response reliableRequest(Request request, int[] codes, int retries, long delayMillis) {
    return makeRequest(request);
  }

  @Override
  public Response makeRequest(Request request) {
    try {
      OneShotHttp.Answer answer = http.execute(asHttp(request));
      return new Response(answer.body(), answer.status(), answer.headers().toArray(new Header[0]));
    } catch (IOException e) {
      throw new com.twilio.exception.ApiConnectionException(String.valueOf(e.getMessage()), e);
    }
  }

  private ClassicHttpRequest asHttp(Request request) {
    var builder =
        ClassicRequestBuilder.create(request.getMethod().toString())
            .setUri(relocated(request.constructURL().toString()))
            .addHeader(HttpHeaders.ACCEPT, "application/json")
            .addHeader(HttpHeaders.USER_AGENT, "omnify-sequencer");
    if (request.requiresAuthentication()) {
      builder.addHeader(HttpHeaders.AUTHORIZATION, request.getAuthString());
    }
    request
        .getHeaderParams()
        .forEach((name, values) -> values.forEach(value -> builder.addHeader(name, value)));
    if (request.getMethod() == HttpMethod.POST) {
      builder.setEntity(
          new StringEntity(request.encodeFormBody(), ContentType.APPLICATION_FORM_URLENCODED));
    }
    return builder.build();
  }

  private URI relocated(String url) {
    URI asked = URI.create(url);
    if (base == null) {
      return asked;
    }
    String prefix = base.toString();
    prefix = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    String query = asked.getRawQuery();
    return URI.create(prefix + asked.getRawPath() + (query == null ? "" : "?" + query));
  }
}
