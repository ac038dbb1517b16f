package com.omnify.bench.workload;

import com.omnify.bench.ground.Ground;
import com.omnify.bench.provider.LoopbackProvider;
import com.omnify.bench.report.Fairness;
import com.omnify.bench.report.Latencies;
import com.omnify.bench.report.Stages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client has a sea of steps due at once, another a few every second: how late are the few, with
 * and without the sea? Late is the time from when a step was due to its request at the provider.
 */
public final class Whale implements AutoCloseable {

  private static final Duration STRAGGLERS = Duration.ofSeconds(60);

  /** More of the small client's requests called off than one in so many break the run. */
  private static final int CALLED_OFF_ONE_IN = 100;

  /**
   * What is tried.
   *
   * @param backlog steps of the whale, all due at once
   * @param whaleNumbers numbers of the whale
   * @param whalePerSecond what each of them may send
   * @param smallPerSecond steps of the small client, evenly spread
   * @param observed how long the small client is watched, each time
   */
  public record Plan(
      int backlog, int whaleNumbers, int whalePerSecond, int smallPerSecond, Duration observed) {}

  private final LoopbackProvider provider;
  private final Connection db;
  private final Population population;

  public Whale(Ground ground, LoopbackProvider provider) throws SQLException {
    this.provider = provider;
    this.db = ground.admin();
    this.population = new Population(db, provider.address(), 15_000_000_000L);
  }

  /** Watches the small client alone, then beside the whale. */
  public Fairness run(Plan plan) throws SQLException, InterruptedException {
    var small = population.client("Small", 2, 500);
    var whale = population.client("Whale", plan.whaleNumbers(), plan.whalePerSecond());
    // Both are there all the time: only what is due differs.
    var sea = population.people(whale, plan.backlog());
    int few = (int) (plan.smallPerSecond() * plan.observed().toSeconds());
    var warm = population.people(small, few / 2);
    var quiet = population.people(small, few);
    var beside = population.people(small, few);
    population.settle();
    watch(warm, plan, null, warm.count());
    Stages alone = watch(quiet, plan, null, few / CALLED_OFF_ONE_IN);
    population.due(sea, Instant.now(), 0);
    // The first seconds belong to neither: the whale has to get going.
    TimeUnit.SECONDS.sleep(5);
    provider.forget();
    Instant start = Instant.now();
    Stages together = watch(beside, plan, sea, few / CALLED_OFF_ONE_IN);
    long left = left(whale);
    double whaleRate =
        provider.received().stream().filter(one -> sea.has(one.to())).count()
            / (Duration.between(start, Instant.now()).toMillis() / 1e3);
    if (left == 0) {
      throw new BrokenPromise(
          "the whale was through before the small client had been watched: give it a larger backlog");
    }
    return new Fairness(plan.backlog(), left, whaleRate, plan.smallPerSecond(), alone, together);
  }

  private Stages watch(
      Population.People people, Plan plan, Population.@Nullable People sea, int calledOffAtMost)
      throws SQLException, InterruptedException {
    if (sea == null) {
      provider.forget();
    }
    Instant first = Instant.now().plusSeconds(2);
    double apart = 1.0 / plan.smallPerSecond();
    population.due(people, first, apart);
    Instant last = first.plusNanos((long) (people.count() * apart * 1e9));
    TimeUnit.MILLISECONDS.sleep(Math.max(0, Duration.between(Instant.now(), last).toMillis()));
    var sent = new HashMap<Long, Instant>();
    // On a machine that is too busy some requests are called off: they are never sent.
    long calledOff = 0;
    while (sent.size() + calledOff < people.count()) {
      sent.clear();
      for (var one : provider.received()) {
        if (people.has(one.to()) && sent.putIfAbsent(one.to(), one.at()) != null) {
          throw new BrokenPromise("+" + one.to() + " was sent to twice");
        }
      }
      if (Instant.now().isAfter(last.plus(STRAGGLERS))) {
        throw new BrokenPromise(
            "%d of %d were not sent within %s; the small client's dispatches: %s"
                .formatted(
                    people.count() - sent.size(),
                    people.count(),
                    STRAGGLERS,
                    Meter.states(db, people.client())));
      }
      TimeUnit.MILLISECONDS.sleep(200);
      calledOff = calledOff(people);
    }
    if (calledOff > calledOffAtMost) {
      throw new BrokenPromise(
          "%d of %d requests of the small client were called off"
              .formatted(calledOff, people.count()));
    }
    return stages(people, first, apart, sent);
  }

  /** When each was claimed and fenced stands in its dispatch, by the database's clock. */
  private Stages stages(
      Population.People people, Instant first, double apart, Map<Long, Instant> sent)
      throws SQLException {
    var claimed = new ArrayList<Duration>();
    var fenced = new ArrayList<Duration>();
    var wire = new ArrayList<Duration>();
    var whole = new ArrayList<Duration>();
    try (var statement =
        db.prepareStatement(
            """
            SELECT substr(c.phone, 2)::bigint, d.created_at, d.fenced_at
            FROM dispatches d JOIN contacts c ON c.client_id = d.client_id AND c.id = d.contact_id
            WHERE d.client_id = ? AND d.fenced_at IS NOT NULL AND substr(c.phone, 2)::bigint BETWEEN ? AND ?
            """)) {
      statement.setObject(1, people.client().id());
      statement.setLong(2, people.firstNumber());
      statement.setLong(3, people.lastNumber());
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          long number = rows.getLong(1);
          Instant at = sent.get(number);
          if (at == null) {
            continue;
          }
          Instant due = first.plusNanos((long) ((number - people.firstNumber()) * apart * 1e9));
          Instant claim = rows.getObject(2, OffsetDateTime.class).toInstant();
          Instant fence = rows.getObject(3, OffsetDateTime.class).toInstant();
          claimed.add(Duration.between(due, claim));
          fenced.add(Duration.between(claim, fence));
          wire.add(Duration.between(fence, at));
          whole.add(Duration.between(due, at));
        }
      }
    }
    return new Stages(
        new Latencies(claimed), new Latencies(fenced), new Latencies(wire), new Latencies(whole));
  }

  private long calledOff(Population.People people) throws SQLException {
    return Meter.one(
        db,
        """
        SELECT count(*) FROM enrollments e JOIN contacts c ON c.client_id = e.client_id AND c.id = e.contact_id
        WHERE e.client_id = '%s' AND substr(c.phone, 2)::bigint BETWEEN %d AND %d AND e.sent = 0 AND e.failed = 1
        """
            .formatted(people.client().id(), people.firstNumber(), people.lastNumber()));
  }

  private long left(Population.Client whale) throws SQLException {
    return Meter.one(
        db,
        "SELECT count(*) FROM due WHERE client_id = '%s' AND NOT watchdog AND due_at <= now()"
            .formatted(whale.id()));
  }

  @Override
  public void close() throws SQLException {
    db.close();
  }
}
