package com.omnify.channels.email;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one socket of a connection and keeps it, below whatever encrypts it: how long an answer
 * may take depends on what was asked.
 */
final class RawSockets extends SocketFactory {

  private volatile @Nullable Socket last;

  /** The longest silence from now on. */
  void readTimeout(Duration timeout) throws SocketException {
    Socket socket = last;
    if (socket != null) {
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }
  }

  @Override
  public Socket createSocket() {
    var socket = new Socket();
    last = socket;
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new SocketException("Connections are made with a time limit only");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket(host.getHostAddress(), port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(host, port);
  }
}
