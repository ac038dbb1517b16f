package com.omnify.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.fleet.AccessMatrix.Answer;
import com.omnify.fleet.AccessMatrix.Column;
import com.omnify.fleet.AccessMatrix.Operation;
import com.omnify.fleet.AccessTrial.Callers;
import com.omnify.fleet.AccessTrial.Cookie;
import com.omnify.fleet.AccessTrial.Things;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the matrix can fail: without a fleet, against a server that lets everybody in. */
class AccessMatrixTest {

  private static final List<Operation> OPERATIONS =
      List.of(
          new Operation("GET", "/api/v1/contacts", "member", true),
          new Operation("GET", "/api/v1/contacts/{id}", "member", true),
          new Operation("PATCH", "/api/v1/sequences/{id}/steps/{stepId}", "admin", true),
          new Operation("POST", "/api/v1/clients", "platform", false));

  private static final Things MINE =
      new Things("me", Map.of("contacts", "c1", "sequences", "q1", "steps", "s1"));
  private static final Things THEIRS =
      new Things("them", Map.of("contacts", "c2", "sequences", "q2", "steps", "s2"));

  @Test
  void everyCellOfAnOpenDoorIsFound() throws Exception {
    HttpServer open =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    open.createContext(
        "/",
        exchange -> {
          byte[] all = "{\"items\":[{\"id\":\"c2\"}]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, all.length);
          exchange.getResponseBody().write(all);
          exchange.close();
        });
    open.start();
    try {
      var bad = new EnumMap<Column, String[]>(Column.class);
      bad.put(Column.NO_CREDENTIALS, new String[0]);
      bad.put(Column.TAMPERED_KEY, new String[] {"X-API-Key", "k"});
      Map<String, String> any = Map.of("member", "m", "admin", "a", "owner", "o", "platform", "p");
      var matrix = new AccessMatrix();
      var trial =
          new AccessTrial(
              matrix,
              "http://127.0.0.1:" + open.getAddress().getPort(),
              MINE,
              THEIRS,
              new Callers(any, any, Map.of("owner", new Cookie("a=b", "c")), bad));
      trial.refusals(OPERATIONS);
      // 2 bad ones, 3 ways to another client; roles, ids and the missing client where they apply
      assertThat(matrix.cells()).isEqualTo(4 * 5 + 2 * 2 + 3 + 3);
      assertThat(matrix.findings()).hasSize(matrix.cells());
      int before = matrix.findings().size();
      trial.controls(OPERATIONS, List.of("c2"));
      assertThat(matrix.findings().subList(before, matrix.findings().size()))
          .hasSize(7)
          .allSatisfy(finding -> assertThat(finding.what()).contains("of another client"));
    } finally {
      open.stop(0);
    }
  }

  @Test
  void anAnswerIsJudgedByStatusAndReason() {
    assertThat(AccessMatrix.judge(Column.OTHERS_IDS, new Answer(404, "not_found", ""))).isEmpty();
    for (Answer wrong :
        List.of(
            new Answer(200, "", "{}"),
            new Answer(204, "", ""),
            new Answer(403, "forbidden", ""),
            // a path that leads nowhere proves nothing
            new Answer(404, "no_such_path", ""))) {
      assertThat(AccessMatrix.judge(Column.OTHERS_IDS, wrong)).isNotEmpty();
    }
    assertThat(AccessMatrix.judge(Column.WRONG_ROLE_BY_KEY, new Answer(403, "csrf_token", "")))
        .isNotEmpty();
    assertThat(AccessMatrix.judge(Column.RIGHT_KEY, new Answer(409, "x", ""))).isEmpty();
    for (int status : new int[] {400, 401, 403, 404, 500}) {
      assertThat(AccessMatrix.judge(Column.RIGHT_KEY, new Answer(status, "x", ""))).isNotEmpty();
    }
  }

  @Test
  void aNewEndpointWithoutAFixtureIsNamed() {
    var widgets = new Operation("GET", "/api/v1/widgets/{id}", "member", true);
    assertThatThrownBy(() -> AccessTrial.path(widgets, MINE, MINE))
        .hasMessageContaining("widgets")
        .hasMessageContaining("AccessFixtures");
  }
}
