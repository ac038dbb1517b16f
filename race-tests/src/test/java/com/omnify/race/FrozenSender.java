package com.omnify.race;

import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.worker.Batches;
import com.omnify.events.twilio.StopMessage;
import com.omnify.race.People.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What no lock can help: a sender that stands still, longer than an opt-out waits, between its
 * fence and its request.
 */
final class FrozenSender {

  private static final long FROZEN_NANOS = TimeUnit.MILLISECONDS.toNanos(2_600);

  private final People people;
  private final People.Sending sending;
  private final Batches batches;
  private final StopMessage stop;
  private final AtomicInteger messages = new AtomicInteger();

  FrozenSender(People people, People.Sending sending, Batches batches, StopMessage stop) {
    this.people = people;
    this.sending = sending;
    this.batches = batches;
    this.stop = stop;
  }

  /** Where it stands still. */
  enum Where {
    BEFORE_ITS_LAST_LOOK,
    BETWEEN_LAST_LOOK_AND_FIRST_BYTE
  }

  /**
   * Of so many freezes.
   *
   * @param begunAfterCommit POSTs whose first byte went out after the STOP's commit
   * @param notSent fenced, called off, and recorded as not sent
   * @param shortestStopMillis from STOP's knock at the lock to its commit
   */
  record Residue(
      Where where,
      int freezes,
      int begunAfterCommit,
      int notSent,
      long shortestStopMillis,
      long longestStopMillis) {}

  private record One(Person person, JdbcTap.Trace stop, WireTap.@Nullable Post post) {}

  /** Freezes so many senders, some at a time, each with one request on its way. */
  Residue freeze(Where where, int freezes, int atOnce) throws Exception {
    var all = new ArrayList<One>();
    for (int done = 0; done < freezes; done += atOnce) {
      all.addAll(together(where, Math.min(atOnce, freezes - done)));
    }
    var millis =
        all.stream()
            .mapToLong(
                one -> TimeUnit.NANOSECONDS.toMillis(one.stop.commitDone - one.stop.lockAsked))
            .summaryStatistics();
    return new Residue(
        where,
        all.size(),
        (int)
            all.stream()
                .filter(one -> one.post != null && one.post.firstByte() > one.stop.commitDone)
                .count(),
        (int) all.stream().filter(one -> one.post == null).count(),
        millis.getMin(),
        millis.getMax());
  }

  private List<One> together(Where where, int many) throws Exception {
    List<Person> persons = people.ready(sending, many);
    var standing = new CountDownLatch(many);
    Runnable pause =
        () -> {
          standing.countDown();
          long end = System.nanoTime() + FROZEN_NANOS;
          for (long left; (left = end - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
          }
        };
    if (where == Where.BEFORE_ITS_LAST_LOOK) {
      WireTap.haltBeforeLastLook(pause);
    } else {
      persons.forEach(person -> WireTap.haltBehindLastLook(person.dispatch(), pause));
    }
    try (var threads = Executors.newCachedThreadPool()) {
      var sent = new ArrayList<Future<?>>();
      for (Person person : persons) {
        List<Admitted> batch = batches.admit(List.of(person.key()));
        batches.takeSlots(batch);
        sent.add(
            threads.submit(
                () -> {
                  batches.send(batch);
                  return null;
                }));
      }
      standing.await();
      var stops = new ArrayList<Future<JdbcTap.Trace>>();
      for (Person person : persons) {
        stops.add(threads.submit(() -> say(person)));
      }
      for (Future<?> each : sent) {
        each.get();
      }
      var all = new ArrayList<One>();
      for (int n = 0; n < many; n++) {
        JdbcTap.Trace trace = stops.get(n).get();
        all.add(new One(persons.get(n), trace, null));
      }
      // Whoever was frozen has gone on by now.
      LockSupport.parkNanos(FROZEN_NANOS / 2);
      return all.stream()
          .map(one -> new One(one.person, one.stop, WireTap.of(one.person.dispatch())))
          .toList();
    } finally {
      WireTap.haltBeforeLastLook(() -> {});
    }
  }

  private JdbcTap.Trace say(Person person) {
    var trace = new JdbcTap.Trace(() -> {}, () -> {});
    JdbcTap.begin(trace);
    stop.say(
        sending.client(),
        person.phone(),
        sending.numbers().getFirst(),
        "SMf%029x".formatted(messages.incrementAndGet()));
    JdbcTap.end();
    return trace;
  }
}
