package com.omnify.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** A client that says on the socket exactly what it is told to. */
final class SmtpTalk implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader in;

  SmtpTalk(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(30_000);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  /** The last line of the next reply; empty at the end of the talk. */
  String reply() throws IOException {
    var line = in.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = in.readLine();
    }
    return line == null ? "" : line;
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  String say(String line) throws IOException {
    write(line + "\r\n");
    return reply();
  }

  /** Greets, and logs in where a name is given. */
  SmtpTalk begin(String user, String password) throws IOException {
    reply();
    say("EHLO test.example");
    if (!user.isEmpty()) {
      var given = "\0" + user + "\0" + password;
      say(
          "AUTH PLAIN "
              + Base64.getEncoder().encodeToString(given.getBytes(StandardCharsets.UTF_8)));
    }
    return this;
  }

  /** Hands over a whole mail and gives the last reply. */
  String send(String to, String mail) throws IOException {
    say("MAIL FROM:<bounces@shop.example>");
    var taken = say("RCPT TO:<" + to + ">");
    if (!taken.startsWith("250")) {
      return taken;
    }
    var go = say("DATA");
    return go.startsWith("354") ? say(mail + "\r\n.") : go;
  }

  static String mail(String dispatch, String to, String... more) {
    return """
    From: "Shop" <hello@shop.example>
    To: %s
    Subject: Your quote
    Message-ID: <%s.%s@shop.example>
    Date: Mon, 30 Nov 2026 09:00:00 +0000
    %sContent-Type: text/plain; charset=UTF-8

    Hi Ann,
    shall we come by on Tuesday?"""
        .formatted(
            to,
            dispatch,
            Gateway.CLIENT,
            more.length == 0 ? "" : String.join("\r\n", more) + "\r\n")
        .replace("\r\n", "\n")
        .replace("\n", "\r\n");
  }

  static String dispatch() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
