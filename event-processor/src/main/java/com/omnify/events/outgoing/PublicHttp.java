package com.omnify.events.outgoing;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.net.PublicAddress;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Calls addresses that a client named, on the public internet only. A name is looked up once, by
 * the connection itself: what was looked at is what is connected to, whatever the name stands for a
 * moment later. Bounded in time from the look-up to the last byte; no redirects are followed, no
 * connection is used twice.
 */
@Component
public class PublicHttp {

  /** From the look-up to the last byte of the answer. */
  public static final Duration WHOLE = Duration.ofSeconds(10);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MOST_CONNECTIONS = 200;
  private static final int MOST_OF_A_HOST = 50;

  /** Of a name that stands for a hundred addresses, each would be waited for. */
  private static final int MOST_ADDRESSES = 2;

  /** They are about the connection, and so this program's own. */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7E\\x80-\\xFF]*");

  /** What a name stands for. */
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /**
   * An answer.
   *
   * @param body as much of it as was asked for
   */
  public record Answered(int status, byte[] body) {}

  /** The name stands for something that is not of the public internet. */
  public static final class AddressRefused extends UnknownHostException {
    AddressRefused(String message) {
      super(message);
    }
  }

  private final CloseableHttpClient http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @Autowired
  PublicHttp(OmnifyProperties properties) {
    // The demonstration's receivers stand on this machine.
    this(properties.demo(), InetAddress::getAllByName);
  }

  PublicHttp(boolean anyAddress, Names names) {
    this.http =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(new Looking(anyAddress, names))
                    .setMaxConnTotal(MOST_CONNECTIONS)
                    .setMaxConnPerRoute(MOST_OF_A_HOST)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(Timeout.of(CONNECT))
                            .setSocketTimeout(Timeout.of(WHOLE))
                            .build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(Timeout.of(CONNECT))
                    .setResponseTimeout(Timeout.of(WHOLE))
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .setConnectionReuseStrategy((_, _, _) -> false)
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .disableDefaultUserAgent()
            .build();
  }

  @PreDestroy
  void close() {
    threads.shutdownNow();
    http.close(CloseMode.IMMEDIATE);
  }

  /**
   * Makes one call.
   *
   * @param body null: none
   * @param most bytes that are read of the answer's body; with none, its end is not waited for
   * @throws IllegalArgumentException where the address or a header cannot be sent
   * @throws AddressRefused where the address is none of the public internet
   * @throws UnknownHostException where the name stands for nothing
   * @throws HttpTimeoutException where it took longer than {@link #WHOLE}
   * @throws IOException where it could not be made, or the answer is longer than {@code most}
   */
  public Answered call(
      String method, URI uri, Map<String, String> headers, byte @Nullable [] body, int most)
      throws IOException {
    String scheme = uri.getScheme();
    if (uri.getHost() == null
        || scheme == null
        || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
      throw new IllegalArgumentException("the address names no host");
    }
    var request = new HttpUriRequestBase(method, uri);
    headers.forEach(
        (name, value) -> {
          if (!TOKEN.matcher(name).matches()
              || OURS.contains(name.toLowerCase(Locale.ROOT))
              || !VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException("the header '" + name + "' cannot be sent");
          }
          request.setHeader(name, value);
        });
    if (body != null) {
      // the type is among the headers
      request.setEntity(new ByteArrayEntity(body, (ContentType) null));
    }
    Future<Answered> answer = threads.submit(() -> exchange(request, uri, most));
    try {
      return answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("not whole within " + WHOLE.toSeconds() + " seconds");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the service was stopped");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(e.getCause());
    } finally {
      // interrupting a virtual thread closes the socket that it waits for, in whatever phase
      answer.cancel(true);
    }
  }

  private Answered exchange(HttpUriRequestBase request, URI uri, int most) throws IOException {
    ClassicHttpResponse response =
        http.executeOpen(
            new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort()),
            request,
            HttpClientContext.create());
    try {
      HttpEntity entity = response.getEntity();
      byte[] body =
          entity == null || most == 0 ? new byte[0] : entity.getContent().readNBytes(most + 1);
      if (body.length > most) {
        throw new IOException("the answer is longer than " + most + " bytes");
      }
      return new Answered(response.getCode(), body);
    } finally {
      // closing alone would read the rest, however long it is
      request.abort();
      closeQuietly(response);
    }
  }

  private static void closeQuietly(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException _) {
      // it is not wanted any more
    }
  }

  /** Gives the connection its addresses, and none that must not be connected to. */
  private record Looking(boolean anyAddress, Names names) implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] all = names.of(host);
      if (!anyAddress && !Arrays.stream(all).allMatch(PublicAddress::isPublic)) {
        throw new AddressRefused(host + " is no address of the public internet");
      }
      return Arrays.copyOf(all, Math.min(all.length, MOST_ADDRESSES));
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
