package com.omnify.channels.sweep;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.admit.RateLeases;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.channels.reconcile.Reconciler;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.channels.worker.Lanes;
import com.omnify.kit.db.Pg;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.UuidV7;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * Looks for what was left behind: READY rows whose doorbell was lost, SENDING rows whose worker
 * died, UNKNOWN ones that are due for a question.
 *
 * <p>States stand in no index, as that would cost every change of state. Instead it reads the young
 * ones, those of the last half minute, and remembers which of them were not finished when they grew
 * older: those it looks up by their keys. So a look costs what is young and what is open, not what
 * there is. After a start it reads back through the days, a slice a round, until it has seen all
 * that may have been left open; and now and then it reads the last while again, for rows that were
 * committed late.
 */
@Component
class Sweeper {

  private static final int MOST = 1_000;

  /** As many are remembered. While there are more, the others wait in the table to be read. */
  private static final int MOST_REMEMBERED = 20_000;

  /** Older ones are remembered, or finished. */
  private static final Duration YOUNG = Duration.ofSeconds(30);

  /** A slice of the first look back, and how far back it goes: nobody else would find them. */
  private static final Duration SLICE = Duration.ofDays(1);

  private static final int SLICES = 30;

  /** Rows are seldom committed so late, or their ids made by a clock that is so wrong. */
  private static final Duration DISORDER = Duration.ofMinutes(15);

  private static final Duration DISORDER_EVERY = Duration.ofMinutes(5);

  /** A request that began at its deadline has ended so long after the longest that it may take. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** An idle worker need not wait until a row is stale. */
  private static final Duration FRESH = Duration.ofSeconds(3);

  private static final String OPEN =
      """
      d.client_id, d.id, d.channel, d.state, d.unknown_since,
        CASE d.state WHEN 'ready' THEN d.created_at < now() - make_interval(secs => :age)
          WHEN 'unknown' THEN d.next_check_at <= now() END AS due,
        extract(epoch FROM now() - d.post_deadline) AS past_deadline
      """;

  // One walk through the primary key for each client: no index has the ids alone.
  private static final String BETWEEN =
      """
      SELECT %s FROM clients c CROSS JOIN LATERAL (
        SELECT * FROM dispatches
        WHERE client_id = c.id AND id >= :from AND id < :to AND channel = ANY (:channels)
          AND state IN ('ready', 'sending', 'unknown') OFFSET 0) d
      ORDER BY d.id LIMIT :most
      """
          .formatted(OPEN);

  private static final String REMEMBERED =
      """
      SELECT %s FROM dispatches d
      WHERE %s AND d.channel = ANY (:channels) AND d.state IN ('ready', 'sending', 'unknown')
      """
          .formatted(OPEN, DispatchKeys.AMONG);

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final Lanes lanes;
  private final ChannelSenders senders;
  private final DispatchStates states;
  private final Reconciler reconciler;
  private final RateLeases rates;
  private final RealClock clock;
  private final ChannelSettings settings;
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong oldestUnknownSeconds = new AtomicLong();

  /** Open and not young any more, with since when they are UNKNOWN; next to be looked up first. */
  private final Map<DispatchKey, Optional<Instant>> remembered = new LinkedHashMap<>();

  /** Still to be read back through, the latest first. */
  private final Deque<Slice> slices = new ArrayDeque<>();

  /** What is open before it is remembered, or lies in a slice. */
  private @Nullable UUID seenUpTo;

  private Instant nextDisorder = Instant.MIN;
  private Instant nextHousekeeping = Instant.MIN;

