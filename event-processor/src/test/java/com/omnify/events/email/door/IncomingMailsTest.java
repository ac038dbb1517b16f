package com.omnify.events.email.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IncomingMailsTest {

  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final IncomingMails mails = new IncomingMails(() -> now);
  private final ClientId client = new ClientId(UUID.randomUUID());

  private static InputStream mail() {
    return new ByteArrayInputStream("Hello".getBytes());
  }

  /** A byte each time it is asked, and so much time gone by. */
  private InputStream dripping(Duration each) {
    return new InputStream() {
      @Override
      public int read() {
        now = now.plus(each);
        return 'x';
      }

      @Override
      public int read(byte[] into, int from, int length) {
        into[from] = (byte) read();
        return 1;
      }
    };
  }

  private void refused(String code, InputStream body) {
    assertThatThrownBy(() -> mails.take(client, "192.0.2.1", body).close())
        .isInstanceOf(Problem.class)
        .extracting(e -> ((Problem) e).code())
        .isEqualTo(code);
  }

  @Test
  void whoDripsOrFallsSilentIsSentAwayAndLeavesNoPlaceTaken() throws IOException {
    for (int n = 0; n < IncomingMails.OF_ONE + 1; n++) {
      refused("too_slow", dripping(Duration.ofSeconds(1)));
    }
    refused(
        "too_slow",
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new SocketTimeoutException();
          }
        });
    try (var received = mails.take(client, "192.0.2.1", mail());
        var in = received.open()) {
      assertThat(in.readAllBytes()).asString().isEqualTo("Hello");
    }
  }

  @Test
  void whatIsTooLargeIsRefused() {
    refused(
        "body_too_large",
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] into, int from, int length) {
            return length;
          }
        });
  }

  @Test
  void neitherOneClientNorOneAddressTakesAllPlaces() throws IOException {
    List<IncomingMails.Received> held = new ArrayList<>();
    for (int n = 0; n < IncomingMails.OF_ONE; n++) {
      held.add(mails.take(client, "192.0.2." + n, mail()));
    }
    refused("try_again", mail());
    for (int n = 0; n < IncomingMails.OF_ONE; n++) {
      held.add(mails.take(new ClientId(UUID.randomUUID()), "198.51.100.1", mail()));
    }
    var other = new ClientId(UUID.randomUUID());
    assertThatThrownBy(() -> mails.take(other, "198.51.100.1", mail())).isInstanceOf(Problem.class);
    mails.take(other, "203.0.113.1", mail()).close();
    for (var one : held) {
      one.close();
    }
    mails.take(client, "192.0.2.1", mail()).close();
  }
}
