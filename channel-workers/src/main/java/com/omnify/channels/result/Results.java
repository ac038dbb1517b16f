package com.omnify.channels.result;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.DispatchState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Group commit: results of requests are written many at a time, each batch one transaction, because
 * a commit costs more than all its rows.
 */
@Component
public class Results {

  private static final int MOST = 500;

  /**
   * While so many are not written nothing more is begun: what is held here is held nowhere else.
   */
  private static final int TOO_MANY = 2_000;

  /** How long the first result of a batch waits for others. */
  private static final long GATHER_MILLIS = 20;

  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final Logger log = LoggerFactory.getLogger(Results.class);

  /**
   * A result and who wants to know that it is written.
   *
   * @param settled told when it is written, or given up
   */
  private record Waiting(Outcome outcome, Runnable settled) {}

  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final Transactions transactions;
  private final DispatchStates states;
  private final MeterRegistry metrics;
  private volatile boolean stopping;
  private @Nullable Thread writer;

  Results(Transactions transactions, DispatchStates states, MeterRegistry metrics) {
    this.transactions = transactions;
    this.states = states;
    this.metrics = metrics;
    Gauge.builder("omnify.results.waiting", waiting, BlockingQueue::size)
        .description("Results of requests that are not written yet")
        .register(metrics);
  }

  /** Hands a result in; returns at once. */
  public void add(Outcome outcome, Runnable settled) {
    waiting.add(new Waiting(outcome, settled));
  }

  /**
   * Whether more may be begun: false where too many results wait, after having waited that long for
   * it to change.
   */
  public boolean keepUp(Duration patience) throws InterruptedException {
    if (waiting.size() < TOO_MANY) {
      return true;
    }
    TimeUnit.MILLISECONDS.sleep(patience.toMillis());
    return waiting.size() < TOO_MANY;
  }

  /** Begins to write. */
  public synchronized void start() {
    stopping = false;
    writer = Thread.ofPlatform().name("results").start(this::write);
  }

  /** Writes what is there and ends, or gives up. Call it when nobody hands in any more. */
  public synchronized void stop(Duration patience) throws InterruptedException {
    stopping = true;
    Thread running = writer;
    if (running != null) {
      running.join(patience);
      running.interrupt();
      writer = null;
    }
  }

  private void write() {
    try {
      while (true) {
        List<Waiting> batch = gather();
        if (!batch.isEmpty()) {
          record(batch);
        } else if (stopping) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // What is not written now is UNKNOWN to the sweeper of the next start.
      log.warn("{} results are left unwritten", waiting.size());
    }
  }

  private List<Waiting> gather() throws InterruptedException {
    var batch = new ArrayList<Waiting>();
    Waiting first = waiting.poll(100, TimeUnit.MILLISECONDS);
    if (first == null) {
      return batch;
    }
    batch.add(first);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
    while (batch.size() < MOST) {
      if (waiting.drainTo(batch, MOST - batch.size()) > 0) {
        continue;
      }
      long left = end - System.nanoTime();
      Waiting next = left <= 0 || stopping ? null : waiting.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  /** Tries until it is written: these facts exist nowhere else. */
  private void record(List<Waiting> batch) throws InterruptedException {
    try {
      commit(batch);
    } catch (RuntimeException e) {
      // One of them cannot be written, whenever it is tried: it must not keep the others.
      log.error("{} results cannot be written together, taking them one by one", batch.size(), e);
      for (Waiting one : batch) {
        try {
          commit(List.of(one));
        } catch (RuntimeException own) {
          metrics.counter("omnify.results.lost").increment();
          log.error(
              "The result of dispatch {} cannot be written: it will stand UNKNOWN",
              one.outcome().key().id(),
              own);
        }
      }
    }
    batch.forEach(one -> one.settled().run());
  }

  /** Waits for the database as long as it takes. Throws what waiting does not help. */
  private void commit(List<Waiting> batch) throws InterruptedException {
    List<Outcome> outcomes = batch.stream().map(Waiting::outcome).toList();
    long pause = 100;
    while (true) {
      try {
        var written = transactions.inBackground(() -> finish(outcomes));
        metrics.summary("omnify.results.batch").record(written.size());
        return;
      } catch (RuntimeException e) {
        if (!passing(e)) {
          throw e;
        }
        log.warn("{} results cannot be written yet", outcomes.size(), e);
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
      }
    }
  }

  private List<DispatchKey> finish(List<Outcome> outcomes) {
    List<DispatchKey> written = states.finish(outcomes);
    if (written.size() < outcomes.size()) {
      var known = new HashSet<>(written);
      states.contradicted(
          outcomes.stream()
              .filter(one -> one.state() == DispatchState.ACCEPTED && !known.contains(one.key()))
              .map(Outcome::key)
              .toList());
    }
    return written;
  }

  private static boolean passing(RuntimeException e) {
    return SqlStates.unavailable(e)
        || SqlStates.worthRepeating(e)
        || e instanceof CannotCreateTransactionException;
  }
}
