package com.omnify.channels.sweep;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.admit.RateLeases;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.reconcile.Reconciler;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.sms.OneShotHttp;
import com.omnify.channels.worker.DispatchQueue;
import com.omnify.kit.db.Pg;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.UuidV7;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks for what was left behind: READY rows whose doorbell was lost, SENDING rows whose worker
 * died, UNKNOWN ones that are due for a question. States stand in no index, as that would cost
 * every change of state; instead the scan begins at the oldest dispatch that is still open.
 */
@Component
class Sweeper {

  private static final int MOST = 1_000;

  /**
   * How far back the first look after a start goes. A fleet that was off for long still finds what
   * it left open: nobody else ever takes it out of its state.
   */
  private static final Duration HORIZON = Duration.ofDays(30);

  /** Ids of other processes may be a little older than those already seen. */
  private static final Duration DISORDER = Duration.ofMinutes(10);

  /** A request that began at its deadline has ended by then. */
  private static final Duration REQUEST_ENDS = OneShotHttp.READ_TIMEOUT.plusSeconds(2);

  /** An idle worker need not wait until a row is stale. */
  private static final Duration FRESH = Duration.ofSeconds(3);

  private static final String LEFT_BEHIND =
      """
      SELECT client_id, id, state, created_at FROM dispatches
      WHERE id >= :floor AND channel = 'sms'
        AND (state = 'ready' AND created_at < now() - make_interval(secs => :age)
          OR state = 'sending' AND post_deadline < now() - make_interval(secs => :ends)
          OR state = 'unknown' AND next_check_at <= now())
      ORDER BY id LIMIT :most
      """;

  private static final String OLDEST_OPEN =
      """
      SELECT id FROM dispatches
      WHERE id >= :floor AND state IN ('ready', 'sending', 'unknown') ORDER BY id LIMIT 1
      """;

  private static final String UNKNOWN_NOW =
      """
      SELECT count(*) AS n, coalesce(extract(epoch FROM now() - min(unknown_since)), 0) AS oldest
      FROM dispatches WHERE id >= :floor AND state = 'unknown'
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final DispatchQueue queue;
  private final DispatchStates states;
  private final Reconciler reconciler;
  private final RateLeases rates;
  private final RealClock clock;
  private final ChannelSettings settings;
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong oldestUnknownSeconds = new AtomicLong();
  private @Nullable UUID oldestOpen;
  private Instant nextHousekeeping = Instant.MIN;

  Sweeper(
      JdbcClient jdbc,
      Transactions transactions,
      DispatchQueue queue,
      DispatchStates states,
      Reconciler reconciler,
      RateLeases rates,
      RealClock clock,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.queue = queue;
    this.states = states;
    this.reconciler = reconciler;
    this.rates = rates;
    this.clock = clock;
    this.settings = settings;
    Gauge.builder("omnify.unknown.count", unknown, AtomicLong::get)
        .description("Dispatches of which only the provider knows")
        .register(metrics);
    Gauge.builder("omnify.unknown.oldest", oldestUnknownSeconds, AtomicLong::get)
        .baseUnit("seconds")
        .register(metrics);
  }

  @Bean
  Loop sweeperLoop() {
    return Loop.named("sweeper").every(settings.sweepEvery()).running(this::sweep);
  }

  private record Left(DispatchKey key, DispatchState state) {}

  /** One look; true when there was more than fits into one. */
  boolean sweep() {
    UUID floor = floor();
    Duration age = queue.idle() ? least(FRESH, settings.staleAfter()) : settings.staleAfter();
    List<Left> left = transactions.readInBackground(() -> leftBehind(floor, age));
    var overdue = new ArrayList<Outcome>();
    var toAsk = new ArrayList<DispatchKey>();
    for (Left one : left) {
      switch (one.state()) {
        case READY -> queue.offer(one.key());
        case SENDING ->
            overdue.add(
                Outcome.unknown(one.key(), "no_result", "The worker ended before it knew more"));
        case UNKNOWN -> toAsk.add(one.key());
        case ACCEPTED, REJECTED, NOT_SENT, QUARANTINED, CANCELLED, EXPIRED, GIVEN_BACK -> {}
      }
    }
    if (!overdue.isEmpty()) {
      transactions.inBackground(() -> states.finish(overdue));
    }
    reconciler.check(toAsk);
    housekeep(floor);
    return !overdue.isEmpty() && left.size() == MOST;
  }

  private UUID floor() {
    Instant now = clock.now();
    UUID horizon = UuidV7.floor(now.minus(HORIZON));
    UUID oldest = oldestOpen;
    if (oldest == null) {
      return horizon;
    }
    Instant from = UuidV7.timeOf(oldest).minus(DISORDER);
    return from.isBefore(now.minus(HORIZON)) ? horizon : UuidV7.floor(from);
  }

  private void housekeep(UUID floor) {
    Instant now = clock.now();
    if (now.isBefore(nextHousekeeping)) {
      return;
    }
    nextHousekeeping = now.plusSeconds(15);
    transactions.readInBackground(
        () -> {
          oldestOpen =
              jdbc.sql(OLDEST_OPEN)
                  .param("floor", floor)
                  .query(UUID.class)
                  .optional()
                  .orElse(UuidV7.floor(now));
          jdbc.sql(UNKNOWN_NOW)
              .param("floor", floor)
              .query(
                  (row, _) -> {
                    unknown.set(row.getLong("n"));
                    oldestUnknownSeconds.set(row.getLong("oldest"));
                    return row;
                  })
              .list();
          return null;
        });
    rates.forgetPast();
  }

  private List<Left> leftBehind(UUID floor, Duration age) {
    return jdbc.sql(LEFT_BEHIND)
        .param("floor", floor)
        .param("age", age.toMillis() / 1000.0)
        .param("ends", (double) REQUEST_ENDS.toSeconds())
        .param("most", MOST)
        .query(
            (row, _) ->
                new Left(
                    new DispatchKey(
                        Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new)),
                    WireEnum.parse(DispatchState.class, row.getString("state"))))
        .list();
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
