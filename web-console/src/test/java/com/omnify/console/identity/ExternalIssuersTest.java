package com.omnify.console.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.console.identity.ExternalIssuers.Issuer;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExternalIssuersTest {

  private static Issuer issuer(
      String keys, List<String> audiences, @Nullable String email, @Nullable String verified) {
    return new Issuer("https://i.example", URI.create(keys), audiences, List.of(), email, verified);
  }

  @Test
  void settingsThatWouldLetStrangersInAreRefused() {
    assertThatCode(() -> issuer("https://i.example/keys", List.of("a"), null, null))
        .doesNotThrowAnyException();
    assertThatCode(() -> issuer("http://127.0.0.1:9/keys", List.of("a"), "email", "verified"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> issuer("http://i.example/keys", List.of("a"), null, null))
        .hasMessageContaining("https");
    assertThatThrownBy(() -> issuer("https://i.example/keys", List.of(), null, null))
        .hasMessageContaining("audiences or authorized-parties");
    assertThatThrownBy(() -> issuer("https://i.example/keys", List.of("a"), "email", null))
        .hasMessageContaining("email-verified-claim");
    var one = issuer("https://i.example/keys", List.of("a"), null, null);
    assertThatThrownBy(() -> new ExternalIssuers(List.of(one, one))).hasMessageContaining("twice");
  }
}
