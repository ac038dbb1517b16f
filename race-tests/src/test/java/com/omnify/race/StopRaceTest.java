package com.omnify.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.ChannelWorkersApplication;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.fence.NoLocks;
import com.omnify.channels.worker.Batches;
import com.omnify.events.EventProcessorApplication;
import com.omnify.events.twilio.StopMessage;
import com.omnify.race.FrozenSender.Residue;
import com.omnify.race.FrozenSender.Where;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * STOP against the sender: both services' own code over one database, real POSTs over real sockets.
 * {@code -Drace.trials=10000} is the full run.
 */
@OmnifyTest
class StopRaceTest {

  private static final List<Integer> BATCH_SIZES = List.of(1, 32, 64);
  private static final int TRIALS = Integer.getInteger("race.trials", 90);

  /** Without the lock a part of them is enough to see what it is there for. */
  private static final int TRIALS_WITHOUT = Math.max(30, TRIALS / 5);

  private static final int FREEZES = TRIALS >= 1_000 ? 20 : 3;

  private static Provider provider;
  private static ConfigurableApplicationContext channels;
  private static ConfigurableApplicationContext events;
  private static People people;

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    WireTap.install();
    provider = new Provider();
    people = new People(database, fixtures, provider);
    // The sweeper would feed what waits for its trial to the workers.
    channels =
        Service.start(
            ChannelWorkersApplication.class,
            "channels",
            database,
            kafka,
            "omnify.channels.sweep-every=1h");
    events = Service.start(EventProcessorApplication.class, "events", database, kafka);
  }

  @AfterAll
  static void end() throws Exception {
    channels.close();
    events.close();
    provider.close();
  }

  @Test
  void noPostBeginsAfterTheCommitOfAStop(TestDatabase database) throws Exception {
    long began = System.nanoTime();
    var locked = new Batches(channels, channels.getBean(IdentityLocks.class));
    var unlocked = new Batches(channels, new NoLocks(channels.getBean(DataSource.class)));
    var tallies = new ArrayList<Tally>();
    System.out.println(Tally.header());
    People.Sending sending = people.client(20, 1_000, 10_000_000);
    try (var race = new StopRace(database, provider, people, sending, new StopMessage(events))) {
      for (boolean lock : List.of(true, false)) {
        int trials = lock ? TRIALS : TRIALS_WITHOUT;
        for (int n = 0; n < BATCH_SIZES.size(); n++) {
          int share = trials / 3 + (n < trials % 3 ? 1 : 0);
          Tally tally = race.run(BATCH_SIZES.get(n), lock ? locked : unlocked, share);
          System.out.println(tally.line());
          tallies.add(tally);
        }
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    System.out.println(took.toSeconds() + " s");
    write("stop-race.json", tallies);

    assertThat(tallies.stream().filter(it -> it.lock))
        .allSatisfy(
            tally -> {
              assertThat(tally.begunBeforeStop).as("some are sent in time").isPositive();
              assertThat(tally.begunAfterCommitSent).as("POSTs begun after STOP").isZero();
              assertThat(tally.begunAfterCommitElsewhere).as("further away").isZero();
              assertThat(tally.endedAfterCommitSent).as("POSTs ended after STOP").isZero();
            });
    assertThat(tallies.stream().filter(it -> !it.lock).mapToInt(it -> it.begunAfterCommit).sum())
        .as("the harness must see what the lock is there for")
        .isGreaterThan(TRIALS_WITHOUT / 20);
  }

  @Test
  void aFrozenSenderLeaksOnlyBehindItsLastLook() throws Exception {
    People.Sending sending = people.client(1, 1_000, 10_000_000);
    var batches = new Batches(channels, channels.getBean(IdentityLocks.class));
    var frozen = new FrozenSender(people, sending, batches, new StopMessage(events));
    var residues = new ArrayList<Residue>();
    for (Where where : Where.values()) {
      double before = overtaken();
      Residue residue = frozen.freeze(where, FREEZES, 5);
      double counted = overtaken() - before;
      System.out.printf(
          "Sender frozen 2.6 s %s, %d times: %d POSTs begun after STOP's commit, %d called off;"
              + " STOP committed after %d to %d ms, omnify.opt.out.residue +%.0f%n",
          where.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          residue.freezes(),
          residue.begunAfterCommit(),
          residue.notSent(),
          residue.shortestStopMillis(),
          residue.longestStopMillis(),
          counted);
      residues.add(residue);
      assertThat(residue.longestStopMillis()).as("STOP waits 2 s").isLessThan(4_000);
      if (where == Where.BEFORE_ITS_LAST_LOOK) {
        assertThat(residue.begunAfterCommit()).isZero();
        assertThat(residue.notSent()).isEqualTo(FREEZES);
      } else {
        assertThat(counted).as("each is counted").isEqualTo(residue.begunAfterCommit());
      }
    }
    write("frozen-sender.json", residues);
  }

  private static double overtaken() {
    return events.getBean(MeterRegistry.class).counter("omnify.opt.out.residue").count();
  }

  private static void write(String name, Object report) throws IOException {
    Path path = Path.of("target/race", name);
    Files.createDirectories(path.getParent());
    Files.writeString(
        path, TestJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report));
  }
}