  Sweeper(
      JdbcClient jdbc,
      Transactions transactions,
      Lanes lanes,
      ChannelSenders senders,
      DispatchStates states,
      Reconciler reconciler,
      RateLeases rates,
      RealClock clock,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.lanes = lanes;
    this.senders = senders;
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

  /** Ids from one on to another, which is left out. */
  private record Slice(UUID from, UUID to) {}

  /**
   * Not finished.
   *
   * @param unknownSince null where it is not UNKNOWN
   * @param due to be dealt with now
   */
  private record Left(
      DispatchKey key,
      Channel channel,
      DispatchState state,
      @Nullable Instant unknownSince,
      boolean due) {}

  /** One look; true when there is more to read at once. */
  boolean sweep() {
    Instant now = clock.now();
    UUID from = plan(now);
    var left = new ArrayList<Left>();
    boolean more = readYoung(from, now, left);
    var youngUnknown = left.stream().map(Left::unknownSince).filter(Objects::nonNull).toList();
    lookUpRemembered(left);
    more |= readSlice(left);
    deal(left);
    count(youngUnknown, now);
    if (!now.isBefore(nextHousekeeping)) {
      nextHousekeeping = now.plusSeconds(15);
      rates.forgetPast();
    }
    return more;
  }

  private UUID plan(Instant now) {
    UUID from = seenUpTo;
    if (from == null) {
      from = UuidV7.floor(now.minus(DISORDER));
      UUID end = from;
      for (int n = 1; n <= SLICES; n++) {
        UUID begin = UuidV7.floor(now.minus(SLICE.multipliedBy(n)));
        slices.addLast(new Slice(begin, end));
        end = begin;
      }
      seenUpTo = from;
      nextDisorder = now.plus(DISORDER_EVERY);
    } else if (!now.isBefore(nextDisorder)) {
      nextDisorder = now.plus(DISORDER_EVERY);
      slices.addFirst(new Slice(UuidV7.floor(UuidV7.timeOf(from).minus(DISORDER)), from));
    }
    return from;
  }

  /** Reads the young ones and remembers those that are not young any more. */
  private boolean readYoung(UUID from, Instant now, List<Left> left) {
    Instant young = now.minus(YOUNG);
    List<Left> read = read(new Slice(from, UuidV7.floor(now.plus(SLICE))));
    left.addAll(read);
    boolean all = read.size() < MOST;
    UUID reached = all ? UuidV7.floor(young) : read.getLast().key().id().value();
    for (Left one : read) {
      UUID id = one.key().id().value();
      if (!UuidV7.timeOf(id).isBefore(young)) {
        reached = UuidV7.floor(young);
        break;
      }
      if (!remember(one)) {
        seenUpTo = id;
        return false;
      }
    }
    if (UuidV7.timeOf(reached).isAfter(UuidV7.timeOf(from))) {
      seenUpTo = reached;
    }
    return !all;
  }

  private void lookUpRemembered(List<Left> left) {
    List<DispatchKey> keys = remembered.keySet().stream().limit(MOST).toList();
    if (keys.isEmpty()) {
      return;
    }
    List<Left> open =
        transactions.readInBackground(
            () ->
                bind(DispatchKeys.bind(jdbc.sql(REMEMBERED), keys))
                    .query((row, _) -> left(row))
                    .list());
    // The finished ones are forgotten; the others are looked up again when all had their turn.
    keys.forEach(remembered::remove);
    open.forEach(this::remember);
    left.addAll(open);
  }

  private boolean readSlice(List<Left> left) {
    Slice slice = slices.pollFirst();
    if (slice == null) {
      return false;
    }
    List<Left> read;
    try {
      read = read(slice);
    } catch (RuntimeException e) {
      slices.addFirst(slice);
      throw e;
    }
    left.addAll(read);
    for (Left one : read) {
      if (!remember(one)) {
        slices.addFirst(new Slice(one.key().id().value(), slice.to()));
        return false;
      }
    }
    if (read.size() == MOST) {
      slices.addFirst(new Slice(read.getLast().key().id().value(), slice.to()));
    }
    return !slices.isEmpty();
  }

  /** False where there are too many. */
  private boolean remember(Left one) {
    if (remembered.size() >= MOST_REMEMBERED && !remembered.containsKey(one.key())) {
      return false;
    }
    remembered.put(one.key(), Optional.ofNullable(one.unknownSince()));
    return true;
  }

  private void deal(List<Left> left) {
    var overdue = new ArrayList<Outcome>();
    var toAsk = new LinkedHashSet<DispatchKey>();
    for (Left one : left) {
      if (!one.due()) {
        continue;
      }
      switch (one.state()) {
        case READY -> lanes.offer(one.channel(), one.key());
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
    reconciler.check(List.copyOf(toAsk));
  }

  private void count(List<Instant> youngUnknown, Instant now) {
    var all = new ArrayList<>(youngUnknown);
    remembered.values().forEach(since -> since.ifPresent(all::add));
    unknown.set(all.size());
    oldestUnknownSeconds.set(
        all.stream()
            .min(Comparator.naturalOrder())
            .map(since -> Math.max(0, Duration.between(since, now).toSeconds()))
            .orElse(0L));
  }

  private List<Left> read(Slice slice) {
    return transactions.readInBackground(
        () ->
            bind(jdbc.sql(BETWEEN))
                .param("from", slice.from())
                .param("to", slice.to())
                .param("most", MOST)
                .query((row, _) -> left(row))
                .list());
  }

  private StatementSpec bind(StatementSpec statement) {
    Duration age = lanes.idle() ? least(FRESH, settings.staleAfter()) : settings.staleAfter();
    return statement
        .param("age", age.toMillis() / 1000.0)
        .param("channels", Pg.wires(senders.channels()));
  }

  private Left left(ResultSet row) throws SQLException {
    var state = WireEnum.parse(DispatchState.class, row.getString("state"));
    var channel = WireEnum.parse(Channel.class, row.getString("channel"));
    boolean due =
        state == DispatchState.SENDING
            ? row.getDouble("past_deadline")
                > senders.of(channel).longestRequest().plus(GRACE).toSeconds()
            : row.getBoolean("due");
    return new Left(
        new DispatchKey(Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new)),
        channel,
        state,
        state == DispatchState.UNKNOWN ? Pg.instantOrNull(row, "unknown_since") : null,
        due);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
