package com.omnify.race;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.ChannelWorkersApplication;
import com.omnify.events.EventProcessorApplication;
import com.omnify.events.twilio.StopMessage;
import com.omnify.race.People.Person;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * channel-workers as a process of its own, stopped by the operating system in the middle of a batch
 * for longer than an opt-out waits, and let go on when people of that batch have opted out.
 */
@OmnifyTest
class FrozenProcessTest {

  private static final int FREEZES = Integer.getInteger("race.trials", 0) >= 1_000 ? 20 : 2;
  private static final int BATCH = 64;
  private static final int STOPS = 6;

  private static Provider provider;
  private static People people;
  private static ConfigurableApplicationContext events;
  private static Process channels;

  /** Signals at once: a process a signal would take milliseconds. */
  private static Process shell;

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    provider = new Provider();
    people = new People(database, fixtures, provider);
    events = Service.start(EventProcessorApplication.class, "events", database, kafka);
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                ChannelWorkersApplication.class.getName()));
    command.addAll(
        Service.arguments(
            "channels",
            database,
            kafka,
            "omnify.channels.sweep-every=50ms",
            "omnify.channels.stale-after=0s"));
    Path log = Path.of("target/race/frozen-process.log");
    Files.createDirectories(log.getParent());
    channels =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    shell = new ProcessBuilder("sh").start();
  }

  @AfterAll
  static void end() throws Exception {
    signal("CONT");
    shell.destroy();
    channels.destroyForcibly().waitFor();
    events.close();
    provider.close();
  }

  private static void signal(String name) throws IOException {
    Writer to = shell.outputWriter();
    to.write("kill -" + name + " " + channels.pid() + "\n");
    to.flush();
  }

  private record Stopped(Person person, JdbcTap.Trace trace) {}

  @Test
  void aProcessThatStoodStillSendsNothingAfterAStop(TestDatabase database) throws Exception {
    People.Sending sending = people.client(20, 1_000, 10_000_000);
    var stop = new StopMessage(events);
    var counter = events.getBean(MeterRegistry.class).counter("omnify.opt.out.residue");
    int stops = 0;
    int overtook = 0;
    int after = 0;
    // A batch that is not disturbed: the process is up and warm.
    List<Person> first = people.ready(sending, BATCH);
    Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> seen(first) == BATCH);
    try (ExecutorService threads = Executors.newFixedThreadPool(STOPS)) {
      for (int freeze = 0; freeze < FREEZES; freeze++) {
        List<Person> batch = people.ready(sending, BATCH);
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofNanos(100_000))
            .until(() -> seen(batch) > 0);
        Moment.await(System.nanoTime() + ThreadLocalRandom.current().nextLong(6_000_000));
        signal("STOP");
        Moment.await(System.nanoTime() + 20_000_000);
        // Rather those whose POST is still to come.
        List<Person> waiting =
            batch.stream().filter(one -> provider.of(one.dispatch()) == null).toList();
        List<Person> some = waiting.isEmpty() ? batch : waiting;
        var said = new ArrayList<Future<Stopped>>();
        for (Person person : some.subList(0, Math.min(STOPS, some.size()))) {
          String sid = "SMp%029x".formatted(++stops);
          said.add(threads.submit(() -> say(stop, sending, person, sid)));
        }
        var stopped = new ArrayList<Stopped>();
        for (Future<Stopped> one : said) {
          stopped.add(one.get());
        }
        signal("CONT");
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> ended(database, batch) == BATCH);
        for (Stopped one : stopped) {
          var post = provider.of(one.person.dispatch());
          overtook += one.trace.commitDone - one.trace.lockAsked > 1_900_000_000L ? 1 : 0;
          after += post != null && post.firstByte() > one.trace.commitDone ? 1 : 0;
        }
      }
    }
    System.out.printf(
        "Process stopped in a batch %d times: %d STOPs meanwhile, %d of them over the lock after"
            + " 2 s (omnify.opt.out.residue %.0f), POSTs begun after their commit: %d%n",
        FREEZES, stops, overtook, counter.count(), after);
    Files.writeString(
        Path.of("target/race/frozen-process.json"),
        TestJson.MAPPER
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(
                Map.of(
                    "freezes", FREEZES,
                    "stops", stops,
                    "committed_over_the_lock", overtook,
                    "begun_after_commit", after)));
    assertThat(stops).isPositive();
    assertThat((double) overtook).as("each is counted").isEqualTo(counter.count());
    // Only the instant between the last look and the first byte could leak, one request a thread.
    assertThat(after).isLessThanOrEqualTo(FREEZES / 10);
  }

  private static Stopped say(StopMessage stop, People.Sending sending, Person person, String sid) {
    var trace = new JdbcTap.Trace(() -> {}, () -> {});
    JdbcTap.begin(trace);
    stop.say(sending.client(), person.phone(), sending.numbers().getFirst(), sid);
    JdbcTap.end();
    return new Stopped(person, trace);
  }

  private static int seen(List<Person> batch) {
    return (int) batch.stream().filter(one -> provider.of(one.dispatch()) != null).count();
  }

  private static int ended(TestDatabase database, List<Person> batch) {
    return database
        .admin()
        .sql(
            """
            SELECT count(*) FROM dispatches WHERE id = ANY (:ids) AND state NOT IN ('ready', 'sending')
            """)
        .param("ids", batch.stream().map(Person::dispatch).toArray(java.util.UUID[]::new))
        .query(Integer.class)
        .single();
  }
}
