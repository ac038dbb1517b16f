package com.omnify.kit.tenancy;

import com.omnify.kit.db.SqlStates;
import com.omnify.model.id.ClientId;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The only way to the tables of a client. A transaction either belongs to one client, and row-level
 * security shows it that client's rows alone, or says that it is background work across clients.
 * Without either there are no rows. Spring's {@code JdbcClient} joins the transaction of the
 * thread.
 *
 * <p>A call within a running transaction of the same scope joins it; of another scope it throws, as
 * one commit cannot serve two. The whole work is repeated, up to three times, when PostgreSQL
 * breaks it off for a deadlock or a serialization failure: it must change nothing outside of the
 * database.
 */
public final class Transactions {

  private static final int MOST_TRIES = 4;
  private static final Logger log = LoggerFactory.getLogger(Transactions.class);
  private static final ThreadLocal<@Nullable Running> RUNNING = new ThreadLocal<>();
  private static final ScopedValue<Consumer<JdbcClient>> AT_BEGIN = ScopedValue.newInstance();

  private final PlatformTransactionManager manager;
  private final JdbcClient jdbc;
  private final String backgroundRole;

  private sealed interface Scope {
    record OfClient(ClientId client) implements Scope {}

    record Background() implements Scope {}
  }

  private record Running(Transactions owner, Scope scope, boolean readOnly) {}

  /**
   * For a service.
   *
   * @param dataSource logs in as the service's role
   * @param service the short name
   */
  public Transactions(DataSource dataSource, String service) {
    if (!service.matches("[a-z]+")) {
      throw new IllegalArgumentException("'" + service + "' is no service's short name");
    }
    this.manager = new JdbcTransactionManager(dataSource);
    this.jdbc = JdbcClient.create(dataSource);
    this.backgroundRole = "omnify_" + service + "_bg";
  }

  /** Does the work as one transaction that sees one client's rows. */
  public <T extends @Nullable Object> T inClient(ClientId client, Supplier<T> work) {
    return run(new Scope.OfClient(client), false, work);
  }

  /** Does the work as one transaction that sees one client's rows. */
  public void inClient(ClientId client, Runnable work) {
    run(new Scope.OfClient(client), false, supplier(work));
  }

  /** As {@link #inClient(ClientId, Supplier)}; the database refuses writes. */
  public <T extends @Nullable Object> T readInClient(ClientId client, Supplier<T> work) {
    return run(new Scope.OfClient(client), true, work);
  }

  /** Does the work as one transaction that sees the rows of all clients. */
  public <T extends @Nullable Object> T inBackground(Supplier<T> work) {
    return run(new Scope.Background(), false, work);
  }

  /** Does the work as one transaction that sees the rows of all clients. */
  public void inBackground(Runnable work) {
    run(new Scope.Background(), false, supplier(work));
  }

  /** As {@link #inBackground(Supplier)}; the database refuses writes. */
  public <T extends @Nullable Object> T readInBackground(Supplier<T> work) {
    return run(new Scope.Background(), true, work);
  }

  /**
   * Lets every writing transaction that the work begins on this thread do something first, so that
   * it is committed with it or not at all.
   */
  public static <T extends @Nullable Object, X extends Throwable> T withFirst(
      Consumer<JdbcClient> first, ScopedValue.CallableOp<T, X> work) throws X {
    return ScopedValue.where(AT_BEGIN, first).call(work);
  }

  private static Supplier<@Nullable Void> supplier(Runnable work) {
    return () -> {
      work.run();
      return null;
    };
  }

  private <T extends @Nullable Object> T run(Scope scope, boolean readOnly, Supplier<T> work) {
    Running outer = RUNNING.get();
    if (outer != null && outer.owner() == this) {
      if (!outer.scope().equals(scope)) {
        throw new IllegalStateException(
            "a transaction of " + outer.scope() + " is running: it cannot serve " + scope + " too");
      }
      if (outer.readOnly() && !readOnly) {
        throw new IllegalStateException("the running transaction only reads");
      }
      return work.get();
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return once(scope, readOnly, work);
      } catch (RuntimeException e) {
        if (attempt == MOST_TRIES || !SqlStates.worthRepeating(e)) {
          throw e;
        }
        log.info("PostgreSQL broke a transaction off ({}), try {}", SqlStates.of(e), attempt + 1);
        pause(attempt, e);
      }
    }
  }

  private <T extends @Nullable Object> T once(Scope scope, boolean readOnly, Supplier<T> work) {
    var template = new TransactionTemplate(manager);
    template.setReadOnly(readOnly);
    RUNNING.set(new Running(this, scope, readOnly));
    try {
      return template.execute(
          _ -> {
            enter(scope);
            if (!readOnly && AT_BEGIN.isBound()) {
              AT_BEGIN.get().accept(jdbc);
            }
            return work.get();
          });
    } finally {
      RUNNING.remove();
    }
  }

  private void enter(Scope scope) {
    switch (scope) {
      case Scope.OfClient(ClientId client) ->
          jdbc.sql("SELECT set_config('app.client', ?, true)")
              .param(client.toString())
              .query(String.class)
              .single();
      // The name is checked at birth; SET takes no parameters.
      case Scope.Background() -> jdbc.sql("SET LOCAL ROLE " + backgroundRole).update();
    }
  }

  private static void pause(int attempt, RuntimeException cause) {
    try {
      TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(10L, 50L) * attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }
}
