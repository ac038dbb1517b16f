package com.omnify.kit.web;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The keys of requests that were, or are being, done. */
final class IdempotencyKeys {

  /** Who acts for no client (the platform) has its keys under this one. */
  private static final ClientId NOBODY = new ClientId(new UUID(0, 0));

  /** A request that is under way for longer than this has died. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final String CARRIED_OUT = "{\"carried_out\": true}";

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final String table;

  record Key(ClientId client, String text) {
    Key(@Nullable ClientId client, String text) {
      this.client = client == null ? NOBODY : client;
      this.text = text;
    }
  }

  sealed interface Beginning permits Begun, Answered, Refused {}

  /** The first: go ahead. */
  record Begun() implements Beginning {}

  /** Done before: this was the answer. */
  record Answered(int status, Map<String, String> headers, String body) implements Beginning {}

  /** Neither to be done nor answered. */
  record Refused(Problem problem) implements Beginning {}

  private record Row(
      byte[] hash,
      @Nullable Integer status,
      @Nullable String headers,
      @Nullable String body,
      boolean stale) {}

  IdempotencyKeys(Transactions transactions, JdbcClient jdbc, String service) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.table = service + "_idempotency_keys";
  }

  Beginning begin(Key key, byte[] hash) {
    return transactions.inClient(key.client(), () -> beginning(key, hash));
  }

  private Beginning beginning(Key key, byte[] hash) {
    String insert =
        """
        INSERT INTO %s (client_id, key, request_hash) VALUES (:client, :key, :hash)
        ON CONFLICT DO NOTHING
        """;
    int inserted =
        jdbc.sql(insert.formatted(table))
            .param("client", key.client().value())
            .param("key", key.text())
            .param("hash", hash)
            .update();
    if (inserted == 1) {
      return new Begun();
    }
    String select =
        """
        SELECT request_hash, status, headers, body,
          created_at < clock_timestamp() - make_interval(secs => :lease) AS stale
        FROM %s WHERE client_id = :client AND key = :key FOR UPDATE
        """;
    Row row =
        jdbc.sql(select.formatted(table))
            .param("lease", LEASE.toSeconds())
            .param("client", key.client().value())
            .param("key", key.text())
            .query(
                (r, n) ->
                    new Row(
                        r.getBytes("request_hash"),
                        r.getObject("status", Integer.class),
                        r.getString("headers"),
                        r.getString("body"),
                        r.getBoolean("stale")))
            .optional()
            .orElse(null);
    if (row == null) {
      // The first one failed between the two statements and took its key with it.
      return new Refused(underWay());
    }
    if (!MessageDigest.isEqual(row.hash(), hash)) {
      return new Refused(
          Problem.unprocessable(
              "idempotency_key_reused",
              "This Idempotency-Key was used for another request.",
              "Send a fresh key for a new request; repeat a request exactly to get its answer."));
    }
    if (row.status() != null) {
      return new Answered(
          row.status(), headers(row.headers()), row.body() == null ? "" : row.body());
    }
    if (!row.stale()) {
      return new Refused(underWay());
    }
    if (row.headers() != null) {
      return new Refused(
          Problem.of(
              HttpStatus.CONFLICT,
              "answer_lost",
              "The first request with this key was carried out, but its answer was lost.",
              "Look for what it created; do not send it again under another key."));
    }
    // It died before it did anything: this one takes its place.
    jdbc.sql(
            "UPDATE %s SET created_at = clock_timestamp() WHERE client_id = :client AND key = :key"
                .formatted(table))
        .param("client", key.client().value())
        .param("key", key.text())
        .update();
    return new Begun();
  }

  private static Problem underWay() {
    return Problem.conflict(
        "request_under_way",
        "The first request with this Idempotency-Key is still under way.",
        "Wait a moment and send the same request again: you will get its answer.");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> headers(@Nullable String json) {
    return json == null ? Map.of() : Pg.read(json, Map.class);
  }

  /** Within a transaction of the request itself. */
  void markCarriedOut(Key key, JdbcClient sameTransaction) {
    sameTransaction
        .sql(
            "UPDATE %s SET headers = :mark WHERE client_id = :client AND key = :key AND status IS NULL"
                .formatted(table))
        .param("mark", Pg.rawJsonb(CARRIED_OUT))
        .param("client", key.client().value())
        .param("key", key.text())
        .update();
  }

  /** Keeps the answer if anything was done; otherwise the key is free again. */
  void end(Key key, int status, Map<String, String> headers, String body) {
    if (status >= 400) {
      abandon(key);
    }
    String sql =
        """
        UPDATE %s SET status = :status, headers = :headers, body = :body
        WHERE client_id = :client AND key = :key AND status IS NULL
        """;
    transactions.inClient(
        key.client(),
        () -> {
          jdbc.sql(sql.formatted(table))
              .param("status", status)
              .param("headers", Pg.jsonb(headers))
              .param("body", body)
              .param("client", key.client().value())
              .param("key", key.text())
              .update();
        });
  }

  /** Frees the key unless something was committed under it. */
  void abandon(Key key) {
    String sql =
        "DELETE FROM %s WHERE client_id = :client AND key = :key AND status IS NULL AND headers IS NULL";
    transactions.inClient(
        key.client(),
        () -> {
          jdbc.sql(sql.formatted(table))
              .param("client", key.client().value())
              .param("key", key.text())
              .update();
        });
  }
}
