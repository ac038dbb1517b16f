package com.omnify.kit.web;

import com.omnify.kit.tenancy.Transactions;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.AntPathMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * A POST with an {@code Idempotency-Key} is done once. Its answer is kept for a day and given again
 * to the same request of the same caller; the key with another request is refused, and so is a
 * second one while the first is under way.
 *
 * <p>What the request commits marks the key in the same transaction. So after a crash it is known
 * whether anything was done: if not, the request may be sent again; if so, it is refused rather
 * than done twice.
 */
final class IdempotencyFilter extends OncePerRequestFilter {

  static final String KEY = "Idempotency-Key";
  static final String REPLAYED = "Idempotent-Replayed";

  private static final int LONGEST_KEY = 255;
  private static final int LARGEST_BODY = 4 << 20;

  private final IdempotencyKeys keys;
  private final String paths;
  private final AntPathMatcher matcher = new AntPathMatcher();

  IdempotencyFilter(IdempotencyKeys keys, String paths) {
    this.keys = keys;
    this.paths = paths;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !"POST".equals(request.getMethod())
        || request.getHeader(KEY) == null
        || !matcher.match(paths, request.getRequestURI())
        || CallerArgument.current() == null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Caller caller = Objects.requireNonNull(CallerArgument.current());
    try {
      String key = key(request);
      // A file is not for the memory: its length stands for it.
      boolean file = isFile(request);
      byte[] body =
          file
              ? String.valueOf(request.getContentLengthLong()).getBytes(StandardCharsets.UTF_8)
              : body(request);
      var mine = new IdempotencyKeys.Key(caller.clientOrNull(), key);
      switch (keys.begin(mine, hash(request, caller, body))) {
        case IdempotencyKeys.Begun() ->
            first(mine, file ? request : new Buffered(request, body), response, chain);
        case IdempotencyKeys.Answered answered -> again(answered, response);
        case IdempotencyKeys.Refused(Problem problem) -> throw problem;
      }
    } catch (Problem problem) {
      if (problem.status() == HttpStatus.CONFLICT) {
        response.setHeader(HttpHeaders.RETRY_AFTER, "1");
      }
      ProblemWriter.write(request, response, problem);
    }
  }

  private void first(
      IdempotencyKeys.Key key,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    var caching = new ContentCachingResponseWrapper(response);
    boolean ended = false;
    try {
      Transactions.<Void, Exception>withFirst(
          jdbc -> keys.markCarriedOut(key, jdbc),
          () -> {
            chain.doFilter(request, caching);
            return null;
          });
      ended = true;
    } catch (ServletException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    } finally {
      if (ended) {
        keys.end(key, caching.getStatus(), headers(caching), text(caching));
      } else {
        keys.abandon(key);
      }
    }
    caching.copyBodyToResponse();
  }

  private static Map<String, String> headers(HttpServletResponse response) {
    var kept = new LinkedHashMap<String, String>();
    if (response.getContentType() != null) {
      kept.put(HttpHeaders.CONTENT_TYPE, response.getContentType());
    }
    for (String name : new String[] {HttpHeaders.LOCATION, HttpHeaders.ETAG}) {
      if (response.getHeader(name) != null) {
        kept.put(name, response.getHeader(name));
      }
    }
    return kept;
  }

  private static String text(ContentCachingResponseWrapper response) {
    return new String(response.getContentAsByteArray(), StandardCharsets.UTF_8);
  }

  private static void again(IdempotencyKeys.Answered answered, HttpServletResponse response)
      throws IOException {
    response.setStatus(answered.status());
    answered.headers().forEach(response::setHeader);
    response.setHeader(REPLAYED, "true");
    response.getOutputStream().write(answered.body().getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isFile(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null && type.startsWith("text/");
  }

  private static String key(HttpServletRequest request) {
    String key = request.getHeader(KEY).strip();
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw Problem.invalid(
          KEY,
          "a key has 1 to " + LONGEST_KEY + " characters",
          "Send a fresh UUID for each thing to create, and the same one when you try again.");
    }
    return key;
  }

  private static byte[] body(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw Problem.of(
          HttpStatus.CONTENT_TOO_LARGE,
          "body_too_large",
          "The body is larger than " + (LARGEST_BODY >> 20) + " MiB.",
          "Split it into several requests, each with a key of its own.");
    }
    return body;
  }

  private static byte[] hash(HttpServletRequest request, Caller caller, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String head =
          String.join(
              "\n",
              caller.subject(),
              caller.role().wire(),
              request.getRequestURI(),
              Objects.requireNonNullElse(request.getQueryString(), ""),
              "");
      digest.update(head.getBytes(StandardCharsets.UTF_8));
      return digest.digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The request with its body read already. */
  private static final class Buffered extends HttpServletRequestWrapper {

    private final byte[] body;

    Buffered(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      var in = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public boolean isFinished() {
          return in.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new UnsupportedOperationException("the body is in memory: read it");
        }

        @Override
        public int read() {
          return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
          return in.read(into, offset, length);
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
