package com.omnify.fleet.chaos;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.Pause;
import com.omnify.launcher.fleet.FleetState.MemberPhase;
import com.omnify.launcher.fleet.FleetState.MemberState;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Kills and pauses members, at chosen points of their work. The product has no hooks for that; it
 * is held where it is wanted from outside, by the database it writes to:
 *
 * <ul>
 *   <li><em>before</em> its commit: a lock on the table lets its statement wait, and the kill comes
 *       while it waits;
 *   <li><em>after</em> its commit: PostgreSQL is told to wait for a replica that does not exist. A
 *       commit is then durable, and whoever made it waits for the word; the kill comes while it
 *       waits.
 * </ul>
 */
final class Breaker {

  private static final Duration REACHED_WITHIN = Duration.ofSeconds(40);
  private static final Duration UP_WITHIN = Duration.ofMinutes(3);

  /** Commits of all members stand still that long at most while one of them is waited for. */
  private static final Duration WITHHELD_AT_MOST = Duration.ofMillis(250);

  /**
   * Short: what a commit sets off comes to its own commit soon, and that is the one to be caught.
   */
  private static final Duration BETWEEN = Duration.ofMillis(60);

  /** What was provoked may have slipped through; then it is provoked once more. */
  private static final Duration PROVOKED_FOR = Duration.ofSeconds(8);

  private static final Duration SHORTLY = Duration.ofMillis(3);

  /** Longer than the workers wait for an answer to a mail's final dot. */
  private static final int MAIL_HANGS = 70;

  private static final String WAITS_FOR_TABLE =
      """
      SELECT count(*) FROM (SELECT ?::regclass AS name) t, pg_locks l
      JOIN pg_stat_activity a USING (pid)
      WHERE a.usename = ? AND NOT l.granted
        AND (l.relation = t.name OR l.relation IN (SELECT relid FROM pg_partition_tree(t.name)))
      """;

  // A transaction keeps its locks while it waits for the replica.
  private static final String HAS_COMMITTED =
      """
      SELECT count(*) FROM pg_stat_activity a
      WHERE a.usename = ? AND a.wait_event = 'SyncRep' AND EXISTS (
        SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.mode = 'RowExclusiveLock'
          AND l.relation = ?::regclass)
        AND NOT EXISTS (
        SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.mode = 'RowExclusiveLock'
          AND l.relation = ?::regclass)
      """;

  private static final String PAUSED = "stands still for ";

  private static final String WITHHELD =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  private static final Duration SHOWS_WITHIN = Duration.ofSeconds(3);

  private static final String IN_FLIGHT = "SELECT count(*) FROM dispatches WHERE state = 'sending'";

  /**
   * A place in a member's work.
   *
   * @param role of the database that its transaction runs under
   * @param table that this transaction writes, and others of the role do not
   * @param butNot a table that other transactions of the role write together with that one
   * @param words for the report
   */
  record Point(String member, String role, String table, @Nullable String butNot, String words) {}

  private final Fleet fleet;
  private final Rows rows;
  private final List<Blow> blows = new ArrayList<>();
  private final Map<String, Long> killed = new HashMap<>();

  Breaker(Fleet fleet, Rows rows) {
    this.fleet = fleet;
    this.rows = rows;
  }

  List<Blow> blows() {
    return List.copyOf(blows);
  }

  /** How often a member was killed, not counting pauses. */
  long kills(String member) {
    return blows.stream().filter(blow -> blow.kills() && blow.member().equals(member)).count();
  }

