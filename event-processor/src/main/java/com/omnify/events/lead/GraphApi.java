package com.omnify.events.lead;

import com.omnify.events.outgoing.PublicAddress;
import com.omnify.kit.OmnifyProperties;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Facebook's Graph API, as far as it tells what a lead says. */
@Component
class GraphApi {

  /** Used where a source names no other. */
  static final String BASE = "https://graph.facebook.com/v24.0";

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int LARGEST = 256 * 1024;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final boolean anyAddress;

  GraphApi(OmnifyProperties properties) {
    // The demonstration's Facebook stands on this machine.
    this.anyAddress = properties.demo();
  }

  /** What came of asking. */
  sealed interface Fetched {

    record Found(JsonNode lead) implements Fetched {}

    /** It may work later. */
    record NotNow(String why) implements Fetched {}

    /** It will not work by itself: the token is wrong, or the lead is gone. */
    record Never(String why) implements Fetched {}
  }

  /** Asks for a lead; the token goes in a header, so that no log of addresses holds it. */
  Fetched lead(String base, String leadgenId, String accessToken) {
    String id = URLEncoder.encode(leadgenId, StandardCharsets.UTF_8);
    HttpRequest request;
    try {
      request =
          HttpRequest.newBuilder(
                  URI.create(
                      base.replaceAll("/+$", "")
                          + "/"
                          + id
                          + "?fields=field_data,form_id,campaign_id,ad_id,created_time"))
              .timeout(WHOLE)
              .header("Authorization", "Bearer " + accessToken)
              .header("Accept", "application/json")
              .build();
    } catch (IllegalArgumentException e) {
      return new Fetched.Never("the address or the token cannot be sent");
    }
    try {
      if (!anyAddress && !PublicAddress.isPublic(String.valueOf(request.uri().getHost()))) {
        return new Fetched.Never("the address is none of the public internet");
      }
    } catch (UnknownHostException e) {
      return new Fetched.NotNow("no answer: nobody knows that host");
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LARGEST));
    try {
      // the request's own timeout ends with the headers: a body that drips would never end
      HttpResponse<byte[]> response = answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
      byte[] body = response.body();
      int status = response.statusCode();
      if (status == 200) {
        return LeadPosts.object(body)
            .filter(lead -> lead.path("field_data").isArray())
            .<Fetched>map(Fetched.Found::new)
            .orElseGet(() -> new Fetched.Never("the answer holds no field_data"));
      }
      // throttling comes as 400 with code 4, 17, 32 or 613, or as 429
      int code =
          LeadPosts.object(body).map(read -> read.path("error").path("code").asInt(0)).orElse(0);
      boolean throttled = code == 4 || code == 17 || code == 32 || code == 613;
      String why = "HTTP " + status + (code == 0 ? "" : ", code " + code);
      return status == 429 || status >= 500 || throttled || code == 1 || code == 2
          ? new Fetched.NotNow(why)
          : new Fetched.Never(why);
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Fetched.NotNow("no answer: not whole within " + WHOLE.toSeconds() + " seconds");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Fetched.NotNow("no answer: " + cause.getClass().getSimpleName());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Fetched.NotNow("interrupted");
    }
  }
}
