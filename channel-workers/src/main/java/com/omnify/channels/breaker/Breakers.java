package com.omnify.channels.breaker;

import com.omnify.channels.breaker.policy.Breaker;
import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Signal;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.db.Pg;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ProviderAccountId;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The breakers of all provider accounts, shared by all workers. Failures in a row are counted in
 * each process; that an account is open stands in a table, which everyone reads once a second. It
 * only ever keeps a request from being made: what is under way, or unknown, is none of its
 * business.
 */
@Component
public class Breakers {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Breakers.class);

  private static final String NOT_CLOSED =
      """
      SELECT client_id, account_id, state, trouble, code, level, until_at, since
      FROM provider_breakers WHERE state <> 'closed'
      """;

  private static final String MAKE =
      """
      INSERT INTO provider_breakers (client_id, account_id, state, level, until_at, since)
      VALUES (:client, :account, 'closed', 0, :now, :now) ON CONFLICT DO NOTHING
      """;

  private static final String LOCK =
      """
      SELECT client_id, account_id, state, trouble, code, level, until_at, since
      FROM provider_breakers WHERE client_id = :client AND account_id = :account FOR UPDATE
      """;

  private static final String CHANGE =
      """
      UPDATE provider_breakers SET state = :state, trouble = :trouble, code = :code, level = :level,
        until_at = :until, since = :since
      WHERE client_id = :client AND account_id = :account
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final RealClock clock;
  private final MeterRegistry metrics;
  private final Map<ProviderAccountId, Integer> failuresInARow = new ConcurrentHashMap<>();
  private final Set<ProviderAccountId> changing = ConcurrentHashMap.newKeySet();
  private volatile Map<ProviderAccountId, Breaker> notClosed = Map.of();

  Breakers(JdbcClient jdbc, Transactions transactions, RealClock clock, MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
    this.metrics = metrics;
    io.micrometer.core.instrument.Gauge.builder(
            "omnify.breakers.open", this, it -> it.notClosed.size())
        .description("Provider accounts that are left alone because they do not work")
        .register(metrics);
  }

  @Bean
  Loop breakersLoop() {
    return Loop.named("breakers").every(LOOK_EVERY).running(this::look);
  }

  /** What may go to the account now, as far as this process knows. */
  public Gate gate(ProviderAccountId account) {
    Breaker breaker = notClosed.get(account);
    return breaker == null ? new Gate.Free() : breaker.gate(clock.now());
  }

  /**
   * Asks for the one trial of all workers.
   *
   * @param request the longest that it may take, in real time
   */
  public boolean mayTry(ClientId client, ProviderAccountId account, Duration request) {
    return change(client, account, breaker -> breaker.trial(clock.now(), request)) != null;
  }

  /** Takes in how a request ended; a failure of its own is only logged. */
  public void heard(ClientId client, ProviderAccountId account, SendResult result) {
    try {
      switch (Signal.of(result)) {
        case Signal.Nothing _ -> {}
        case Signal.Works _ -> {
          failuresInARow.remove(account);
          Breaker known = notClosed.get(account);
          if (known != null && known.state() == Breaker.State.HALF_OPEN) {
            change(client, account, breaker -> breaker.works(clock.now()));
          }
        }
        case Signal.Fails failure -> {
          int inARow = failuresInARow.merge(account, 1, Integer::sum);
          Breaker known = notClosed.get(account);
          boolean breaks =
              known == null
                  ? Breaker.breaks(failure, inARow)
                  : known.state() == Breaker.State.HALF_OPEN;
          // Many fail at once; one of them need tell.
          if (breaks && changing.add(account)) {
            try {
              change(client, account, breaker -> breaker.broken(failure, clock.now()));
              failuresInARow.remove(account);
            } finally {
              changing.remove(account);
            }
          }
        }
      }
    } catch (RuntimeException e) {
      // The next failure tries again.
      log.warn("The state of provider account {} could not be changed", account, e);
    }
  }

  boolean look() {
    var found = new HashMap<ProviderAccountId, Breaker>();
    transactions.readInBackground(
        () ->
            jdbc.sql(NOT_CLOSED)
                .query(
                    (row, _) ->
                        found.put(Pg.id(row, "account_id", ProviderAccountId::new), breaker(row)))
                .list());
    synchronized (this) {
      notClosed = Map.copyOf(found);
    }
    return false;
  }

  /**
   * Changes a breaker for all workers.
   *
   * @return what it is now, null where nothing changed
   */
  private @Nullable Breaker change(
      ClientId client, ProviderAccountId account, UnaryOperator<Breaker> how) {
    record Change(Breaker now, boolean changed) {}
    Change change =
        transactions.inBackground(
            () -> {
              jdbc.sql(MAKE)
                  .param("client", client.value())
                  .param("account", account.value())
                  .param("now", Pg.timestamp(clock.now()))
                  .update();
              Breaker before =
                  jdbc.sql(LOCK)
                      .param("client", client.value())
                      .param("account", account.value())
                      .query((row, _) -> breaker(row))
                      .single();
              Breaker after = how.apply(before);
              if (!after.equals(before)) {
                Trouble trouble = after.trouble();
                jdbc.sql(CHANGE)
                    .param("state", after.state().wire())
                    .param("trouble", trouble == null ? null : trouble.wire())
                    .param("code", after.code())
                    .param("level", after.level())
                    .param("until", Pg.timestamp(after.until()))
                    .param("since", Pg.timestamp(after.since()))
                    .param("client", client.value())
                    .param("account", account.value())
                    .update();
              }
              return new Change(after, !after.equals(before));
            });
    remember(account, change.now());
    if (!change.changed()) {
      return null;
    }
    Breaker now = change.now();
    Trouble trouble = now.trouble();
    if (now.state() == Breaker.State.OPEN && trouble != null) {
      metrics.counter("omnify.breaker.opened", "trouble", trouble.wire()).increment();
      log.warn(
          "Provider account {} of client {} is left alone until {}: {} ({})",
          account,
          client,
          now.until(),
          trouble.wire(),
          now.code());
    } else if (now.state() == Breaker.State.CLOSED) {
      log.info("Provider account {} of client {} works again", account, client);
    }
    return now;
  }

  private synchronized void remember(ProviderAccountId account, Breaker breaker) {
    var next = new HashMap<>(notClosed);
    if (breaker.state() == Breaker.State.CLOSED) {
      next.remove(account);
    } else {
      next.put(account, breaker);
    }
    notClosed = Map.copyOf(next);
  }

  /** A breaker from a row that has its columns under their own names. */
  public static Breaker breaker(ResultSet row) throws SQLException {
    String trouble = row.getString("trouble");
    return new Breaker(
        WireEnum.parse(Breaker.State.class, row.getString("state")),
        trouble == null ? null : WireEnum.parse(Trouble.class, trouble),
        row.getString("code"),
        row.getInt("level"),
        Pg.instant(row, "until_at"),
        Pg.instant(row, "since"));
  }
}
