package com.omnify.events.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.outgoing.policy.Answer;
import com.omnify.kit.net.PublicAddress;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallTest {

  private static Answer post(String url) {
    return post(new PublicHttp(false, InetAddress::getAllByName), url);
  }

  private static Answer post(PublicHttp http, String url) {
    try {
      return new HttpCall(http).post(url, Map.of(), new byte[0]);
    } finally {
      http.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://10.1.2.3/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://0x7f.1/"
      })
  void whatLeadsInsideIsNotCalled(String url) {
    assertThat(post(url).code()).isIn("address_refused", "unknown_host");
    assertThat(post(url).taken()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100.64.0.1",
        "172.31.255.255",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "255.255.255.255",
        "fe80::1",
        "fc00::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "ff02::1"
      })
  void specialAddressesAreNotPublic(String address) throws UnknownHostException {
    assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"})
  void othersAre(String address) throws UnknownHostException {
    assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void anAddressWithoutAHostIsNone() {
    assertThat(post("http:///x").code()).isEqualTo("address_refused");
  }

  /** A server on this machine, by a name that nobody else knows. */
  private static Answer postToHere(boolean anyAddress, AtomicInteger lookUps, AtomicInteger hits)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          hits.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      return post(
          new PublicHttp(
              anyAddress,
              _ -> {
                lookUps.incrementAndGet();
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
              }),
          "http://moving.example.invalid:" + server.getAddress().getPort() + "/");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theOneLookUpThatIsCheckedIsWhatIsConnectedTo() throws IOException {
    var lookUps = new AtomicInteger();
    var hits = new AtomicInteger();
    assertThat(postToHere(true, lookUps, hits).status()).isEqualTo(204);
    assertThat(lookUps).hasValue(1);
    assertThat(hits).hasValue(1);
    assertThat(postToHere(false, lookUps, hits).code()).isEqualTo("address_refused");
    assertThat(lookUps).hasValue(2);
    assertThat(hits).hasValue(1);
  }

  @Test
  void headersThatAreTheConnectionsOwnAreNotTheClients() throws IOException {
    var http = new PublicHttp(true, InetAddress::getAllByName);
    try {
      for (var header :
          List.of(
              Map.entry("Host", "elsewhere"),
              Map.entry("Transfer-Encoding", "chunked"),
              Map.entry("X-A", "b\r\nX-C: d"),
              Map.entry("X A", "b"))) {
        assertThat(
                new HttpCall(http)
                    .post(
                        "http://127.0.0.1:1/",
                        Map.of(header.getKey(), header.getValue()),
                        new byte[0])
                    .code())
            .isEqualTo("address_refused");
      }
    } finally {
      http.close();
    }
  }
}
