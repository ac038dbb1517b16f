package com.omnify.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.ChannelWorkersApplication;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.fence.NoLocks;
import com.omnify.channels.worker.Batches;
import com.omnify.events.EventProcessorApplication;
import com.omnify.events.twilio.StopMessage;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    Path report = Path.of("target/race/stop-race.json");
    Files.createDirectories(report.getParent());
    Files.writeString(
        report, TestJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tallies));
    System.out.printf("%d s; %s%n", took.toSeconds(), report);

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
}
