package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.twilio.exception.TwilioException;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as a process, killed without warning. */
class KilledSandboxTest {

  @TempDir Path data;

  @Test
  void everythingThatWasAnsweredIsInTheLedger() throws Exception {
    int port = freePort();
    var process = run(port);
    var answered = ConcurrentHashMap.<String>newKeySet();
    var unanswered = new AtomicInteger();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      await().atMost(Duration.ofSeconds(60)).until(() -> listens(port));
      for (int i = 0; i < 8; i++) {
        senders.execute(() -> sendUntilItDies(port, answered, unanswered));
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() > 300);
      process.destroyForcibly().waitFor();
    } finally {
      process.destroyForcibly();
    }

    try (var sandbox = Sandbox.start(SandboxOptions.in(data))) {
      Set<String> accepted =
          sandbox.ledger().entries(Kind.ACCEPTED).stream()
              .map(LedgerEntry::sid)
              .collect(Collectors.toSet());
      assertThat(accepted).containsAll(answered);
      // the rest was taken, but its sender has heard nothing
      assertThat(accepted.size()).isLessThanOrEqualTo(answered.size() + unanswered.get());
    }
  }

  private static void sendUntilItDies(int port, Set<String> answered, AtomicInteger unanswered) {
    var twilio = TwilioSdk.at(port);
    while (true) {
      try {
        var message =
            Message.creator(new PhoneNumber("+15125550142"), new PhoneNumber("+15125550100"), "hi")
                .create(twilio);
        answered.add(message.getSid());
      } catch (TwilioException _) {
        unanswered.incrementAndGet();
        if (!listens(port)) {
          return;
        }
      }
    }
  }

  private Process run(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SandboxMain.class.getName(),
            "--port=" + port,
            "--data=" + data,
            "--default-persona=silent")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean listens(int port) {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
