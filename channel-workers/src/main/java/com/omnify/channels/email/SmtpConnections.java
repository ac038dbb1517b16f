package com.omnify.channels.email;

import com.omnify.channels.email.SmtpConnection.Failed;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.kit.net.OutwardSockets;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections to mail servers, kept for the next mail. */
final class SmtpConnections implements AutoCloseable {

  /** Servers close what rests for long; many do after a minute or so. */
  private static final long GOOD_FOR = TimeUnit.SECONDS.toNanos(20);

  /** Who has just failed to connect need not try again in the same breath. */
  private static final long STILL_FAILING = TimeUnit.SECONDS.toNanos(2);

  private record Idle(SmtpConnection connection, long sinceNanos) {}

  private record Failure(Failed why, long atNanos) {}

  private final String greeting;
  private final OutwardSockets outward;
  private final Map<SmtpServer, Deque<Idle>> idle = new ConcurrentHashMap<>();
  private final Map<SmtpServer, Failure> failures = new ConcurrentHashMap<>();

  SmtpConnections(String greeting, OutwardSockets outward) {
    this.greeting = greeting;
    this.outward = outward;
  }

  /** One that stands, or else a new one. */
  SmtpConnection lease(SmtpServer server) throws Failed {
    dropOld();
    SmtpConnection standing = poll(server);
    if (standing != null && standing.isConnected()) {
      return standing;
    }
    if (standing != null) {
      // What rested as long as this one is no better.
      standing.drop();
      dropAll(server);
    }
    Failure failure = failures.get(server);
    if (failure != null && System.nanoTime() - failure.atNanos() < STILL_FAILING) {
      throw failure.why();
    }
    return open(server);
  }

  private @Nullable SmtpConnection poll(SmtpServer server) {
    Deque<Idle> stack = idle.get(server);
    while (stack != null) {
      Idle top = stack.pollFirst();
      if (top == null) {
        return null;
      }
      if (System.nanoTime() - top.sinceNanos() < GOOD_FOR) {
        return top.connection();
      }
      Thread.ofVirtual().start(top.connection()::drop);
    }
    return null;
  }

  /** Those that nobody has wanted for long, at whichever server: nobody else would close them. */
  private void dropOld() {
    long now = System.nanoTime();
    for (Deque<Idle> stack : idle.values()) {
      for (Idle oldest = stack.pollLast(); oldest != null; oldest = stack.pollLast()) {
        if (now - oldest.sinceNanos() < GOOD_FOR) {
          stack.addLast(oldest);
          break;
        }
        Thread.ofVirtual().start(oldest.connection()::drop);
      }
    }
    failures.values().removeIf(failure -> now - failure.atNanos() >= STILL_FAILING);
  }

  private SmtpConnection open(SmtpServer server) throws Failed {
    try {
      SmtpConnection connection = SmtpConnection.open(server, greeting, outward);
      failures.remove(server);
      return connection;
    } catch (Failed e) {
      failures.put(server, new Failure(e, System.nanoTime()));
      throw e;
    }
  }

  /** Back for the next one; only what has ended well. */
  void giveBack(SmtpServer server, SmtpConnection connection) {
    idle.computeIfAbsent(server, _ -> new ConcurrentLinkedDeque<>())
        .addFirst(new Idle(connection, System.nanoTime()));
  }

  private void dropAll(SmtpServer server) {
    Deque<Idle> stack = idle.remove(server);
    if (stack != null) {
      stack.forEach(each -> Thread.ofVirtual().start(each.connection()::drop));
    }
  }

  @Override
  public void close() {
    idle.values().forEach(stack -> stack.forEach(each -> each.connection().drop()));
    idle.clear();
  }
}
