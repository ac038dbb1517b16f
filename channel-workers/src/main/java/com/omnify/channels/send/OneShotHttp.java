package com.omnify.channels.send;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The way to a provider on which every request goes out once: what the HTTP client would repeat by
 * itself, on 429 and 503, is off here, as are redirects.
 */
public final class OneShotHttp implements AutoCloseable {

  /** A provider that does not take a connection by then will not take it. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** The longest silence while an answer is awaited. */
  public static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** Bytes; of what is longer the beginning is read, which is then no answer. */
  private static final int LONGEST_ANSWER = 64 * 1024 * 1024;

  private static final ScheduledThreadPoolExecutor ENDS =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("ends-of-questions").factory());

  static {
    ENDS.setRemoveOnCancelPolicy(true);
  }

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
   * An answer.
   *
   * @param body decoded; empty where there is none
   */
  public record Answer(int status, List<Header> headers, String body) {

    /** The first header of that name. */
    public @Nullable String header(String name) {
      return headers.stream()
          .filter(each -> each.getName().equalsIgnoreCase(name))
          .map(NameValuePair::getValue)
          .findFirst()
          .orElse(null);
    }
  }

  /**
   * Sends one request, once. Where the running thread makes an {@link Attempt} ({@link
   * Attempt#CURRENT}) it is asked before the first byte, and told of the answer or the trouble.
   *
   * @throws IOException where there is no answer, or only a part of one
   */
  public Answer execute(ClassicHttpRequest request) throws IOException {
    boolean attempting = Attempt.CURRENT.isBound();
    try {
      return http.execute(
          request,
          answer -> {
            if (attempting) {
              var retryAfter = answer.getFirstHeader(HttpHeaders.RETRY_AFTER);
              Attempt.CURRENT
                  .get()
                  .answered(answer.getCode(), retryAfter == null ? null : retryAfter.getValue());
            }
            String body =
                answer.getEntity() == null
                    ? ""
                    : EntityUtils.toString(
                        answer.getEntity(), StandardCharsets.UTF_8, LONGEST_ANSWER);
            return new Answer(answer.getCode(), List.of(answer.getHeaders()), body);
          });
    } catch (IOException e) {
      if (attempting) {
        Attempt.CURRENT.get().failed(e);
      }
      throw e;
    }
  }

  /**
   * Asks something that makes nobody act. What has not been answered whole by then is broken off,
   * however lively the provider keeps the connection.
   *
   * @throws IOException where there is no answer, or only a part of one
   */
  public Answer ask(ClassicHttpRequest question, Duration atMost) throws IOException {
    HttpUriRequestBase request;
    try {
      request = new HttpUriRequestBase(question.getMethod(), question.getUri());
    } catch (URISyntaxException e) {
      throw new IOException("The address is none", e);
    }
    request.setHeaders(question.getHeaders());
    request.setEntity(question.getEntity());
    var end = ENDS.schedule(request::cancel, atMost.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return execute(request);
    } catch (IOException e) {
      throw request.isCancelled()
          ? new IOException("no whole answer within " + atMost.toMillis() + " ms", e)
          : e;
    } finally {
      end.cancel(false);
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
