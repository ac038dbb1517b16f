package com.omnify.sandbox.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.http.Json;
import com.twilio.security.RequestValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TwilioSignatureTest {

  private static final String URL =
      "https://gateway.test/webhooks/twilio/c1/status?dispatch=d-1&x=%20y";
  private static final Form FORM =
      new Form(
          List.of(
              new Field("To", "+15125550142"),
              new Field("Body", "ünïcode & more = signs + plus"),
              new Field("body", "case matters"),
              new Field("Empty", "")));

  @Test
  void twiliosOwnValidatorAcceptsIt() {
    var params =
        Map.of(
            "Empty", "",
            "body", "case matters",
            "Body", "ünïcode & more = signs + plus",
            "To", "+15125550142");
    var validator = new RequestValidator("secret");
    assertThat(validator.validate(URL, params, TwilioSignature.sign("secret", URL, FORM))).isTrue();
    assertThat(validator.validate(URL + "!", params, TwilioSignature.sign("secret", URL, FORM)))
        .isFalse();
    assertThat(validator.validate(URL, params, TwilioSignature.sign("Secret", URL, FORM)))
        .isFalse();
  }

  @Test
  void orderOfParametersDoesNotMatter() {
    assertThat(TwilioSignature.sign("secret", URL, new Form(FORM.fields().reversed())))
        .isEqualTo(TwilioSignature.sign("secret", URL, FORM));
  }

  /** Published vectors are kept beside the repository, where there are any. */
  @Test
  void publishedVectorsAgree() throws IOException {
    var file =
        Stream.of("../shared", "../../shared", "../../../shared")
            .map(dir -> Path.of(dir, "data", "signatures", "twilio.json"))
            .filter(Files::exists)
            .findFirst();
    assumeTrue(file.isPresent(), "no vectors here");

    for (var vector : Json.MAPPER.readTree(Files.readString(file.get()))) {
      var form =
          new Form(
              vector.get("params").properties().stream()
                  .map(p -> new Field(p.getKey(), p.getValue().asString()))
                  .toList());
      var ways =
          vector
              .get("verified_by_independent_hmac_as")
              .valueStream()
              .map(JsonNode::asString)
              .toList();
      var token = vector.get("authToken").asString();
      var signature = vector.get("signature").asString();
      var url = vector.get("url").asString();
      var variants =
          Map.of(
              "raw", url,
              "stripped", url.replaceFirst("^(https?://[^/:]+):\\d+", "$1"),
              "p443", url.replaceFirst("^(https?://[^/:]+)", "$1:443"));
      assertThat(ways).isNotEmpty();
      assertThat(ways)
          .allSatisfy(
              way ->
                  assertThat(TwilioSignature.sign(token, variants.get(way), form))
                      .isEqualTo(signature));
    }
  }
}
