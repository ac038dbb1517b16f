package com.omnify.kit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.SocketFactory;

/**
 * Sockets to servers that a client named, such as its mail server: they connect to the public
 * internet only. The very address is looked at that is connected to, so a name cannot stand for one
 * at the check and for another at the connection. Hosts of the operator's own network may be
 * allowed by name; in the demonstration the servers stand on this machine.
 */
public final class OutwardSockets {

  private final boolean anywhere;
  private final Set<String> internal;

  /**
   * @param anywhere whether every host may be named
   * @param internal hosts that may be named though they are not public, as clients write them
   */
  public OutwardSockets(boolean anywhere, Collection<String> internal) {
    this.anywhere = anywhere;
    this.internal = internal.stream().map(OutwardSockets::plain).collect(Collectors.toSet());
  }

  private static String plain(String host) {
    return host.strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether it is worth writing that host down. Nothing is looked up: a name is judged when it is
   * connected to.
   */
  public boolean mayBeNamed(String host) {
    String name = plain(host);
    if (anywhere || internal.contains(name)) {
      return true;
    }
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return false;
    }
    try {
      return PublicAddress.isPublic(InetAddress.ofLiteral(name));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private boolean allows(InetSocketAddress to) {
    return anywhere
        || to.getAddress() == null
        || PublicAddress.isPublic(to.getAddress())
        || internal.contains(plain(to.getHostString()));
  }

  /**
   * For libraries that connect by themselves.
   *
   * @param made told of each socket
   */
  public SocketFactory factory(Consumer<Socket> made) {
    return new Factory(made);
  }

  private final class Outward extends Socket {
    @Override
    public void connect(SocketAddress endpoint) throws IOException {
      connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress to) || !allows(to)) {
        throw new NotPublicException(
            endpoint instanceof InetSocketAddress named
                ? named.getHostString()
                : String.valueOf(endpoint));
      }
      super.connect(endpoint, timeout);
    }
  }

  private final class Factory extends SocketFactory {
    private final Consumer<Socket> made;

    Factory(Consumer<Socket> made) {
      this.made = made;
    }

    @Override
    public Socket createSocket() {
      var socket = new Outward();
      made.accept(socket);
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
}
