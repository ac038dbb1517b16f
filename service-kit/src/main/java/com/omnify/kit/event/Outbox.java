package com.omnify.kit.event;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.model.event.Event;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Events leave with the commit of the transaction that published them, at least once, in the order
 * of publishing for each key.
 */
public final class Outbox {

  private final JdbcClient jdbc;
  private final Ids ids;
  private final EventJson json;
  private final String insert;
  private final TransactionSynchronization wakeRelay;

  Outbox(JdbcClient jdbc, Ids ids, EventJson json, String service, Runnable wakeRelay) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.json = json;
    this.insert =
        """
        INSERT INTO %s_outbox (id, client_id, topic, key, type, payload)
        SELECT * FROM unnest(:ids, :clients, :topics, :keys, :types, :payloads)
        """
            .formatted(service);
    this.wakeRelay =
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            wakeRelay.run();
          }
        };
  }

  /** Publishes with the running transaction. */
  public void publish(Event event) {
    publish(List.of(event));
  }

  /** Publishes with the running transaction; one statement whatever their number. */
  public void publish(List<? extends Event> events) {
    if (events.isEmpty()) {
      return;
    }
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException(
          "an event is published within a transaction, or it could lie");
    }
    List<UUID> rowIds = Stream.generate(ids::next).limit(events.size()).toList();
    jdbc.sql(insert)
        .param("ids", Pg.rawUuids(rowIds))
        .param("clients", Pg.uuids(events.stream().map(Event::clientId).toList()))
        .param("topics", Pg.texts(events.stream().map(e -> e.topic().topicName()).toList()))
        .param("keys", Pg.texts(events.stream().map(Event::key).toList()))
        .param("types", Pg.texts(events.stream().map(EventTypes::of).toList()))
        .param("payloads", Pg.texts(events.stream().map(json::write).toList()))
        .update();
    // The same object however often: the set of synchronizations keeps one.
    TransactionSynchronizationManager.registerSynchronization(wakeRelay);
  }
}
