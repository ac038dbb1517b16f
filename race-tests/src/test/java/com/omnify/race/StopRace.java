package com.omnify.race;

import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.worker.Batches;
import com.omnify.events.twilio.StopMessage;
import com.omnify.race.People.Person;
import com.omnify.testkit.TestDatabase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Sends batch after batch and lets one person of each say STOP within 2 ms of the fence's commit:
 * STOP's transaction is held just before it asks for the lock, or just before it commits, until the
 * sender is where it should meet it. Before the fence's commit that is aimed by what the last ones
 * took, so not every STOP lands there; only those that did count.
 */
final class StopRace implements AutoCloseable {

  static final long WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final int PEOPLE_AT_ONCE = 640;

  /** The first ones find caches cold and the aim off: they are judged as well, but do not count. */
  private static final int WARM_UP = 10;

  private final TestDatabase database;
  private final Provider provider;
  private final People people;
  private final People.Sending sending;
  private final StopMessage stop;
  private final ExecutorService senders = Executors.newSingleThreadExecutor();
  private final ExecutorService stoppers = Executors.newSingleThreadExecutor();
  private int messages;

  StopRace(
      TestDatabase database,
      Provider provider,
      People people,
      People.Sending sending,
      StopMessage stop) {
    this.database = database;
    this.provider = provider;
    this.people = people;
    this.sending = sending;
    this.stop = stop;
  }

  /** Runs until so many trials count. */
  Tally run(int batchSize, Batches batches, int wanted) throws Exception {
    WireTap.forget();
    provider.forget();
    boolean lock = batches.lock();
    var tally = new Tally(batchSize, lock);
    var toFence = new Moment.Usual(3_000_000);
    var waiting = new ArrayDeque<List<Person>>();
    var unposted = new ArrayList<UUID>();
    var unpostedElsewhere = new ArrayList<UUID>();
    while (tally.counted < wanted) {
      if (waiting.isEmpty()) {
        refill(waiting, batchSize);
      }
      List<Person> batch = waiting.remove();
      Person stopped = batch.get(ThreadLocalRandom.current().nextInt(batch.size()));
      List<Admitted> admitted = batches.admit(batch.stream().map(Person::key).toList());
      batches.takeSlots(admitted);
      var aim = Aim.any(lock, toFence.nanos());
      Trial trial = race(batches, admitted, stopped, aim, toFence.nanos());
      toFence.saw(trial.sender.commitDone - trial.sender.lockAsked);
      boolean counts = tally.run >= WARM_UP && trial.lands();
      judge(trial, counts, tally);
      if (trial.post == null) {
        (counts ? unposted : unpostedElsewhere).add(stopped.dispatch());
      }
    }
    settle(tally);
    Map<String, Integer> ends = ends(unposted);
    tally.heldBySuppression = ends.getOrDefault("suppressed", 0);
    tally.calledOff = ends.getOrDefault("not_begun", 0);
    tally.heldElsewhere = ends(unpostedElsewhere).getOrDefault("suppressed", 0);
    return tally;
  }

  private void refill(Deque<List<Person>> waiting, int batchSize) {
    int batches = Math.max(1, PEOPLE_AT_ONCE / batchSize);
    List<Person> all = people.ready(sending, batches * batchSize);
    for (int n = 0; n < batches; n++) {
      waiting.add(all.subList(n * batchSize, (n + 1) * batchSize));
    }
  }

  private record Trial(JdbcTap.Trace sender, JdbcTap.Trace stop, WireTap.@Nullable Post post) {

    /** STOP was held up by the sender's lock. */
    boolean waited() {
      return sender.unlockSent != 0
          && stop.lockAsked < sender.unlockSent
          && stop.lockGot > sender.unlockSent;
    }

    /** From the fence's commit to where STOP landed: its own commit, or its knock at the lock. */
    long distance() {
      return (waited() ? stop.lockAsked : stop.commitDone) - sender.commitDone;
    }

    boolean lands() {
      return Math.abs(distance()) <= WITHIN_NANOS;
    }
  }

  /**
   * Where STOP is to be met.
   *
   * @param atCommit it has its lock and is about to commit; else it is about to ask for the lock
   * @param nanos from the fence's commit
   */
  private record Aim(boolean atCommit, long nanos) {

    static Aim any(boolean lock, long toFence) {
      var random = ThreadLocalRandom.current();
      // With the lock, a fence behind a STOP commits a whole fence later: seldom within 2 ms.
      boolean atCommit = !lock || random.nextInt(toFence < WITHIN_NANOS * 3 / 4 ? 3 : 20) == 0;
      return new Aim(atCommit, random.nextLong(-WITHIN_NANOS, WITHIN_NANOS + 1));
    }

