package com.omnify.kit.event;

import com.omnify.kit.tenancy.Transactions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts what waits and forgets what is old, in a service's own tables. */
final class Housekeeping implements MeterBinder {

  private static final int AT_ONCE = 5_000;

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final String service;
  private final List<Rule> rules;
  private volatile Counts counts = new Counts(0, 0, 0, 0);

  private record Rule(String table, String old) {}

  private record Counts(long waiting, double oldestSeconds, long dead, long parked) {}

  Housekeeping(Transactions transactions, JdbcClient jdbc, String service) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.service = service;
    this.rules =
        List.of(
            new Rule("_idempotency_keys", "created_at < now() - interval '24 hours'"),
            // A day longer than the topics: a repeat cannot come later.
            new Rule("_inbox", "received_at < now() - interval '8 days'"),
            new Rule(
                "_dead_letters",
                "state = 'replayed' AND replayed_at < now() - interval '30 days'"));
  }

  /** Deletes a part of what is old; true when there may be more. */
  boolean forget() {
    boolean more = false;
    for (Rule rule : rules) {
      String table = service + rule.table();
      // ctid: deletes any part of the rows, so that no transaction is long.
      String sql =
          "DELETE FROM %s WHERE ctid IN (SELECT ctid FROM %s WHERE %s LIMIT %d)"
              .formatted(table, table, rule.old(), AT_ONCE);
      more |= transactions.inBackground(() -> jdbc.sql(sql).update()) == AT_ONCE;
    }
    return more;
  }

  boolean count() {
    String sql =
        """
        SELECT (SELECT count(*) FROM %1$s_outbox) AS waiting,
          (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM %1$s_outbox) AS oldest,
          (SELECT count(*) FROM %1$s_dead_letters WHERE state = 'dead') AS dead,
          (SELECT count(*) FROM %1$s_dead_letters WHERE state = 'parked') AS parked
        """;
    counts =
        transactions.readInBackground(
            () ->
                jdbc.sql(sql.formatted(service))
                    .query(
                        (row, n) ->
                            new Counts(
                                row.getLong("waiting"),
                                row.getDouble("oldest"),
                                row.getLong("dead"),
                                row.getLong("parked")))
                    .single());
    return false;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("omnify.outbox.depth", () -> counts.waiting())
        .description("Events that wait for Kafka")
        .register(registry);
    Gauge.builder("omnify.outbox.age", () -> counts.oldestSeconds())
        .description("Age of the oldest event that waits")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("omnify.dead.letters", () -> counts.dead())
        .description("Letters that wait for a person")
        .tag("state", "dead")
        .register(registry);
    Gauge.builder("omnify.dead.letters", () -> counts.parked())
        .description("Letters that wait for a person")
        .tag("state", "parked")
        .register(registry);
  }
}
