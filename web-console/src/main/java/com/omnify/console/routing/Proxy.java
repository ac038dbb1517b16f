package com.omnify.console.routing;

import com.omnify.kit.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Passes a request on and its answer back. The bytes of the body, the path and the query arrive as
 * they were sent: a webhook's signature is over them (Spring Cloud Gateway would write a form's
 * body anew). Nothing is sent twice.
 */
final class Proxy {

  private static final Logger log = LoggerFactory.getLogger(Proxy.class);

  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
  static final Duration FILE_TIMEOUT = Duration.ofMinutes(30);

  /** What concerns one connection only (RFC 9110, 7.6.1), or what the client writes itself. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "host",
          "content-length",
          "expect",
          "http2-settings");

  /** Whoever claims these is not believed: the gateway alone says who is asking and from where. */
  private static final Set<String> OURS =
      Set.of(
          "authorization",
          "cookie",
          "x-api-key",
          "x-client-id",
          "x-csrf-token",
          "forwarded",
          "x-real-ip");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final URI publicUrl;
  private final Duration responseTimeout;

  Proxy(URI publicUrl, Duration responseTimeout) {
    this.publicUrl = publicUrl;
    this.responseTimeout = responseTimeout;
  }

  /**
   * Forwards a request.
   *
   * @param name of the service, for people
   * @param path what the service sees, raw
   * @param token who is asking; null where nobody is known
   * @param mostBytes the longest body that is taken
   */
  void forward(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      URI base,
      String path,
      @Nullable String token,
      int mostBytes)
      throws IOException {
    HttpRequest onward = onward(request, base, path, token, body(request, mostBytes));
    pass(onward, response, name, path, base);
  }

