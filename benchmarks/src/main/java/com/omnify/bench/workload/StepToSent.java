package com.omnify.bench.workload;

import com.omnify.bench.ground.Ground;
import com.omnify.bench.provider.LoopbackProvider;
import com.omnify.bench.provider.LoopbackProvider.Received;
import com.omnify.bench.report.Measurement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The product's whole step: due, claimed, decided, dispatched, rung for over Kafka, composed,
 * admitted, fenced, posted to the provider next door, recorded, heard of, and the next step
 * planned.
 */
public final class StepToSent implements Workload {

  public static final String NAME = "step-to-sent";

  private static final int CLIENTS = 4;
  private static final int NUMBERS = 3;

  /** The most that a number may have: no rate stands in the way. */
  private static final int PER_SECOND = 1_000;

  /** Of all steps of a run. */
  private static final double CALLED_OFF_AT_MOST = 0.01;

  private static final Duration AT_MOST = Duration.ofMinutes(2);

  private final Ground ground;
  private final LoopbackProvider provider;
  private final Connection db;
  private final Population population;
  private final List<Population.Client> clients = new ArrayList<>();
  private Instant nextLook = Instant.MIN;

  public StepToSent(Ground ground, LoopbackProvider provider) throws SQLException {
    this.ground = ground;
    this.provider = provider;
    this.db = ground.admin();
    this.population = new Population(db, provider.address(), 12_000_000_000L);
    for (int n = 1; n <= CLIENTS; n++) {
      clients.add(population.client("Bench " + n, NUMBERS, PER_SECOND));
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Measurement run(int run, int steps) throws SQLException, InterruptedException {
    var people = new ArrayList<Population.People>();
    for (var client : clients) {
      people.add(population.people(client, steps / CLIENTS));
    }
    int all = people.stream().mapToInt(Population.People::count).sum();
    population.settle();
    provider.forget();
    // The rows stand there before they are due, as they do in life.
    Instant due = Instant.now().plusSeconds(3).plusMillis(all / 5);
    for (var some : people) {
      population.due(some, due, 0);
    }
    population.tidy();
    TimeUnit.MILLISECONDS.sleep(Math.max(0, Duration.between(Instant.now(), due).toMillis()));
    if (Instant.now().isAfter(due.plusMillis(500))) {
      throw new BrokenPromise("preparing " + all + " steps took longer than expected: run again");
    }
    Meter meter = Meter.start(db, ground::stepCpu);
    await(all, due);
    int sent = provider.count();
    var measured = meter.stop(NAME, run, sent, Duration.between(due, Instant.now()));
    // In the first run everything is slow for the first time.
    check(people, all, run == 0 ? all : (int) (all * CALLED_OFF_AT_MOST));
    return measured;
  }

  private void await(int all, Instant due) throws SQLException, InterruptedException {
    while (provider.count() < all ? !nothingLeft() : inFlight()) {
      if (Duration.between(due, Instant.now()).compareTo(AT_MOST) > 0) {
        throw new BrokenPromise(
            "after %s only %d of %d were sent; each client's dispatches: %s"
                .formatted(AT_MOST, provider.count(), all, states()));
      }
      TimeUnit.MILLISECONDS.sleep(provider.count() < all ? 5 : 2);
    }
  }

  /** Looked for once in a while: some may have been called off, then the provider waits in vain. */
  private boolean nothingLeft() throws SQLException {
    if (provider.count() == 0 || Instant.now().isBefore(nextLook)) {
      return false;
    }
    nextLook = Instant.now().plusSeconds(1);
    return !inFlight()
        && Meter.one(
                db,
                """
                SELECT count(*) FROM (SELECT FROM due WHERE NOT watchdog AND due_at <= now() LIMIT 1) x
                """)
            == 0;
  }

  private boolean inFlight() throws SQLException {
    return Meter.one(db, "SELECT count(*) FROM (SELECT FROM due WHERE in_flight LIMIT 1) x") > 0;
  }

  private String states() throws SQLException {
    var states = new ArrayList<String>();
    for (var client : clients) {
      states.add(Meter.states(db, client));
    }
    return String.join("; ", states);
  }

  /**
   * Each person was sent to once, and the database says the same as the provider. On a machine that
   * is too busy, requests that could not begin in time are called off: they are not sent, and the
   * healer, who would have them repeated, does not run here.
   */
  private void check(List<Population.People> people, int all, int calledOffAtMost)
      throws SQLException {
    List<Received> received = provider.received();
    var numbers = new HashSet<Long>();
    var dispatches = new HashSet<String>();
    for (Received one : received) {
      numbers.add(one.to());
      dispatches.add(one.dispatch());
    }
    int sent = received.size();
    if (numbers.size() != sent || dispatches.size() != sent) {
      throw new BrokenPromise(
          "%d requests went to %d people for %d dispatches"
              .formatted(sent, numbers.size(), dispatches.size()));
    }
    if (!numbers.stream().allMatch(n -> people.stream().anyMatch(some -> some.has(n)))) {
      throw new BrokenPromise("somebody was sent to for whom nothing was due");
    }
    long calledOff =
        count(people, "e.sent = 0 AND e.failed = 1 AND e.open_dispatch_id IS NOT NULL");
    if (sent + calledOff != all || calledOff > calledOffAtMost) {
      throw new BrokenPromise(
          "of %d steps %d were sent and %d called off".formatted(all, sent, calledOff));
    }
    long moved = count(people, "e.sent = 1 AND e.position = 2 AND e.open_dispatch_id IS NULL");
    if (moved != sent) {
      throw new BrokenPromise(moved + " of " + sent + " enrollments stand at their second step");
    }
  }

  private long count(List<Population.People> people, String where) throws SQLException {
    return Meter.one(
        db,
        """
        SELECT count(*) FROM enrollments e JOIN contacts c ON c.client_id = e.client_id AND c.id = e.contact_id
        WHERE substr(c.phone, 2)::bigint BETWEEN %d AND %d AND %s
        """
            .formatted(people.getFirst().firstNumber(), people.getLast().lastNumber(), where));
  }

  /** Updates of enrollments so far: all, and those that touched no index. */
  public record Updates(long all, long hot) {}

  /** Waits until the server's counters hold at least so many updates: they lag by seconds. */
  public Updates updates(long expected) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try (var statement = db.createStatement();
          var rows =
              statement.executeQuery(
                  """
                  SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables
                  WHERE schemaname = 'omnify' AND relname = 'enrollments'
                  """)) {
        rows.next();
        var updates = new Updates(rows.getLong(1), rows.getLong(2));
        if (updates.all() >= expected || System.nanoTime() > deadline) {
          return updates;
        }
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
  }

  @Override
  public void close() throws SQLException {
    db.close();
  }
}
