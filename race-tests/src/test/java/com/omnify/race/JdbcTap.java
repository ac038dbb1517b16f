package com.omnify.race;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Notes when a thread asks for the advisory lock, gets it, commits and unlocks, all by {@link
 * System#nanoTime()}, just outside of the JDBC driver, and can make it wait there. It changes
 * nothing else.
 */
final class JdbcTap {

  /** What is noted of the thread that has one. 0: did not happen. */
  static final class Trace {
    volatile long lockAsked;
    volatile long lockGot;
    volatile long commitSent;
    volatile long commitDone;
    volatile long unlockSent;

    /** Waited for before the lock is asked for, and before COMMIT is sent. */
    final Runnable beforeLock;

    final Runnable beforeCommit;

    Trace(Runnable beforeLock, Runnable beforeCommit) {
      this.beforeLock = beforeLock;
      this.beforeCommit = beforeCommit;
    }
  }

  private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

  private JdbcTap() {}

  /** From now on this thread's steps are noted there. */
  static void begin(Trace trace) {
    CURRENT.set(trace);
  }

  static void end() {
    CURRENT.remove();
  }

  /** Puts the tap between a service and its pool. */
  static final class EveryDataSource implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      return bean instanceof DataSource source ? new Tapped(source) : bean;
    }
  }

  private static final class Tapped extends DelegatingDataSource implements AutoCloseable {
    Tapped(DataSource source) {
      super(source);
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      return CURRENT.get() == null ? connection : tapped(Connection.class, connection, "");
    }

    @Override
    public void close() throws Exception {
      if (getTargetDataSource() instanceof AutoCloseable pool) {
        pool.close();
      }
    }
  }

  private static <T> T tapped(Class<T> type, T target, String sql) {
    return type.cast(
        Proxy.newProxyInstance(
            JdbcTap.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(target, sql, method, arguments)));
  }

  private static @Nullable Object call(
      Object target, String sql, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    String first = arguments != null && arguments[0] instanceof String text ? text : "";
    Trace trace = CURRENT.get();
    boolean commit = method.getName().equals("commit");
    String ran = method.getName().startsWith("execute") ? sql + first : "";
    if (trace != null) {
      if (commit) {
        trace.beforeCommit.run();
        trace.commitSent = System.nanoTime();
      } else if (ran.contains("pg_advisory_unlock")) {
        trace.unlockSent = System.nanoTime();
      } else if (ran.contains("pg_advisory_")) {
        trace.beforeLock.run();
        trace.lockAsked = System.nanoTime();
      }
    }
    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (trace != null) {
      long now = System.nanoTime();
      if (commit) {
        trace.commitDone = now;
      } else if (ran.contains("pg_advisory_") && !ran.contains("unlock")) {
        trace.lockGot = now;
      }
    }
    return switch (result) {
      case PreparedStatement statement when first.contains("pg_advisory_") ->
          tapped(PreparedStatement.class, statement, first);
      case Statement statement when method.getName().equals("createStatement") ->
          tapped(Statement.class, statement, "");
      case null, default -> result;
    };
  }
}
