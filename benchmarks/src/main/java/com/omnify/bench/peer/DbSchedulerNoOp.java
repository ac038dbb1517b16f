package com.omnify.bench.peer;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/**
 * db-scheduler's one-time tasks that do nothing: 20 threads, lock-and-fetch with the limits that
 * its documentation gives for high throughput.
 */
public final class DbSchedulerNoOp implements Peer {

  public static final String NAME = "db-scheduler";

  private static final int THREADS = 20;

  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamptz NOT NULL,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamptz,
        last_failure timestamptz,
        consecutive_failures int,
        last_heartbeat timestamptz,
        version bigint NOT NULL,
        priority smallint,
        state text,
        PRIMARY KEY (task_name, task_instance)
      );
      CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat)
      """;

  private final HikariDataSource dataSource;
  private final OneTimeTask<Void> task;
  private volatile CountDownLatch left = new CountDownLatch(0);
  private long nextInstance;

  DbSchedulerNoOp(String database) throws SQLException {
    var config = new HikariConfig();
    config.setJdbcUrl(database);
    config.setMaximumPoolSize(THREADS + 5);
    dataSource = new HikariDataSource(config);
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    task = Tasks.oneTime("no-op").execute((_, _) -> left.countDown());
  }

  @Override
  public void prepare(int steps) throws SQLException {
    long first = nextInstance;
    nextInstance += steps;
    scheduler()
        .scheduleBatch(
            IntStream.range(0, steps)
                .<TaskInstance<?>>mapToObj(n -> task.instance("t" + (first + n))),
            Instant.now());
    left = new CountDownLatch(steps);
    try (var connection = dataSource.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("VACUUM (ANALYZE) scheduled_tasks");
    }
  }

  @Override
  public void run() throws InterruptedException {
    Scheduler scheduler = scheduler();
    scheduler.start();
    left.await();
    // Waits for the executions under way, as the last ones are not yet off the table.
    scheduler.stop();
  }

  private Scheduler scheduler() {
    return Scheduler.create(dataSource, task)
        .threads(THREADS)
        .pollingInterval(Duration.ofMillis(100))
        .pollUsingLockAndFetch(1.0, 4.0)
        .build();
  }

  @Override
  public void close() {
    dataSource.close();
  }
}
