package com.omnify.launcher.verify;

import com.omnify.launcher.fleet.DatabaseAddress;
import com.omnify.launcher.verify.policy.Check;
import com.omnify.launcher.verify.policy.Checks;
import com.omnify.launcher.verify.policy.Evidence;
import com.omnify.model.event.Topic;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads all three, as often as it takes: a fleet in motion is read in the middle of things, and
 * only what two readings find alike is a finding.
 */
public final class Verification {

  private static final Duration BETWEEN_READINGS = Duration.ofSeconds(3);
  private static final Duration MARGIN_OF_RETENTION = Duration.ofHours(12);

  private final @Nullable String ledger;
  private final DatabaseAddress database;
  private final String kafka;

  /**
   * Prepares.
   *
   * @param ledger address of the sandbox or path of a ledger file; null leaves the ledger out
   */
  public Verification(@Nullable String ledger, DatabaseAddress database, String kafka) {
    this.ledger = ledger;
    this.database = database;
    this.kafka = kafka;
  }

  /**
   * What came out.
   *
   * @param accepts how many lines of the ledger
   * @param readings how often all was read
   * @param inMotion whether the fleet was busy at the last reading
   */
  public record Result(
      List<Check> checks, int accepts, int dispatches, int events, int readings, boolean inMotion) {
    public boolean passed() {
      return checks.stream().allMatch(Check::passed);
    }
  }

  /**
   * Runs it.
   *
   * @param settle how long to wait for what is in motion to come to rest
   * @param grace how long an outcome may take to reach its enrollment
   */
  public Result run(Duration settle, Duration grace)
      throws IOException, SQLException, InterruptedException {
    long deadline = System.nanoTime() + settle.toNanos();
    try (var reader = new DatabaseReader(database)) {
      var evidence = read(reader, grace);
      var reading = Checks.run(evidence);
      var checks = reading;
      int readings = 1;
      while (!checks.stream().allMatch(Check::passed) || evidence.inMotion()) {
        boolean last = System.nanoTime() > deadline;
        if (last && readings > 1) {
          break;
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN_READINGS.toMillis());
        reader.refresh();
        evidence = read(reader, grace);
        var next = Checks.run(evidence);
        checks = confirmed(reading, next);
        reading = next;
        readings++;
      }
      return new Result(
          checks,
          evidence.accepts().size(),
          evidence.dispatches().size(),
          evidence.events().size(),
          readings,
          evidence.inMotion());
    }
  }

  /**
   * Of the new reading only what the one before found too; what is merely listed is as it is now.
   */
  private static List<Check> confirmed(List<Check> before, List<Check> now) {
    var confirmed = new ArrayList<Check>();
    for (int i = 0; i < now.size(); i++) {
      var check = now.get(i);
      confirmed.add(check.mustBeEmpty() ? before.get(i).confirmedBy(check) : check);
    }
    return confirmed;
  }

  private Evidence read(DatabaseReader reader, Duration grace)
      throws IOException, SQLException, InterruptedException {
    // the rows first: whatever they call accepted must be in a ledger that is read later
    var moving = reader.inMotion();
    var dispatches = reader.dispatches();
    var suppressed = reader.suppressedSends();
    var flaws = reader.enrollmentFlaws(grace);
    var events = TopicReader.accepted(kafka);
    var book = ledger == null ? LedgerReader.Ledger.NONE : LedgerReader.read(ledger);
    return new Evidence(
        ledger != null,
        book.accepts(),
        book.callEnds(),
        dispatches,
        events,
        Instant.now().minus(Duration.ofDays(Topic.RETENTION_DAYS)).plus(MARGIN_OF_RETENTION),
        suppressed,
        flaws,
        moving);
  }
}
