package com.omnify.launcher.fleet;

import com.omnify.launcher.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Whether a member serves. */
public final class Readiness {

  private Readiness() {}

  /** Services say so themselves; of the others it is enough that they accept a connection. */
  public static boolean of(Member member, int port) {
    return member.isService() ? ready(port) : Ports.answers(port);
  }

  /** A bare request: asked ten times a second while the machine is busy starting seven JVMs. */
  private static boolean ready(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      socket.setSoTimeout(3_000);
      socket
          .getOutputStream()
          .write(
              ("GET /actuator/health/readiness HTTP/1.1\r\nHost: localhost:"
                      + port
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return status.endsWith(" 200");
    } catch (IOException e) {
      return false;
    }
  }
}
