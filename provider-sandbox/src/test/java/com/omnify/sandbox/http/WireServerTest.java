package com.omnify.sandbox.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.sandbox.http.Answer.Hangup;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Answer.Stream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireServerTest {

  private WireServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        WireServer.start(
            "127.0.0.1",
            0,
            request ->
                switch (request.path()) {
                  case "/reset" -> new Reset();
                  case "/hangup" -> new Hangup();
                  case "/fails" -> throw new IllegalStateException("on purpose");
                  case "/stream" ->
                      new Stream(
                          200,
                          "text/plain",
                          out -> out.write("abc".getBytes(StandardCharsets.US_ASCII)));
                  default ->
                      Json.reply(
                          200,
                          Map.of(
                              "saw",
                              request.method() + " " + request.path() + " " + request.text()));
                });
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void twoRequestsInOnePacketAreBothAnswered() throws IOException {
    assertThat(
            talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .contains("GET /a ")
        .contains("GET /b ");
  }

  @Test
  void chunkedBodyIsPutTogether() throws IOException {
    assertThat(
            talk(
                "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"))
        .contains("POST /c abcde");
  }

  @Test
  void waitingClientIsToldToContinue() throws IOException {
    assertThat(
            talk(
                "POST /d HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nhi"))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
        .contains("POST /d hi");
  }

  @Test
  void plusInAPathIsAPlus() throws IOException {
    assertThat(talk("GET /v2/+1%2B2%20x?a=b+c HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .contains("GET /v2/+1+2 x ");
  }

  @Test
  void streamIsSentInChunks() throws IOException {
    assertThat(talk("GET /stream HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .contains("Transfer-Encoding: chunked")
        .endsWith("3\r\nabc\r\n0\r\n\r\n");
  }

  @Test
  void nonsenseIsRefused() throws IOException {
    assertThat(talk("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(talk("GET / HTTP/1.1\r\nno colon\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(talk("POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(talk("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(talk("GET /%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(talk("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 431");
    assertThat(talk("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void failureOfTheHandlerIs500() throws IOException {
    assertThat(talk("GET /fails HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 500");
  }

  @Test
  void resetIsAResetAndHangupIsAnEnd() throws IOException {
    assertThat(talk("GET /hangup HTTP/1.1\r\n\r\n")).isEmpty();
    assertThatThrownBy(() -> talk("GET /reset HTTP/1.1\r\n\r\n"))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private String talk(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(3_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
