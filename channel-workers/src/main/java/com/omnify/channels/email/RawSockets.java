package com.omnify.channels.email;

import com.omnify.kit.net.OutwardSockets;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the one socket of a connection, below whatever encrypts it: how long an answer may take
 * depends on what was asked.
 */
final class RawSockets {

  private final SocketFactory factory;
  private volatile @Nullable Socket last;

  RawSockets(OutwardSockets outward) {
    this.factory = outward.factory(socket -> last = socket);
  }

  SocketFactory factory() {
    return factory;
  }

  /** The longest silence from now on. */
  void readTimeout(Duration timeout) throws SocketException {
    Socket socket = last;
    if (socket != null) {
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }
  }
}
