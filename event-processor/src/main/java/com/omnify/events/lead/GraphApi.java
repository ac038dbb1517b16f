package com.omnify.events.lead;

import com.omnify.events.outgoing.PublicHttp;
import com.omnify.events.outgoing.PublicHttp.AddressRefused;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Facebook's Graph API, as far as it tells what a lead says. */
@Component
class GraphApi {

  /** Used where a source names no other. */
  static final String BASE = "https://graph.facebook.com/v24.0";

  private static final int LARGEST = 256 * 1024;

  private final PublicHttp http;

  GraphApi(PublicHttp http) {
    this.http = http;
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
    try {
      PublicHttp.Answered answered =
          http.call(
              "GET",
              URI.create(
                  base.replaceAll("/+$", "")
                      + "/"
                      + id
                      + "?fields=field_data,form_id,campaign_id,ad_id,created_time"),
              Map.of("Authorization", "Bearer " + accessToken, "Accept", "application/json"),
              null,
              LARGEST);
      byte[] body = answered.body();
      int status = answered.status();
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
    } catch (IllegalArgumentException e) {
      return new Fetched.Never("the address or the token cannot be sent");
    } catch (AddressRefused e) {
      return new Fetched.Never("the address is none of the public internet");
    } catch (UnknownHostException e) {
      return new Fetched.NotNow("no answer: nobody knows that host");
    } catch (HttpTimeoutException e) {
      return new Fetched.NotNow(
          "no answer: not whole within " + PublicHttp.WHOLE.toSeconds() + " seconds");
    } catch (IOException e) {
      return new Fetched.NotNow("no answer: " + e.getClass().getSimpleName());
    }
  }
}
