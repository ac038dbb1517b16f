package com.omnify.events.email.door;

import com.omnify.events.email.provider.SnsSignature;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** By https, without redirects, within five seconds. */
@Component
class AmazonByHttps implements AmazonAddresses {

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int LONGEST = 64 << 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  @Override
  public byte[] get(URI url) throws IOException {
    if (!SnsSignature.isAmazons(url.toString())) {
      throw new IOException("not an address of Amazon SNS");
    }
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(url).timeout(ANSWER).GET().build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new IOException("Amazon SNS answered " + answer.statusCode());
        }
        byte[] read = body.readNBytes(LONGEST + 1);
        if (read.length > LONGEST) {
          throw new IOException("Amazon SNS answered with more than " + LONGEST + " bytes");
        }
        return read;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
