package com.omnify.events.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.twilio.security.RequestValidator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TwilioSignatureTest {

  private static final String TOKEN = "a-token-of-ours";
  private static final String URL =
      "https://omnify.example/webhooks/twilio/0190/status?dispatch=0190&x=1";

  private static FormBody form(Map<String, String> values) {
    var all = new HashMap<String, List<String>>();
    values.forEach((name, value) -> all.put(name, List.of(value)));
    return new FormBody(all);
  }

  @Test
  void agreesWithTheSdkOnRandomForms() {
    var random = new Random(7);
    var sdk = new RequestValidator(TOKEN);
    String alphabet = "ABCabc019 +&=%äß€😀-_.\n";
    int[] letters = alphabet.codePoints().toArray();
    for (int round = 0; round < 500; round++) {
      var values = new HashMap<String, String>();
      for (int n = random.nextInt(8); n > 0; n--) {
        values.put("P" + word(random, letters), word(random, letters));
      }
      String port = random.nextBoolean() ? "" : ":" + (1 + random.nextInt(9999));
      String url =
          (random.nextBoolean() ? "http" : "https") + "://host.example" + port + "/a/b?c=" + round;
      String signature = TwilioSignature.sign(TOKEN, url, form(values));
      assertThat(sdk.validate(url, values, signature)).isTrue();
      assertThat(TwilioSignature.signsForm(TOKEN, url, form(values), signature)).isTrue();
      assertThat(TwilioSignature.signsForm("another", url, form(values), signature)).isFalse();
    }
  }

  private static String word(Random random, int[] letters) {
    var text = new StringBuilder();
    for (int n = random.nextInt(12); n > 0; n--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }

  @Test
  void portMayBeThereOrNot() {
    var sdk = new RequestValidator(TOKEN);
    var form = form(Map.of("A", "1"));
    for (String signed :
        List.of(
            "https://h.example/x?y=1",
            "https://h.example:443/x?y=1",
            "https://h.example:8443/x?y=1")) {
      String signature = TwilioSignature.sign(TOKEN, signed, form);
      for (String seen :
          List.of(
              "https://h.example/x?y=1",
              "https://h.example:443/x?y=1",
              "https://h.example:8443/x?y=1")) {
        assertThat(TwilioSignature.signsForm(TOKEN, seen, form, signature))
            .as("signed %s seen %s", signed, seen)
            .isEqualTo(sdk.validate(seen, Map.of("A", "1"), signature));
      }
    }
  }

  @Test
  void repeatedParameterCountsOncePerDistinctValueSorted() {
    var once = FormBody.decode("A=1&M=b&M=a&M=b&Z=9".getBytes(UTF_8)).orElseThrow();
    assertThat(TwilioSignature.sign(TOKEN, URL, once))
        .isEqualTo(new MapForm("A1", "Ma", "Mb", "Z9").signature());
  }

  /** The text that must be signed, in pieces. */
  private record MapForm(String... pieces) {
    String signature() {
      // one parameter whose name is the whole rest of the text signs exactly that text
      return TwilioSignature.sign(TOKEN, URL, form(Map.of(String.join("", pieces), "")));
    }
  }

  @Test
  void bodyThatIsNoFormIsCoveredByItsHash() throws Exception {
    byte[] body = "{\"MessageSid\":\"SM1\"}".getBytes(UTF_8);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    String url = "https://h.example/x?bodySHA256=" + hash;
    String signature = TwilioSignature.sign(TOKEN, url, form(Map.of()));
    assertThat(new RequestValidator(TOKEN).validate(url, new String(body, UTF_8), signature))
        .isTrue();
    assertThat(TwilioSignature.signsBody(TOKEN, url, body, signature)).isTrue();
    body[3] ^= 1;
    assertThat(TwilioSignature.signsBody(TOKEN, url, body, signature)).isFalse();
    assertThat(TwilioSignature.signsBody(TOKEN, "https://h.example/x", body, signature)).isFalse();
  }

  @Test
  void oneChangedByteBreaksIt() {
    byte[] body =
        "From=%2B12025550123&Body=Hi+there%21&NumMedia=0&To=%2B12025550199".getBytes(UTF_8);
    FormBody form = FormBody.decode(body).orElseThrow();
    String signature = TwilioSignature.sign(TOKEN, URL, form);
    for (int at = 0; at < body.length; at++) {
      for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128}) {
        byte[] changed = body.clone();
        changed[at] ^= (byte) mask;
        var read = FormBody.decode(changed);
        // %2B and %2b are the same text, and the text is what is signed
        if (read.isPresent() && !read.get().equals(form)) {
          assertThat(TwilioSignature.signsForm(TOKEN, URL, read.get(), signature)).isFalse();
        }
      }
    }
  }

  @Test
  void brokenFormsAreNone() {
    assertThat(FormBody.decode("A=%".getBytes(UTF_8))).isEmpty();
    assertThat(FormBody.decode("A=%4".getBytes(UTF_8))).isEmpty();
    assertThat(FormBody.decode("A=%zz".getBytes(UTF_8))).isEmpty();
    assertThat(FormBody.decode("A=%ff".getBytes(UTF_8))).isEmpty();
    assertThat(FormBody.decode("A=%41".getBytes(UTF_8)).orElseThrow().first("A")).isEqualTo("A");
    assertThat(FormBody.decode("A&B=&&C==".getBytes(UTF_8)).orElseThrow().values())
        .isEqualTo(Map.of("A", List.of(""), "B", List.of(""), "C", List.of("=")));
  }

  @Test
  void publishedVectorsHold() throws Exception {
    Path vectors = sharedData().resolve("signatures/twilio.json");
    assumeTrue(Files.exists(vectors), "the published vectors are not here");
    int seen = 0;
    for (JsonNode vector : JsonMapper.shared().readTree(Files.readString(vectors))) {
      var params = new HashMap<String, String>();
      vector
          .get("params")
          .properties()
          .forEach(e -> params.put(e.getKey(), e.getValue().asString()));
      assertThat(
              TwilioSignature.signsForm(
                  vector.get("authToken").asString(),
                  vector.get("url").asString(),
                  form(params),
                  vector.get("signature").asString()))
          .as(vector.get("name").asString())
          .isEqualTo(vector.get("valid").asBoolean());
      seen++;
    }
    assertThat(seen).isPositive();
  }

  /** Beside the repository, wherever the build runs from. */
  static Path sharedData() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path data = at.resolve("shared/data");
      if (Files.isDirectory(data)) {
        return data;
      }
    }
    return Path.of("shared/data");
  }
}
