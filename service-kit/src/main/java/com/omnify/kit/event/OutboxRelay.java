package com.omnify.kit.event;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Moves rows of the outbox to Kafka. One instance of a service does it at a time, by an advisory
 * lock that lives as long as the transaction; a row is deleted after its acknowledgement. A crash
 * between the two sends it again, in the same order.
 */
final class OutboxRelay implements MeterBinder {

  static final int BATCH = 500;

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final Sender sender;
  private final String service;
  private final AtomicLong relayed = new AtomicLong();

  /** Where rows go. */
  @FunctionalInterface
  interface Sender {
    Future<RecordMetadata> send(String topic, String key, String type, String payload);
  }

  private record Row(UUID id, String topic, String key, String type, String payload) {}

  private record Result(boolean full, int failed, @Nullable Throwable failure) {}

  OutboxRelay(Transactions transactions, JdbcClient jdbc, Sender sender, String service) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.sender = sender;
    this.service = service;
  }

  /** Relays one batch; true when there may be more. */
  boolean relay() {
    Result result = transactions.inBackground(this::batch);
    if (result.failure() != null) {
      throw new IllegalStateException(
          result.failed() + " events wait in the outbox: Kafka did not take them",
          result.failure());
    }
    return result.full();
  }

  private Result batch() {
    if (!alone()) {
      return new Result(false, 0, null);
    }
    List<Row> rows = next();
    var sent = new ArrayList<Future<RecordMetadata>>(rows.size());
    Throwable failure = null;
    for (Row row : rows) {
      try {
        Future<RecordMetadata> one = sender.send(row.topic(), row.key(), row.type(), row.payload());
        sent.add(one);
        if (one.state() == Future.State.FAILED && one.exceptionNow() instanceof TimeoutException) {
          // The call itself waited for a broker in vain, for seconds: the others of the batch wait
          // for the next round, and this transaction does not stay open for minutes.
          break;
        }
      } catch (RuntimeException e) {
        failure = e;
        break;
      }
    }
    var done = new ArrayList<UUID>(rows.size());
    var behind = new HashSet<String>();
    for (int n = 0; n < sent.size(); n++) {
      Row row = rows.get(n);
      try {
        sent.get(n).get();
        // What follows a failed one of its key is sent again after it, whether or not it arrived.
        if (!behind.contains(row.key())) {
          done.add(row.id());
        }
      } catch (ExecutionException e) {
        behind.add(row.key());
        failure = e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = e;
        break;
      }
    }
    delete(done);
    relayed.addAndGet(done.size());
    return new Result(rows.size() == BATCH, rows.size() - done.size(), failure);
  }

  private boolean alone() {
    return jdbc.sql("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))")
        .param("omnify outbox " + service)
        .query(Boolean.class)
        .single();
  }

  private List<Row> next() {
    String sql =
        """
        SELECT id, topic, key, type, payload FROM %s_outbox ORDER BY id LIMIT %d
        """;
    return jdbc.sql(sql.formatted(service, BATCH))
        .query(
            (row, n) ->
                new Row(
                    Pg.uuid(row, "id"),
                    row.getString("topic"),
                    row.getString("key"),
                    row.getString("type"),
                    row.getString("payload")))
        .list();
  }

  private void delete(List<UUID> ids) {
    if (!ids.isEmpty()) {
      jdbc.sql("DELETE FROM %s_outbox WHERE id = ANY (:ids)".formatted(service))
          .param("ids", Pg.rawUuids(ids))
          .update();
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("omnify.outbox.relayed", relayed, AtomicLong::doubleValue)
        .description("Events that Kafka acknowledged")
        .register(registry);
  }
}
