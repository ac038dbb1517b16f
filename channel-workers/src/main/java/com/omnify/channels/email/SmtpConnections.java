package com.omnify.channels.email;

import com.omnify.channels.email.SmtpConnection.Failed;
import com.omnify.channels.email.policy.SmtpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections to mail servers that stand ready, so that none is made while people's addresses are
 * locked.
 */
final class SmtpConnections implements AutoCloseable {

  /** Servers close what rests for long; many do after a minute or so. */
  private static final long GOOD_FOR = TimeUnit.SECONDS.toNanos(20);

  /** Who has just failed to connect need not try again in the same breath. */
  private static final long STILL_FAILING = TimeUnit.SECONDS.toNanos(2);

  private record Idle(SmtpConnection connection, long sinceNanos) {}

  private record Failure(Failed why, long atNanos) {}

  private final String greeting;
  private final Map<SmtpServer, Deque<Idle>> idle = new ConcurrentHashMap<>();
  private final Map<SmtpServer, Failure> failures = new ConcurrentHashMap<>();

  SmtpConnections(String greeting) {
    this.greeting = greeting;
  }

  /** One that stands, or else a new one. */
  SmtpConnection lease(SmtpServer server) throws Failed {
    SmtpConnection ready = poll(server);
    if (ready != null) {
      return ready;
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
      SmtpConnection connection = SmtpConnection.open(server, greeting);
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

  /**
   * Sees to it that so many stand at each server; what is not ready in time goes on and will stand
   * later.
   */
  void prepare(Map<SmtpServer, Integer> wanted, Duration patience) throws InterruptedException {
    dropOld();
    var tasks = new ArrayList<Runnable>();
    wanted.forEach(
        (server, many) -> {
          for (int n = 0; n < many; n++) {
            SmtpConnection standing = poll(server);
            tasks.add(() -> makeReady(server, standing));
          }
        });
    var done = new CountDownLatch(tasks.size());
    for (Runnable task : tasks) {
      Thread.ofVirtual()
          .name("smtp-connect")
          .start(
              () -> {
                try {
                  task.run();
                } finally {
                  done.countDown();
                }
              });
    }
    done.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void makeReady(SmtpServer server, @Nullable SmtpConnection standing) {
    if (standing != null && standing.isConnected()) {
      giveBack(server, standing);
      return;
    }
    try {
      giveBack(server, open(server));
    } catch (Failed e) {
      // Whoever wants one is told.
    }
  }

  @Override
  public void close() {
    idle.values().forEach(stack -> stack.forEach(each -> each.connection().drop()));
    idle.clear();
  }
}
