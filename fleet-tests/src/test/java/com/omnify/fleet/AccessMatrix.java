package com.omnify.fleet;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Who may call what, taken from the merged description of the API and held against the answers.
 * What an answer must be is a pure function of the column and the operation; the cells are whatever
 * the description lists, so that a new endpoint cannot be left out.
 */
final class AccessMatrix {

  /** The whole of what may be called without credentials, and why each is safe stands beside it. */
  static final Set<String> OPEN =
      Set.of(
          "POST /api/v1/session",
          "GET /api/v1/session",
          "DELETE /api/v1/session",
          "GET /api/v1/environment",
          "POST /webhooks/twilio/{clientId}/status",
          "POST /webhooks/twilio/{clientId}/inbound",
          "POST /webhooks/twilio/{clientId}/voice-status",
          "POST /webhooks/vapi/{clientId}/{accountId}",
          "POST /webhooks/leads/{clientId}/generic/{sourceId}",
          "POST /webhooks/leads/{clientId}/google/{sourceId}",
          "POST /webhooks/leads/{clientId}/facebook/{sourceId}",
          "GET /webhooks/leads/{clientId}/facebook/{sourceId}",
          "POST /webhooks/{provider}/{clientId}/{accountId}/events",
          "POST /webhooks/{provider}/{clientId}/{accountId}/inbound",
          "GET /u/{token}",
          "POST /u/{token}");

  static final List<String> ROLES = List.of("member", "admin", "owner", "platform");

  /** What is tried of each operation, with the status and the problem's code that must come. */
  enum Column {
    NO_CREDENTIALS(401, "not_signed_in"),
    TAMPERED_KEY(401, "not_signed_in"),
    EXPIRED_KEY(401, "not_signed_in"),
    REVOKED_KEY(401, "not_signed_in"),
    TAMPERED_TOKEN(401, "bad_token"),
    EXPIRED_TOKEN(401, "bad_token"),
    WRONG_AUDIENCE(401, "bad_token"),
    TAMPERED_COOKIE(401, "not_signed_in"),
    EXPIRED_COOKIE(401, "not_signed_in"),
    WRONG_ROLE_BY_KEY(403, "role_missing"),
    WRONG_ROLE_BY_TOKEN(403, "role_missing"),
    OTHER_CLIENT_BY_KEY(403, "other_client"),
    OTHER_CLIENT_BY_TOKEN(403, "other_client"),
    OTHER_CLIENT_BY_COOKIE(403, "other_client"),
    NO_CLIENT_CHOSEN(403, "no_client"),
    /** Real ids of another client in the path. */
    OTHERS_IDS(404, "not_found"),
    /** Straight to the service, past the gateway. */
    SERVICE_WITHOUT_TOKEN(401, "unauthenticated"),
    SERVICE_TAMPERED_TOKEN(401, "unauthenticated"),
    SERVICE_EXPIRED_TOKEN(401, "unauthenticated"),
    SERVICE_WRONG_AUDIENCE(401, "unauthenticated"),
    /** The control: rightly asked, it is answered, or the rest would mean nothing. */
    RIGHT_KEY(0, ""),
    RIGHT_TOKEN(0, ""),
    RIGHT_COOKIE(0, "");

    final int status;
    final String code;

    Column(int status, String code) {
      this.status = status;
      this.code = code;
    }

    boolean isControl() {
      return status == 0;
    }
  }

  /**
   * What the description says of an operation.
   *
   * @param role the lowest that may call it; empty where it does not say
   */
  record Operation(String method, String path, String role, boolean needsClient) {

    String name() {
      return method + " " + path;
    }

    boolean open() {
      return role.equals("none");
    }
  }

  /** Whether it says at all who may call it. */
  static boolean declared(Operation operation) {
    return operation.open() || ROLES.contains(operation.role());
  }

  record Answer(int status, String code, String text) {}

  /** One cell that is not as it must be. */
  record Finding(Column column, String operation, String what) {}

  private final Map<Column, Integer> tried = new EnumMap<>(Column.class);
  private final List<Finding> findings = new ArrayList<>();
  private int done;

  /** Empty where the answer is as it must be. */
  static String judge(Column column, Answer answer) {
    if (column.isControl()) {
      // A conflict, or a rule of the domain, is an answer too: the request came that far.
      boolean came =
          answer.status() < 500 && !Set.of(400, 401, 403, 404, 405, 415).contains(answer.status());
      return came ? "" : "rightly asked, yet " + describe(answer);
    }
    return answer.status() == column.status && answer.code().equals(column.code)
        ? ""
        : "must be %d %s, is %s".formatted(column.status, column.code, describe(answer));
  }

  private static String describe(Answer answer) {
    String text = answer.text();
    return answer.status()
        + " "
        + answer.code()
        + " "
        + text.substring(0, Math.min(text.length(), 200));
  }

  void record(Column column, Operation operation, Answer answer) {
    tried.merge(column, 1, Integer::sum);
    if (column.isControl() && answer.status() < 300) {
      done++;
    }
    String wrong = judge(column, answer);
    if (!wrong.isEmpty()) {
      findings.add(new Finding(column, operation.name(), wrong));
    }
  }

  void find(Column column, Operation operation, String what) {
    findings.add(new Finding(column, operation.name(), what));
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  int cells() {
    return tried.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Counts per column, for people. */
  String counts() {
    var line = new StringBuilder();
    tried.forEach(
        (column, count) -> line.append("%n    %-24s %4d".formatted(lower(column), count)));
    return "%d cells, %d not as expected; of the controls %d were done%s"
        .formatted(cells(), findings.size(), done, line);
  }

  private static String lower(Column column) {
    return column.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  /** Every path and method of a description. */
  static List<Operation> operations(JsonNode api) {
    var found = new TreeMap<String, Operation>();
    for (var path : api.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (Set.of("get", "put", "post", "delete", "patch").contains(method.getKey())) {
          var operation =
              new Operation(
                  method.getKey().toUpperCase(java.util.Locale.ROOT),
                  path.getKey(),
                  method.getValue().path("x-required-role").asString(""),
                  !method.getValue().path("x-client").asString("required").equals("optional"));
          found.put(operation.name(), operation);
        }
      }
    }
    return List.copyOf(found.values());
  }

  static HttpRequest.Builder request(String base, Operation operation, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(java.time.Duration.ofSeconds(60))
            .method(
                operation.method(),
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    return body == null ? request : request.header("Content-Type", "application/json");
  }
}
