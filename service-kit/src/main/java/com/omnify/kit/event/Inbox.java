package com.omnify.kit.event;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.EventId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Remembers, with the running transaction, which events a listener has taken in: for work whose
 * repetition would be seen, such as counting. Kept 8 days, a day longer than the topics.
 */
public final class Inbox {

  private final JdbcClient jdbc;
  private final String insert;

  Inbox(JdbcClient jdbc, String service) {
    this.jdbc = jdbc;
    this.insert =
        """
        INSERT INTO %s_inbox (listener, event_id)
        SELECT DISTINCT :listener, id FROM unnest(:ids) AS id ORDER BY id
        ON CONFLICT DO NOTHING
        RETURNING event_id
        """
            .formatted(service);
  }

  /** True the first time; false for a repeat. */
  public boolean firstTime(String listener, EventId event) {
    return !firstTimes(listener, List.of(event)).isEmpty();
  }

  /** Those of the events that the listener has not taken in before, in one statement. */
  public Set<EventId> firstTimes(String listener, Collection<EventId> events) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("the inbox belongs to the transaction of the event's work");
    }
    if (events.isEmpty()) {
      return Set.of();
    }
    return jdbc
        .sql(insert)
        .param("listener", listener)
        .param("ids", Pg.uuids(events))
        .query(UUID.class)
        .list()
        .stream()
        .map(EventId::new)
        .collect(Collectors.toUnmodifiableSet());
  }
}