  /** Kills a service whose open transaction will now never be committed. */
  void before(FaultKind kind, Point point, Runnable provoke) {
    long start = System.nanoTime();
    try (Connection holder = fleet.database()) {
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.execute("SET LOCAL lock_timeout = '10s'");
        statement.execute("LOCK TABLE " + point.table() + " IN SHARE MODE");
      }
      provoke.run();
      boolean reached =
          until(
              REACHED_WITHIN,
              SHORTLY,
              () -> rows.number(WAITS_FOR_TABLE, point.table(), point.role()) > 0);
      require(reached, point);
      killNow(point.member());
      holder.rollback();
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("no lock on " + point.table(), e);
    }
    record(kind, point.member(), "before " + point.words(), null, start);
  }

  /** Kills a service that has committed and does not know it yet. */
  void after(FaultKind kind, Point point, Runnable provoke) {
    long start = System.nanoTime();
    long end = start + REACHED_WITHIN.toNanos();
    boolean hit = false;
    long again = start;
    while (!hit && System.nanoTime() < end) {
      if (System.nanoTime() >= again) {
        provoke.run();
        again = System.nanoTime() + PROVOKED_FOR.toNanos();
      }
      try {
        withholdCommits(true);
        hit =
            until(
                WITHHELD_AT_MOST,
                SHORTLY,
                () -> rows.number(HAS_COMMITTED, point.role(), point.table(), point.butNot()) > 0);
        if (hit) {
          killNow(point.member());
        }
      } finally {
        withholdCommits(false);
      }
      if (!hit) {
        Pause.of(BETWEEN);
      }
    }
    require(hit, point);
    // what was committed shows only when its backend has been let go
    until(SHOWS_WITHIN, SHORTLY, () -> rows.number(WITHHELD) == 0);
    record(kind, point.member(), "after " + point.words(), null, start);
  }

  /** Kills a member wherever it is. */
  void kill(FaultKind kind, String member, String point) {
    long start = System.nanoTime();
    // of a database that is gone it cannot be asked
    long inFlight = rows.number(IN_FLIGHT);
    killNow(member);
    record(kind, member, point, inFlight, start);
  }

  private void killNow(String member) {
    killed.put(member, fleet.pid(member));
    tree(member).forEach(ProcessHandle::destroyForcibly);
  }

  /** Stops a member with all its processes for a while, and lets it go on. */
  void pause(FaultKind kind, String member, Duration time, Runnable meanwhile) {
    long start = System.nanoTime();
    long inFlight = rows.number(IN_FLIGHT);
    List<ProcessHandle> tree = tree(member);
    signal("STOP", tree);
    try {
      meanwhile.run();
      Pause.of(time.minusNanos(System.nanoTime() - start));
    } finally {
      signal("CONT", tree);
    }
    record(kind, member, PAUSED + time.toSeconds() + " s", inFlight, start);
  }

  /** Kills a member and waits until it serves again. */
  void restart(String member) {
    killNow(member);
    awaitUp(member);
  }

  /** Waits until a member serves, and not as the process that was killed. */
  void awaitUp(String member) {
    long gone = killed.getOrDefault(member, -1L);
    boolean up =
        until(
            UP_WITHIN,
            Duration.ofMillis(100),
            () -> {
              MemberState now = fleet.member(member);
              // one that has just died may still be called up, without a process
              return now.phase() == MemberPhase.UP && now.pid() != 0 && now.pid() != gone;
            });
    if (!up) {
      throw new IllegalStateException(
          "%s did not come back within %s:\n%s"
              .formatted(member, UP_WITHIN, fleet.omnify("logs", member, "-n", "40").output()));
    }
  }

  /** Waits until all members serve. */
  void awaitAllUp() {
    fleet.state().members().forEach(member -> awaitUp(member.name()));
  }

  long inFlight() {
    return rows.number(IN_FLIGHT);
  }

  private void record(
      FaultKind kind, String member, String point, @Nullable Long inFlight, long startNanos) {
    long open = inFlight == null ? rows.number(IN_FLIGHT) : inFlight;
    blows.add(
        new Blow(
            kind,
            member,
            point,
            !point.startsWith(PAUSED),
            Instant.now(),
            open,
            Duration.ofNanos(System.nanoTime() - startNanos).toMillis()));
  }

  private static void require(boolean reached, Point point) {
    if (!reached) {
      throw new IllegalStateException(
          "%s did not come to %s within %s: nothing was tried there"
              .formatted(point.member(), point.words(), REACHED_WITHIN));
    }
  }

  /** The process and all below it, the upper ones first, so that none is started anew meanwhile. */
  private List<ProcessHandle> tree(String member) {
    var tree = new ArrayList<ProcessHandle>();
    ProcessHandle.of(fleet.pid(member))
        .ifPresent(
            top -> {
              tree.add(top);
              top.descendants().forEach(tree::add);
            });
    return tree;
  }

  private static void signal(String name, List<ProcessHandle> processes) {
    var command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      new ProcessBuilder("/bin/sh", "-c", String.join(" ", command))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("cannot run kill", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void withholdCommits(boolean withheld) {
    try (Connection owner = fleet.database();
        Statement statement = owner.createStatement()) {
      statement.execute(
          withheld
              ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
              : "ALTER SYSTEM RESET synchronous_standby_names");
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("PostgreSQL takes no setting", e);
    }
  }

  /** Looks until it is so; whether it came to be so in time. */
  static boolean until(Duration limit, Duration between, BooleanSupplier so) {
    long end = System.nanoTime() + limit.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Pause.of(between);
    }
    return true;
  }

  /**
   * Sets the sandbox's fault switches of all channels, all others off. Of mails and calls no
   * webhook is lost: what becomes of a mail nobody can be asked, and a step is done when its call
   * is over.
   */
  void provider(Map<String, Object> faults) {
    provider(faults, 0, 0);
  }

  /**
   * The same.
   *
   * @param mailEventsLost share of the events of mails that are lost
   * @param callReportsLost share of the messages about calls that are lost
   */
  void provider(Map<String, Object> faults, double mailEventsLost, double callReportsLost) {
    fleet.sandbox().put("/sandbox/faults", faults);
    var ofMail = new HashMap<>(faults);
    ofMail.put("callback_lose", mailEventsLost);
    if (faults.containsKey("hang_seconds")) {
      ofMail.put("hang_seconds", MAIL_HANGS);
    }
    fleet.sandbox().put("/sandbox/mail/faults", ofMail);
    var ofCalls = new HashMap<>(faults);
    ofCalls.put("callback_lose", callReportsLost);
    fleet.sandbox().put("/sandbox/vapi/faults", ofCalls);
  }

  /** What becomes of the next SMS. */
  void script(List<String> outcomes) {
    fleet.sandbox().put("/sandbox/script", outcomes);
  }

  /** What becomes of the next mails. */
  void mailScript(List<String> outcomes) {
    fleet.sandbox().put("/sandbox/mail/script", outcomes);
  }

  /** What becomes of the next calls. */
  void callScript(List<String> outcomes) {
    fleet.sandbox().put("/sandbox/vapi/script", outcomes);
  }

  /** SMS that a script still waits for. */
  int scripted() {
    return fleet.sandbox().get("/sandbox/script").size();
  }
}
