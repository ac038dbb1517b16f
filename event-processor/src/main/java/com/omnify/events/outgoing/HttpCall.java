package com.omnify.events.outgoing;

import com.omnify.events.outgoing.PublicHttp.AddressRefused;
import com.omnify.events.outgoing.policy.Answer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.springframework.stereotype.Component;

/** One POST to an address that a client named; of the answer only the status is wanted. */
@Component
class HttpCall {

  private final PublicHttp http;

  HttpCall(PublicHttp http) {
    this.http = http;
  }

  Answer post(String url, Map<String, String> headers, byte[] body) {
    long begin = System.nanoTime();
    try {
      var answered = http.call("POST", URI.create(url), headers, body, 0);
      return new Answer(answered.status(), null, since(begin));
    } catch (IllegalArgumentException e) {
      return new Answer(null, "address_refused: " + e.getMessage(), since(begin));
    } catch (IOException e) {
      return new Answer(null, inWords(e), since(begin));
    }
  }

  private static String inWords(IOException thrown) {
    return switch (thrown) {
      case AddressRefused e -> "address_refused: " + e.getMessage();
      case UnknownHostException e -> "unknown_host: nobody knows " + e.getMessage();
      case HttpTimeoutException _, SocketTimeoutException _ ->
          "timeout: no answer within " + PublicHttp.WHOLE.toSeconds() + " seconds";
      case InterruptedIOException _ -> "interrupted: the service was stopped";
      case SSLException e -> "tls_failed: " + e.getMessage();
      case ConnectException _ -> "not_connected: nobody answers there";
      default -> "broken_off: " + thrown.getMessage();
    };
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
