package com.omnify.events.email.mailbox;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Closes the sockets of a talk that takes too long: whoever reads from them hears of it. */
final class TimeLimit implements AutoCloseable {

  private final Set<Socket> sockets = new HashSet<>();
  private final long begin = System.nanoTime();
  private final Duration whole;
  private final Thread clock;
  private boolean over;

  TimeLimit(Duration whole) {
    this.whole = whole;
    this.clock = Thread.ofVirtual().name("mailbox-time-limit").start(this::run);
  }

  synchronized void watch(Socket socket) {
    sockets.add(socket);
    if (over) {
      close(socket);
    }
  }

  boolean halfOver() {
    return System.nanoTime() - begin > whole.toNanos() / 2;
  }

  private void run() {
    try {
      Thread.sleep(whole);
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      over = true;
      sockets.forEach(TimeLimit::close);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, which is all that was wanted.
    }
  }

  /** The talk is over. */
  @Override
  public void close() {
    clock.interrupt();
  }
}
