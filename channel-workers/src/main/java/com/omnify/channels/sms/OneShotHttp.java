package com.omnify.channels.sms;

import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import com.twilio.http.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The way to the provider on which every request goes out once. The SDK's own client repeats a POST
 * on 429 and on 5xx, and the HTTP client underneath repeats it again on 429 and 503; both are off
 * here, as are redirects.
 */
public final class OneShotHttp implements AutoCloseable {

  /** A provider that does not take a connection by then will not take it. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** The longest silence while an answer is awaited. */
  public static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  private final CloseableHttpClient http;

  /** Connections for questions, beside those for requests that send. */
  private static final int FOR_QUESTIONS = 64;

  /**
   * @param connections requests that may be under way at once, whatever address they go to: who
   *     sends has its own bounds and must never wait here, behind its fence
   */
  public OneShotHttp(int connections) {
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(connections + FOR_QUESTIONS)
            .setMaxConnPerRoute(connections + FOR_QUESTIONS)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                    .setSocketTimeout(Timeout.of(READ_TIMEOUT))
                    // A connection that the provider closed meanwhile must not cost an UNKNOWN.
                    .setValidateAfterInactivity(TimeValue.ofMilliseconds(200))
                    .setIdleTimeout(Timeout.ofSeconds(20))
                    .setTimeToLive(TimeValue.ofMinutes(2))
                    .build())
            .setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(Timeout.of(CONNECT_TIMEOUT)).build())
            .build();
    http =
        HttpClients.custom()
            .setConnectionManager(pool)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(Timeout.of(CONNECT_TIMEOUT))
                    .setResponseTimeout(Timeout.of(READ_TIMEOUT))
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .setRequestExecutor(new AttemptExecutor())
            .build();
  }

  /** The end of the chain: the connection stands, and the next thing is to write. */
  private static final class AttemptExecutor extends HttpRequestExecutor {
    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        @Nullable HttpResponseInformationCallback callback,
        HttpContext context)
        throws IOException, HttpException {
      return super.execute(
          request,
          Attempt.CURRENT.isBound()
              ? new AttemptConnection(connection, Attempt.CURRENT.get())
              : connection,
          callback,
          context);
    }
  }

  /**
   * The SDK's transport to one address.
   *
   * @param base where the API stands, null for the provider's own address
   */
  com.twilio.http.HttpClient at(@Nullable URI base) {
    return new Transport(base);
  }

  @Override
  public void close() throws IOException {
    http.close();
  }

  private final class Transport extends com.twilio.http.HttpClient {
    private final @Nullable URI base;

    Transport(@Nullable URI base) {
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
      boolean attempting = Attempt.CURRENT.isBound();
      try {
        Response response =
            http.execute(
                asHttp(request),
                answer -> {
                  if (attempting) {
                    var retryAfter = answer.getFirstHeader(HttpHeaders.RETRY_AFTER);
                    Attempt.CURRENT
                        .get()
                        .answered(
                            answer.getCode(), retryAfter == null ? null : retryAfter.getValue());
                  }
                  String body =
                      answer.getEntity() == null
                          ? ""
                          : EntityUtils.toString(answer.getEntity(), StandardCharsets.UTF_8);
                  return new Response(body, answer.getCode(), answer.getHeaders());
                });
        return response;
      } catch (IOException e) {
        if (attempting) {
          Attempt.CURRENT.get().failed(e);
        }
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
}
