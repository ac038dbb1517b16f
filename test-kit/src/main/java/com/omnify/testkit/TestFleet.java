package com.omnify.testkit;

import com.omnify.model.id.UuidV7;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a test class has of the fleet: a database and topics of its own, made when first asked for.
 * The running class's is at hand everywhere through the static methods.
 */
public final class TestFleet implements AutoCloseable {

  private static final Map<Class<?>, TestFleet> FLEETS = new ConcurrentHashMap<>();
  private static volatile @Nullable TestFleet current;

  private final Class<?> testClass;
  private final String name;
  private @Nullable TestDatabase database;
  private @Nullable TestKafka kafka;

  private TestFleet(Class<?> testClass) {
    this.testClass = testClass;
    String simple = testClass.getSimpleName().toLowerCase(Locale.ROOT);
    String unique = UuidV7.next(Instant.now()).toString().replace("-", "");
    // PostgreSQL cuts names at 63 characters
    this.name = "t_" + simple.substring(0, Math.min(simple.length(), 27)) + "_" + unique;
  }

  /** Nested classes share the fleet of the outermost one. */
  static TestFleet of(Class<?> testClass) {
    return FLEETS.computeIfAbsent(outermost(testClass), TestFleet::new);
  }

  static Class<?> outermost(Class<?> testClass) {
    Class<?> at = testClass;
    for (Class<?> outer = at.getEnclosingClass(); outer != null; outer = at.getEnclosingClass()) {
      at = outer;
    }
    return at;
  }

  void enter() {
    current = this;
  }

  /** The running test class's database. */
  public static TestDatabase database() {
    return running().ownDatabase();
  }

  /** The running test class's topics. */
  public static TestKafka kafka() {
    return running().ownKafka();
  }

  /** Rows for the running test class. */
  public static Fixtures fixtures() {
    return new Fixtures(database());
  }

  private static TestFleet running() {
    TestFleet fleet = current;
    if (fleet == null) {
      throw new IllegalStateException("Put @OmnifyTest or @OmnifySpringTest on the test class");
    }
    return fleet;
  }

  synchronized TestDatabase ownDatabase() {
    if (database == null) {
      database = TestDatabase.create(name);
    }
    return database;
  }

  synchronized TestKafka ownKafka() {
    if (kafka == null) {
      kafka = TestKafka.create(name + ".");
    }
    return kafka;
  }

  @Override
  public synchronized void close() throws Exception {
    FLEETS.remove(testClass);
    if (current == this) {
      current = null;
    }
    if (kafka != null) {
      kafka.close();
    }
    if (database != null) {
      database.close();
    }
  }
}
