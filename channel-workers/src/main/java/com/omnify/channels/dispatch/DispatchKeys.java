package com.omnify.channels.dispatch;

import com.omnify.kit.db.Pg;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * The keys of a batch as parameters. An update of a batch states them twice: joined with what is to
 * be written, and as {@link #AMONG}, which leaves the planner no choice but the primary key of the
 * few partitions that the batch lies in. Without statistics, as in each day's young partition, it
 * would believe that hardly any row stands READY and walk through all of them.
 */
public final class DispatchKeys {

  /** A condition on {@code d}: among the keys {@code :clients}, {@code :ids}. */
  public static final String AMONG =
      """
      d.id BETWEEN :lowest AND :highest AND d.id = ANY (:ids) AND d.client_id = ANY (:clients)
      """;

  /** As PostgreSQL sorts UUIDs; Java compares their halves as signed numbers. */
  private static final Comparator<UUID> UNSIGNED = Comparator.comparing(UUID::toString);

  private DispatchKeys() {}

  /** Sets {@code :clients}, {@code :ids}, {@code :lowest} and {@code :highest}. */
  public static StatementSpec bind(StatementSpec statement, Collection<DispatchKey> keys) {
    List<UUID> ids = keys.stream().map(key -> key.id().value()).toList();
    return statement
        .param("clients", Pg.uuids(keys.stream().map(DispatchKey::client).toList()))
        .param("ids", Pg.rawUuids(ids))
        .param("lowest", ids.stream().min(UNSIGNED).orElseThrow())
        .param("highest", ids.stream().max(UNSIGNED).orElseThrow());
  }
}
