package com.omnify.kit.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnsubscribeTokenTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";

  private final UnsubscribeToken token =
      new UnsubscribeToken(
          new ClientId(UUID.fromString("01999999-0000-7000-8000-000000000001")),
          new DispatchId(UUID.fromString("01999999-0000-7000-8000-000000000002")));

  @Test
  void isReadAsItWasSigned() {
    String text = token.sign(SECRET);
    assertThat(text).matches("[A-Za-z0-9_-]{64}");
    assertThat(UnsubscribeToken.read(text, SECRET)).contains(token);
  }

  @Test
  void oneOtherCharacterAnotherSecretOrLengthIsNone() {
    String text = token.sign(SECRET);
    for (int at = 0; at < text.length(); at++) {
      char other = text.charAt(at) == 'x' ? 'y' : 'x';
      assertThat(
              UnsubscribeToken.read(text.substring(0, at) + other + text.substring(at + 1), SECRET))
          .isEmpty();
    }
    assertThat(UnsubscribeToken.read(text, SECRET + "!")).isEmpty();
    assertThat(UnsubscribeToken.read(text + "A", SECRET)).isEmpty();
    assertThat(UnsubscribeToken.read("", SECRET)).isEmpty();
    assertThat(UnsubscribeToken.read("%".repeat(64), SECRET)).isEmpty();
  }
}
