package com.omnify.events.outgoing;

import com.omnify.events.outgoing.policy.Answer;
import com.omnify.kit.OmnifyProperties;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * One POST to an address that a client named: bounded in time, no redirects followed, of the answer
 * only the status is wanted.
 */
@Component
class HttpCall {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(10);

  private final HttpClient http;
  private final boolean anyAddress;

  HttpCall(OmnifyProperties properties) {
    // The demonstration's receivers stand on this machine.
    this.anyAddress = properties.demo();
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  @PreDestroy
  void close() {
    http.shutdownNow();
  }

  Answer post(String url, Map<String, String> headers, byte[] body) {
    long begin = System.nanoTime();
    HttpRequest request;
    try {
      URI uri = URI.create(url);
      String refused = refused(uri);
      if (refused != null) {
        return new Answer(null, refused, since(begin));
      }
      var builder =
          HttpRequest.newBuilder(uri)
              .timeout(WHOLE)
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(builder::setHeader);
      request = builder.build();
    } catch (IllegalArgumentException e) {
      return new Answer(null, "address_refused: " + e.getMessage(), since(begin));
    }
    var answer = http.sendAsync(request, _ -> new Unread());
    try {
      HttpResponse<Void> response = answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), null, since(begin));
    } catch (TimeoutException _) {
      answer.cancel(true);
      return new Answer(null, "timeout: no answer within 10 seconds", since(begin));
    } catch (ExecutionException e) {
      return new Answer(null, inWords(e.getCause()), since(begin));
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer(null, "interrupted: the service was stopped", since(begin));
    }
  }

  /**
   * Why it must not be called; null where it may. The JVM keeps what a name resolved to for half a
   * minute, so the connection goes to an address that was looked at here.
   */
  private @Nullable String refused(URI uri) {
    if (anyAddress) {
      return null;
    }
    String host = uri.getHost();
    if (host == null) {
      return "address_refused: the address names no host";
    }
    try {
      return PublicAddress.isPublic(host)
          ? null
          : "address_refused: " + host + " is no address of the public internet";
    } catch (UnknownHostException _) {
      return "unknown_host: nobody knows " + host;
    }
  }

  private static String inWords(@Nullable Throwable thrown) {
    String words = thrown == null ? "" : String.valueOf(thrown.getMessage());
    return switch (thrown) {
      case HttpTimeoutException _ -> "timeout: no answer within 10 seconds";
      case SSLException _ -> "tls_failed: " + words;
      case java.net.ConnectException _ -> "not_connected: nobody answers there";
      case IOException _ -> "broken_off: " + words;
      case null, default -> "failed: " + words;
    };
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Lets go of the answer's body, however long it is. */
  private static final class Unread implements HttpResponse.BodySubscriber<Void> {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long left = 64 * 1024L;
    private Flow.@Nullable Subscription source;

    @Override
    public CompletionStage<Void> getBody() {
      return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      source = subscription;
      subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      left -= buffers.stream().mapToLong(ByteBuffer::remaining).sum();
      var from = source;
      if (from == null) {
        return;
      }
      if (left > 0) {
        from.request(1);
      } else {
        from.cancel();
        done.complete(null);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      // The status stands; what came after it is nobody's business.
      done.complete(null);
    }

    @Override
    public void onComplete() {
      done.complete(null);
    }
  }
}
