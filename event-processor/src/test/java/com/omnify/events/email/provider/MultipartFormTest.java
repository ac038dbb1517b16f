package com.omnify.events.email.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultipartFormTest {

  private static final String TYPE = "multipart/form-data; boundary=xYzZY";

  private static PostedForm read(byte[] body, int piece) throws IOException {
    InputStream inPieces =
        new FilterInputStream(new ByteArrayInputStream(body)) {
          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            return super.read(into, from, Math.min(length, piece));
          }
        };
    return MultipartForm.read(inPieces, TYPE).orElseThrow();
  }

  @Test
  void fieldsAreTheSameHoweverTheyComeIn() throws IOException {
    String form =
        "preamble\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
            + "one\r\n\r\n--xYzZYnot\r\n--xYzZ\r\ntwo\r\n"
            + "\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n"
            + "\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n"
            + "\u0000\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"dsn\"; filename=\"b\"\r\nContent-Type: message/delivery-status\r\n\r\n"
            + "Action: failed\r\n--xYzZY--\r\nepilogue";
    for (int piece : new int[] {1, 2, 7, 100, 100_000}) {
      PostedForm read = read(form.getBytes(UTF_8), piece);
      assertThat(read.text("text")).isEqualTo("one\r\n\r\n--xYzZYnot\r\n--xYzZ\r\ntwo\r\n");
      assertThat(read.has("empty")).isTrue();
      assertThat(read.text("empty")).isEmpty();
      assertThat(read.has("f")).as("an attachment goes by").isFalse();
      assertThat(read.files())
          .singleElement()
          .satisfies(
              file -> {
                assertThat(file.type()).isEqualTo("message/delivery-status");
                assertThat(new String(file.content(), UTF_8)).isEqualTo("Action: failed");
              });
    }
  }

  @Test
  void aTextIsReadAsTheFormSaysItIsWritten() throws IOException {
    var body = new ByteArrayOutputStream();
    body.writeBytes(
        "--xYzZY\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nGr\u00fc\u00dfe"
            .getBytes(Charset.forName("iso-8859-1")));
    body.writeBytes(
        "\r\n--xYzZY\r\nContent-Disposition: form-data; name=\"charsets\"\r\n\r\n{\"text\":\"iso-8859-1\"}\r\n--xYzZY--"
            .getBytes(UTF_8));
    assertThat(read(body.toByteArray(), 100).text("text")).isEqualTo("Gr\u00fc\u00dfe");
  }

  @Test
  void whatIsTooMuchIsLeftOutAndNothingThrows() throws IOException {
    var body = new ByteArrayOutputStream();
    for (int n = 0; n < 300; n++) {
      body.writeBytes(
          ("--xYzZY\r\nContent-Disposition: form-data; name=\"n" + n + "\"\r\n\r\n")
              .getBytes(UTF_8));
      body.writeBytes(new byte[n == 0 ? 3 << 20 : 40_000]);
      body.writeBytes("\r\n".getBytes(UTF_8));
    }
    PostedForm read = read(body.toByteArray(), 100_000);
    assertThat(read.fields().get("n0")).hasSize(2 << 20);
    assertThat(read.fields().values().stream().mapToInt(value -> value.length).sum())
        .isLessThanOrEqualTo(6 << 20);
    var random = new Random(5);
    for (int trial = 0; trial < 300; trial++) {
      byte[] noise = new byte[random.nextInt(3_000)];
      for (int n = 0; n < noise.length; n++) {
        noise[n] = (byte) "--xYzZY\r\n:;=\"name".charAt(random.nextInt(17));
      }
      assertThat(read(noise, 1 + random.nextInt(50))).isNotNull();
    }
    assertThat(MultipartForm.read(new ByteArrayInputStream(new byte[0]), "text/plain")).isEmpty();
    assertThat(MultipartForm.read(new ByteArrayInputStream(new byte[0]), "multipart/form-data"))
        .isEmpty();
  }
}
