package com.omnify.events.email.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.omnify.events.email.mailbox.Mailbox.Security;
import com.omnify.kit.net.NotPublicException;
import com.omnify.kit.net.OutwardSockets;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import jakarta.mail.MessagingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail servers that take their time, and one that does not. */
@OmnifySpringTest(service = "events")
class MailboxPollTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** An IMAP server with one inbox, which is empty; or one whose greeting never ends. */
  private static final class Imap implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final boolean drips;
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final AtomicInteger searches = new AtomicInteger();

    Imap(boolean drips) throws IOException {
      this.drips = drips;
      Thread.ofVirtual().start(this::serve);
    }

    int port() {
      return server.getLocalPort();
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          most.accumulateAndGet(open.incrementAndGet(), Math::max);
          Thread.ofVirtual().start(() -> talk(socket));
        } catch (IOException e) {
          return;
        }
      }
    }

    private void talk(Socket socket) {
      try (socket) {
        if (drips) {
          // Each byte ends a silence, so that no silence is ever too long.
          while (!server.isClosed()) {
            say(socket, "*");
            LockSupport.parkNanos(100_000_000);
          }
          return;
        }
        say(socket, "* OK [CAPABILITY IMAP4rev1] ready\r\n");
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          String[] words = line.split(" ", 3);
          switch (words[1]) {
            case "CAPABILITY" -> say(socket, "* CAPABILITY IMAP4rev1\r\n");
            case "SELECT" -> say(socket, "* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] ok\r\n");
            case "SEARCH" -> {
              searches.incrementAndGet();
              say(socket, "* SEARCH\r\n");
            }
            default -> {}
          }
          say(socket, words[0] + " OK " + words[1] + " done\r\n");
        }
      } catch (IOException e) {
        // The client went away, or the test is over.
      } finally {
        open.decrementAndGet();
      }
    }

    private static void say(Socket socket, String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @Test
  void aServerThatDripsHoldsNobodyUp(Fixtures fixtures) throws Exception {
    try (var dripping = new Imap(true);
        var quick = new Imap(false)) {
      // They come first, and there are more of them than one client may have read at once.
      ClientId slow = fixtures.client();
      for (int n = 0; n < 6; n++) {
        account(fixtures, slow, dripping);
      }
      await().atMost(PATIENCE).until(() -> dripping.open.get() == 4);
      account(fixtures, fixtures.client(), quick);
      await().atMost(PATIENCE).until(() -> quick.searches.get() > 0);
      assertThat(dripping.open).hasValue(4);
      assertThat(quick.most).hasValue(1);
    }
  }

  private static void account(Fixtures fixtures, ClientId client, Imap server) {
    fixtures.account(
        client,
        "smtp",
        null,
        """
        {"host": "127.0.0.1", "imap_host": "127.0.0.1", "imap_port": %d, "imap_tls": "none", "imap_user": "me"}
        """
            .formatted(server.port()));
  }

  @Test
  void aPollHasItsTime() throws Exception {
    try (var dripping = new Imap(true)) {
      var reader =
          new ImapReader(new OutwardSockets(false, Set.of("127.0.0.1")), Duration.ofMillis(500));
      assertTimeoutPreemptively(
          PATIENCE,
          () ->
              assertThatThrownBy(
                      () -> reader.read(mailbox(dripping, Security.NONE), _ -> true, () -> true))
                  .isInstanceOf(MessagingException.class));
    }
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void aServerInsideIsNotConnectedTo(Security security) throws Exception {
    try (var inside = new Imap(false)) {
      var reader = new ImapReader(new OutwardSockets(false, Set.of()));
      assertThatThrownBy(() -> reader.read(mailbox(inside, security), _ -> true, () -> true))
          .isInstanceOf(MessagingException.class)
          .hasRootCauseInstanceOf(NotPublicException.class);
      assertThat(inside.most).hasValue(0);
    }
  }

  private static Mailbox mailbox(Imap server, Security security) {
    return new Mailbox(
        new ClientId(Fixtures.id()),
        Fixtures.id(),
        "127.0.0.1",
        server.port(),
        security,
        "me",
        "secret");
  }
}