    /** Called in STOP's transaction: returns when it is time. */
    void await(JdbcTap.Trace sender, boolean lock, long toFence) {
      long asked = Moment.await(() -> sender.lockAsked);
      if (lock && atCommit) {
        // The sender waits for this lock.
        Moment.await(asked + Math.abs(nanos) / 4);
      } else if (nanos < 0) {
        Moment.await(asked + toFence + nanos);
      } else {
        Moment.await(Moment.await(() -> sender.commitDone) + nanos);
      }
    }
  }

  private Trial race(
      Batches batches, List<Admitted> admitted, Person stopped, Aim aim, long toFence)
      throws Exception {
    String sid = "SM%030x".formatted(++messages);
    var sender = new JdbcTap.Trace(() -> {}, () -> {});
    var standing = new CountDownLatch(1);
    Runnable meet =
        () -> {
          standing.countDown();
          aim.await(sender, batches.lock(), toFence);
        };
    var stopper = new JdbcTap.Trace(aim.atCommit ? () -> {} : meet, aim.atCommit ? meet : () -> {});
    Future<?> said =
        stoppers.submit(
            () -> {
              JdbcTap.begin(stopper);
              stop.say(sending.client(), stopped.phone(), sending.numbers().getFirst(), sid);
              JdbcTap.end();
            });
    Future<?> sent =
        senders.submit(
            () -> {
              standing.await();
              JdbcTap.begin(sender);
              if (!batches.lock()) {
                sender.lockAsked = System.nanoTime();
              }
              batches.send(admitted);
              JdbcTap.end();
              return null;
            });
    sent.get();
    said.get();
    return new Trial(sender, stopper, WireTap.of(stopped.dispatch()));
  }

  private static void judge(Trial trial, boolean counts, Tally tally) {
    tally.run++;
    long tookMicros = (trial.stop.commitDone - trial.stop.lockAsked) / 1_000;
    tally.longestStopMicros = Math.max(tally.longestStopMicros, tookMicros);
    var post = trial.post;
    boolean violated = post != null && post.firstByte() > trial.stop.commitDone;
    if (!counts) {
      tally.begunAfterCommitElsewhere += violated ? 1 : 0;
      return;
    }
    tally.counted++;
    tally.stopWaited += trial.waited() ? 1 : 0;
    if (trial.distance() < 0) {
      tally.landedBeforeFence++;
    } else {
      tally.landedAfterFence++;
    }
    if (post != null) {
      tally.begunAfterCommit += violated ? 1 : 0;
      tally.begunBeforeStop += violated ? 0 : 1;
      tally.begunAfterCommitSent += post.firstByte() > trial.stop.commitSent ? 1 : 0;
      tally.endedAfterCommitSent += post.lastByte() > trial.stop.commitSent ? 1 : 0;
    }
  }

  /** What went into the sockets has come out of them, each once. */
  private void settle(Tally tally) {
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> provider.all().size() == WireTap.posts());
    Awaitility.await()
        .atMost(5, TimeUnit.MINUTES)
        .pollInterval(250, TimeUnit.MILLISECONDS)
        .until(this::allRecorded);
    tally.posts = provider.all().size();
    if (provider.repeated() > 0) {
      throw new AssertionError(provider.repeated() + " dispatches were POSTed twice");
    }
  }

  private boolean allRecorded() {
    return database
        .admin()
        .sql(
            "SELECT NOT EXISTS (SELECT FROM dispatches WHERE client_id = :c AND state = 'sending')")
        .param("c", sending.client().value())
        .query(Boolean.class)
        .single();
  }

  /** Whose POST was never begun is cancelled as suppressed, or was called off for being late. */
  private Map<String, Integer> ends(List<UUID> unposted) {
    Map<String, Integer> ends = new HashMap<>();
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              ends.clear();
              database
                  .admin()
                  .sql(
                      """
                      SELECT coalesce(hold_reason, error_code, state) AS e, count(*) AS n FROM dispatches
                      WHERE id = ANY (:ids) GROUP BY 1
                      """)
                  .param("ids", unposted.toArray(UUID[]::new))
                  .query(
                      row -> {
                        ends.put(row.getString("e"), row.getInt("n"));
                      });
              return !ends.containsKey("sending");
            });
    if (!Set.of("suppressed", "not_begun").containsAll(ends.keySet())) {
      throw new AssertionError("Without a POST: " + ends);
    }
    return ends;
  }

  @Override
  public void close() {
    senders.shutdownNow();
    stoppers.shutdownNow();
  }
}
