package com.omnify.bench.peer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One POST after the other on one connection, as cheaply as it can be done. */
final class PlainPost implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;

  PlainPost(URI provider) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(provider.getHost(), provider.getPort()));
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends and reads the answer to its end; anything but 201 is an error. */
  void send(String to, String text, String dispatch) throws IOException {
    String form =
        "To=%s&From=%%2B15550100000&Body=%s&StatusCallback=http%%3A%%2F%%2Fx%%3Fdispatch%%3D%s"
            .formatted(
                URLEncoder.encode(to, StandardCharsets.UTF_8),
                URLEncoder.encode(text, StandardCharsets.UTF_8),
                dispatch);
    String request =
        "POST /2010-04-01/Accounts/AC0/Messages.json HTTP/1.1\r\nHost: provider\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + form.length()
            + "\r\n\r\n"
            + form;
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    String status = line();
    if (!status.contains(" 201 ")) {
      throw new IOException("the provider answered " + status);
    }
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the provider closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
