package com.omnify.kit.event;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a listener could not digest, and what came after it for the same key. As long as a key has a
 * letter that is not replayed it is held: later records of it are parked, so that replay keeps
 * their order.
 */
final class DeadLetters {

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final Ids ids;
  private final String table;

  /** A row. The payload holds ids, enums and numbers only, as all events do. */
  record Letter(
      UUID id,
      @Nullable UUID clientId,
      String listener,
      String topic,
      int partition,
      long offset,
      String key,
      @Nullable String type,
      String payload,
      String state,
      @Nullable String error,
      int attempts,
      Instant createdAt,
      @Nullable Instant replayedAt) {}

  DeadLetters(Transactions transactions, JdbcClient jdbc, Ids ids, String service) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.ids = ids;
    this.table = service + "_dead_letters";
  }

  /** Those of the keys that are held for the listener. */
  Set<String> held(String listener, Collection<String> keys) {
    String sql =
        """
        SELECT DISTINCT key FROM %s
        WHERE listener = :listener AND state <> 'replayed' AND key = ANY (:keys)
        """;
    return transactions.readInBackground(
        () ->
            new HashSet<>(
                jdbc.sql(sql.formatted(table))
                    .param("listener", listener)
                    .param("keys", Pg.texts(keys))
                    .query(String.class)
                    .list()));
  }

  /** Keeps a record that failed; its key is held from now on. Repeating it changes nothing. */
  void bury(String listener, Incoming record, String error, int attempts) {
    transactions.inBackground(
        () -> {
          lock(listener, record.key());
          insert(listener, record, "dead", error, attempts);
        });
  }

  /**
   * Keeps a record behind the dead one of its key.
   *
   * @return false when the key is no longer held: the record's turn has come
   */
  boolean park(String listener, Incoming record) {
    return transactions.inBackground(
        () -> {
          lock(listener, record.key());
          if (oldest(listener, record.key()).isEmpty()) {
            return false;
          }
          insert(listener, record, "parked", null, 0);
          return true;
        });
  }

  /** All keys that are held for the listener. */
  Set<String> held(String listener) {
    String sql = "SELECT DISTINCT key FROM %s WHERE listener = :listener AND state <> 'replayed'";
    return transactions.readInBackground(
        () ->
            new HashSet<>(
                jdbc.sql(sql.formatted(table))
                    .param("listener", listener)
                    .query(String.class)
                    .list()));
  }

  /** The place behind all that were ever kept for the listener, where nothing else numbers them. */
  long nextOffset(String listener) {
    String sql = "SELECT coalesce(max(kafka_offset), 0) + 1 FROM %s WHERE listener = :listener";
    return transactions.inBackground(
        () ->
            jdbc.sql(sql.formatted(table)).param("listener", listener).query(Long.class).single());
  }

  /** The first in the order of its key that is not replayed. */
  Optional<Letter> next(String listener, String key) {
    return transactions.readInBackground(() -> oldest(listener, key));
  }

  void replayed(Letter letter, Instant realNow) {
    String sql =
        """
        UPDATE %s SET state = 'replayed', replayed_at = :now, attempts = attempts + 1 WHERE id = :id
        """;
    transactions.inBackground(
        () -> {
          // A listener that is about to park behind this one waits, and then finds its way free.
          lock(letter.listener(), letter.key());
          jdbc.sql(sql.formatted(table))
              .param("now", Pg.timestamp(realNow))
              .param("id", letter.id())
              .update();
        });
  }

  void failedAgain(Letter letter, String error) {
    String sql =
        """
        UPDATE %s SET state = 'dead', error = :error, attempts = attempts + 1 WHERE id = :id
        """;
    transactions.inBackground(
        () -> {
          jdbc.sql(sql.formatted(table)).param("error", error).param("id", letter.id()).update();
        });
  }

  /** One letter, if the client may see it; null means all clients. */
  Optional<Letter> find(@Nullable ClientId client, UUID id) {
    return seenBy(
        client,
        () ->
            jdbc.sql("SELECT * FROM %s WHERE id = :id".formatted(table))
                .param("id", id)
                .query(DeadLetters::letter)
                .optional());
  }

  /** The newest first, below an id. */
  List<Letter> list(
      @Nullable ClientId client,
      @Nullable String state,
      @Nullable String listener,
      @Nullable UUID before,
      int limit) {
    String sql =
        """
        SELECT * FROM %s
        WHERE (:state::text IS NULL OR state = :state)
          AND (:listener::text IS NULL OR listener = :listener)
          AND (:before::uuid IS NULL OR id < :before)
        ORDER BY id DESC LIMIT :limit
        """;
    return seenBy(
        client,
        () ->
            jdbc.sql(sql.formatted(table))
                .param("state", state)
                .param("listener", listener)
                .param("before", before)
                .param("limit", limit)
                .query(DeadLetters::letter)
                .list());
  }

  /** How many of a key wait. */
  int waiting(String listener, String key) {
    String sql =
        "SELECT count(*) FROM %s WHERE listener = :listener AND key = :key AND state <> 'replayed'";
    return transactions.readInBackground(
        () ->
            jdbc.sql(sql.formatted(table))
                .param("listener", listener)
                .param("key", key)
                .query(Integer.class)
                .single());
  }

  private <T> T seenBy(@Nullable ClientId client, java.util.function.Supplier<T> query) {
    return client == null
        ? transactions.readInBackground(query)
        : transactions.readInClient(client, query);
  }

  private void lock(String listener, String key) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
        .param(table + " " + listener + " " + key)
        .query((_, _) -> true)
        .single();
  }

  private Optional<Letter> oldest(String listener, String key) {
    String sql =
        """
        SELECT * FROM %s WHERE listener = :listener AND key = :key AND state <> 'replayed'
        ORDER BY kafka_partition, kafka_offset LIMIT 1
        """;
    return jdbc.sql(sql.formatted(table))
        .param("listener", listener)
        .param("key", key)
        .query(DeadLetters::letter)
        .optional();
  }

  private void insert(
      String listener, Incoming incoming, String state, @Nullable String error, int attempts) {
    String sql =
        """
        INSERT INTO %s (id, client_id, listener, topic, kafka_partition, kafka_offset, key, type, payload,
          state, error, attempts)
        VALUES (:id, :client, :listener, :topic, :partition, :offset, :key, :type, :payload,
          :state, :error, :attempts)
        ON CONFLICT (listener, topic, kafka_partition, kafka_offset) DO NOTHING
        """;
    ConsumerRecord<String, String> record = incoming.record();
    jdbc.sql(sql.formatted(table))
        .param("id", ids.next())
        .param("client", incoming.client())
        .param("listener", listener)
        .param("topic", record.topic())
        .param("partition", record.partition())
        .param("offset", record.offset())
        .param("key", incoming.key())
        .param("type", incoming.type())
        .param("payload", record.value().replace('\0', ' '))
        .param("state", state)
        .param("error", error)
        .param("attempts", attempts)
        .update();
  }

  private static Letter letter(ResultSet row, int n) throws SQLException {
    return new Letter(
        Pg.uuid(row, "id"),
        row.getObject("client_id", UUID.class),
        row.getString("listener"),
        row.getString("topic"),
        row.getInt("kafka_partition"),
        row.getLong("kafka_offset"),
        row.getString("key"),
        row.getString("type"),
        row.getString("payload"),
        row.getString("state"),
        row.getString("error"),
        row.getInt("attempts"),
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "replayed_at"));
  }
}