  /**
   * Forwards a file as it comes: it is never whole in memory, however long it is, and its sender
   * may take minutes.
   *
   * @param mostBytes the longest file that is taken, where its length is said beforehand
   */
  void forwardFile(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      URI base,
      String path,
      String token,
      long mostBytes)
      throws IOException {
    long length = request.getContentLengthLong();
    if (length > mostBytes) {
      throw tooLarge(mostBytes);
    }
    var in = new Bounded(request.getInputStream(), mostBytes);
    var stream = HttpRequest.BodyPublishers.ofInputStream(() -> in);
    var publisher = length > 0 ? HttpRequest.BodyPublishers.fromPublisher(stream, length) : stream;
    HttpRequest onward =
        builder(request, base, path, publisher)
            .timeout(FILE_TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .build();
    pass(onward, response, name, path, base);
  }

  /**
   * Forwards a webhook: nobody known to us, who may prove who it is by its own {@code
   * Authorization} header. That is no token of ours: a service that takes webhooks knows no more by
   * it than what the provider's secret says.
   *
   * @param name of the service, for people
   * @param path what the service sees, raw
   * @param mostBytes the longest body that is taken
   */
  void forwardWebhook(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      URI base,
      String path,
      int mostBytes)
      throws IOException {
    var body = publisher(request, body(request, mostBytes));
    pass(proven(request, base, path, body), response, name, path, base);
  }

  /** Forwards a webhook that may be long, as it comes in: it is never held as a whole. */
  void forwardMail(
      HttpServletRequest request,
      HttpServletResponse response,
      String name,
      URI base,
      String path,
      int mostBytes)
      throws IOException {
    long length = request.getContentLengthLong();
    if (length > mostBytes) {
      throw tooLarge(mostBytes);
    }
    var in = new Bounded(request.getInputStream(), mostBytes);
    var body = HttpRequest.BodyPublishers.ofInputStream(() -> in);
    pass(
        proven(
            request,
            base,
            path,
            length > 0 ? HttpRequest.BodyPublishers.fromPublisher(body, length) : body),
        response,
        name,
        path,
        base);
  }

  /** Breaks off what turns out too long while it comes in. */
  private static final class Bounded extends FilterInputStream {

    private long left;

    Bounded(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      return count(super.read(), 1);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int got = super.read(into, from, length);
      return count(got, got);
    }

    private int count(int result, int bytes) throws IOException {
      if (result >= 0) {
        left -= bytes;
        if (left < 0) {
          throw new IOException("the body is too long");
        }
      }
      return result;
    }
  }

  private HttpRequest proven(
      HttpServletRequest request, URI base, String path, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder onward = builder(request, base, path, body);
    String proof = request.getHeader("Authorization");
    if (proof != null) {
      onward.header("Authorization", proof);
    }
    return onward.build();
  }

  private void pass(
      HttpRequest onward, HttpServletResponse response, String name, String path, URI base)
      throws IOException {
    HttpResponse<InputStream> answer;
    try {
      answer = client.send(onward, HttpResponse.BodyHandlers.ofInputStream());
    } catch (HttpConnectTimeoutException | ConnectException | UnresolvedAddressException e) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "2");
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "service_down",
          "The " + name + " service does not answer.",
          "Nothing was done. Try again in a moment; ./omnify status shows which service is down.");
    } catch (HttpTimeoutException e) {
      throw Problem.of(
          HttpStatus.GATEWAY_TIMEOUT,
          "service_slow",
          "The " + name + " service took longer than " + responseTimeout.toSeconds() + " s.",
          "It may still have done it. Look before asking again, or repeat with the same"
              + " Idempotency-Key.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException e) {
      log.warn("{} broke off {} {}", name, onward.method(), path, e);
      response.setHeader(HttpHeaders.RETRY_AFTER, "2");
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "service_broke_off",
          "The " + name + " service broke the connection off.",
          "It may still have done it. Look before asking again, or repeat with the same"
              + " Idempotency-Key.");
    }
    answer(answer, base, response);
  }

  private HttpRequest onward(
      HttpServletRequest request, URI base, String path, @Nullable String token, byte[] body) {
    HttpRequest.Builder onward = builder(request, base, path, publisher(request, body));
    if (token != null) {
      onward.header("Authorization", "Bearer " + token);
    }
    return onward.build();
  }

  private HttpRequest.Builder builder(
      HttpServletRequest request, URI base, String path, HttpRequest.BodyPublisher publisher) {
    String query = request.getQueryString();
    var target = URI.create(base + path + (query == null ? "" : "?" + query));
    var onward =
        HttpRequest.newBuilder(target)
            .timeout(responseTimeout)
            .method(request.getMethod(), publisher);
    var dropped = connectionHeaders(request.getHeader("Connection"));
    request
        .getHeaderNames()
        .asIterator()
        .forEachRemaining(
            header -> {
              if (passes(header) && !dropped.contains(header.toLowerCase(Locale.ROOT))) {
                request
                    .getHeaders(header)
                    .asIterator()
                    .forEachRemaining(value -> onward.header(header, value));
              }
            });
    onward.header("X-Forwarded-For", request.getRemoteAddr());
    onward.header("X-Forwarded-Proto", publicUrl.getScheme());
    onward.header("X-Forwarded-Host", publicUrl.getAuthority());
    return onward;
  }

  private static HttpRequest.BodyPublisher publisher(HttpServletRequest request, byte[] body) {
    return body.length == 0 && !declaresBody(request)
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofByteArray(body);
  }

  private static boolean passes(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return !HOP_BY_HOP.contains(name) && !OURS.contains(name) && !name.startsWith("x-forwarded-");
  }

  private static Set<String> connectionHeaders(@Nullable String connection) {
    return connection == null
        ? Set.of()
        : Set.copyOf(
            java.util.Arrays.stream(connection.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .distinct()
                .toList());
  }

  private static boolean declaresBody(HttpServletRequest request) {
    return request.getContentLengthLong() >= 0 || request.getHeader("Transfer-Encoding") != null;
  }

  private static byte[] body(HttpServletRequest request, int mostBytes) throws IOException {
    if (request.getContentLengthLong() > mostBytes) {
      throw tooLarge(mostBytes);
    }
    byte[] body = request.getInputStream().readNBytes(mostBytes + 1);
    if (body.length > mostBytes) {
      throw tooLarge(mostBytes);
    }
    return body;
  }

  private static RuntimeException tooLarge(long mostBytes) {
    return Problem.of(
        HttpStatus.CONTENT_TOO_LARGE,
        "body_too_large",
        "The body is longer than " + mostBytes / 1024 + " KiB.",
        "Send less at a time; the bulk endpoints say how many rows one call takes.");
  }

  private static void answer(
      HttpResponse<InputStream> answer, URI base, HttpServletResponse response) throws IOException {
    response.setStatus(answer.statusCode());
    answer
        .headers()
        .map()
        .forEach(
            (header, values) -> {
              String name = header.toLowerCase(Locale.ROOT);
              if (name.equals("location")) {
                values.forEach(value -> response.addHeader(header, relative(value, base)));
              } else if (name.equals("content-length") || comesBack(name)) {
                values.forEach(value -> response.addHeader(header, value));
              }
            });
    try (InputStream in = answer.body()) {
      in.transferTo(response.getOutputStream());
    }
  }

  /** What the gateway itself says to browsers, it says once. */
  private static boolean comesBack(String name) {
    return !HOP_BY_HOP.contains(name)
        && !name.equals("set-cookie")
        && !name.equals("content-security-policy")
        && !name.equals("strict-transport-security")
        && !name.equals("x-content-type-options")
        && !name.equals("x-frame-options")
        && !name.equals("x-xss-protection");
  }

  /** A service names itself where it should name the gateway. */
  private static String relative(String location, URI base) {
    String prefix = base.toString();
    return location.startsWith(prefix) ? location.substring(prefix.length()) : location;
  }
}
