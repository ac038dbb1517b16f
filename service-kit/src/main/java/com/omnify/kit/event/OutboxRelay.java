package com.omnify.kit.event;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Moves rows of the outbox to Kafka. One instance of a service does it at a time, by an advisory
 * lock that lives as long as the transaction; a row is deleted after its acknowledgement. A crash
 * between the two sends it again, in the same order. An event that Kafka will never take, because
 * it is too large, becomes a dead letter of the outbox; later ones of its key are parked behind it
 * until it is replayed, and all others go on.
 */
final class OutboxRelay implements MeterBinder, Replayable {

  static final int BATCH = 500;
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final Sender sender;
  private final DeadLetters deadLetters;
  private final String service;
  private final AtomicLong relayed = new AtomicLong();
  private final AtomicLong buried = new AtomicLong();

  /** Where rows go. */
  @FunctionalInterface
  interface Sender {
    Future<RecordMetadata> send(String topic, String key, String type, String payload);
  }

  private record Row(UUID id, String topic, String key, String type, String payload) {}

  private record Result(boolean full, int failed, @Nullable Throwable failure) {}

  OutboxRelay(
      Transactions transactions,
      JdbcClient jdbc,
      Sender sender,
      DeadLetters deadLetters,
      String service) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.sender = sender;
    this.deadLetters = deadLetters;
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
    var done = new ArrayList<UUID>(BATCH);
    List<Row> found = next();
    Set<String> held = new HashSet<>(deadLetters.held(name()));
    var rows = new ArrayList<Row>(found.size());
    var sent = new ArrayList<Future<RecordMetadata>>(found.size());
    Throwable failure = null;
    for (Row row : found) {
      if (held.contains(row.key())) {
        if (deadLetters.park(name(), letter(row))) {
          done.add(row.id());
          continue;
        }
        held.remove(row.key());
      }
      try {
        Future<RecordMetadata> one = sender.send(row.topic(), row.key(), row.type(), row.payload());
        if (one.state() == Future.State.FAILED && tooLarge(one.exceptionNow())) {
          bury(row, one.exceptionNow());
          held.add(row.key());
          done.add(row.id());
          continue;
        }
        rows.add(row);
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
    int acknowledged = 0;
    var behind = new HashSet<String>();
    for (int n = 0; n < sent.size(); n++) {
      Row row = rows.get(n);
      try {
        sent.get(n).get();
        // What follows a failed one of its key is sent again after it, whether or not it arrived.
        if (!behind.contains(row.key())) {
          done.add(row.id());
          acknowledged++;
        }
      } catch (ExecutionException e) {
        if (!behind.contains(row.key()) && tooLarge(e.getCause())) {
          // The broker's limit is the smaller one. What followed it has arrived already.
          bury(row, e.getCause());
          done.add(row.id());
          continue;
        }
        behind.add(row.key());
        failure = e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = e;
        break;
      }
    }
    delete(done);
    relayed.addAndGet(acknowledged);
    return new Result(found.size() == BATCH, found.size() - done.size(), failure);
  }

  private static boolean tooLarge(@Nullable Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof RecordBatchTooLargeException;
  }

  private void bury(Row row, @Nullable Throwable failure) {
    deadLetters.bury(
        name(), letter(row), failure == null ? "too large" : Failures.text(failure), 1);
    buried.incrementAndGet();
    log.error(
        "ALARM: the event {} of type {} on {} is too large for Kafka: a dead letter of the outbox, and later ones of"
            + " its key wait behind it",
        row.id(),
        row.type(),
        row.topic());
  }

  /** As a record of no partition, in the order of being kept: this relay is the only one now. */
  private Incoming letter(Row row) {
    return Incoming.unreadable(
        new ConsumerRecord<>(
            row.topic(), -1, deadLetters.nextOffset(name()), row.key(), row.payload()),
        row.type(),
        "");
  }

  @Override
  public String name() {
    return service + ".outbox";
  }

  @Override
  public void again(DeadLetters.Letter letter) {
    try {
      sender
          .send(
              letter.topic(),
              letter.key(),
              letter.type() == null ? "" : letter.type(),
              letter.payload())
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take it", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TryAgainLater("interrupted", e);
    }
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
    FunctionCounter.builder("omnify.outbox.dead", buried, AtomicLong::doubleValue)
        .description("Events that are too large for Kafka")
        .register(registry);
  }
}
