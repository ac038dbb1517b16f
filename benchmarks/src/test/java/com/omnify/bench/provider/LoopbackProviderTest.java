package com.omnify.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class LoopbackProviderTest {

  @Test
  void answersAsTwilioDoesAndRemembersWhomItWasFor() throws Exception {
    try (var provider = LoopbackProvider.start();
        var http = HttpClient.newHttpClient()) {
      for (int n = 0; n < 3; n++) {
        var form =
            "To=%2B1200000000"
                + n
                + "&From=%2B13000000000&Body=Hello&StatusCallback=http%3A%2F%2Fx%2Fstatus%3Fdispatch%3D"
                + "01a20d3a-9506-7000-b08c-0f5afe8b91d"
                + n;
        var answer =
            http.send(
                HttpRequest.newBuilder(
                        provider.address().resolve("/2010-04-01/Accounts/AC0/Messages.json"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body())
            .contains("\"sid\": \"SM0000000000000000000000000000000" + (n + 1));
      }
      assertThat(provider.received())
          .extracting(LoopbackProvider.Received::to)
          .containsExactly(12_000_000_000L, 12_000_000_001L, 12_000_000_002L);
      assertThat(provider.received().getLast().dispatch())
          .isEqualTo("01a20d3a-9506-7000-b08c-0f5afe8b91d2");
      provider.forget();
      assertThat(provider.count()).isZero();
    }
  }
}
