package com.omnify.channels;

import static java.util.Objects.requireNonNull;

import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.sandbox.Sandbox;
import com.omnify.sandbox.SandboxOptions;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A client with a number at a sandbox, and what is needed to ring for it. */
public final class WorkerFixture implements AutoCloseable {

  private static final AtomicInteger NUMBERS = new AtomicInteger(100);
  private static final AtomicInteger PEOPLE = new AtomicInteger(2_000_000);

  public final Sandbox sandbox;
  public final TestDatabase database;
  public final Fixtures fixtures;
  private final TestKafka kafka;

  public WorkerFixture(TestDatabase database, TestKafka kafka, Fixtures fixtures)
      throws IOException {
    Path data = Files.createTempDirectory("channels-sandbox");
    // Callbacks go nowhere: nobody listens on that port.
    this.sandbox = Sandbox.start(SandboxOptions.in(data).withEveryoneElse(Persona.SILENT));
    this.database = database;
    this.kafka = kafka;
    this.fixtures = fixtures;
    database.setFleetClock(Fixtures.NOON, 1);
  }

  /** The service reads the clock anew only now and then. */
  public static void awaitNoon(FleetClock clock) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> clock.now().isBefore(Fixtures.NOON.plus(Duration.ofHours(6))));
  }

  /** A client that can send. */
  public ClientId client() {
    return client(sandbox.uri().toString());
  }

  /** A client whose provider stands at another address. */
  public ClientId client(String provider) {
    ClientId client = fixtures.client();
    var account = fixtures.twilioAccount(client, provider);
    fixtures.phoneNumber(client, account, number());
    database
        .admin()
        .sql("UPDATE phone_numbers SET per_second = 500 WHERE client_id = :c")
        .param("c", client.value())
        .update();
    return client;
  }

  public static String number() {
    return "+1425555%04d".formatted(NUMBERS.getAndIncrement());
  }

  public DispatchRef ready(ClientId client, Fixtures.PublishedSequence sequence) {
    ContactId contact = fixtures.contact(client);
    EnrollmentId enrollment = fixtures.enrollment(client, contact, sequence);
    return fixtures.dispatch(client, contact, enrollment, sequence, 1);
  }

  /** A client that can send mail to that server. */
  public ClientId mailClient(int port) {
    ClientId client = fixtures.client();
    var account =
        fixtures.account(
            client,
            "smtp",
            null,
            "{\"host\":\"127.0.0.1\",\"port\":%d,\"tls\":\"none\"}".formatted(port));
    fixtures.mailbox(client, account, "hello@%s.example".formatted(client));
    return client;
  }

  /** The only step of a sequence, made a mail, READY for somebody with an address. */
  public DispatchRef readyMail(ClientId client, Fixtures.PublishedSequence sequence, String html) {
    database
        .admin()
        .sql(
            """
            UPDATE sequence_steps SET kind = 'email', content = jsonb_build_object(
              'subject', 'For {{ first_name }}', 'html', :html::text)
            WHERE client_id = :client AND id = :step
            """)
        .param("html", html)
        .param("client", client.value())
        .param("step", sequence.step(1).value())
        .update();
    ContactId contact = fixtures.contact(client);
    fixtures.email(client, contact, contact + "@example.com");
    EnrollmentId enrollment = fixtures.enrollment(client, contact, sequence);
    var ref =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            enrollment,
            sequence.id(),
            1,
            sequence.step(1),
            Channel.EMAIL,
            DispatchKind.STEP,
            1);
    database
        .admin()
        .sql("UPDATE enrollments SET open_dispatch_id = :id, attempt = 1 WHERE id = :enrollment")
        .param("id", ref.dispatchId().value())
        .param("enrollment", enrollment.value())
        .update();
    fixtures.insert(ref, DispatchState.READY);
    return ref;
  }

  /** Many people at once, each with a READY dispatch of the first step. */
  public List<DispatchRef> ready(ClientId client, Fixtures.PublishedSequence sequence, int many) {
    String sql =
        """
        WITH person AS (
          INSERT INTO contacts (client_id, first_name, last_name, phone, time_zone)
          SELECT :client, 'Ada', 'Byron', '+1253' || (:first + n), 'America/Los_Angeles'
          FROM generate_series(1, :many) AS n RETURNING client_id, id),
        entered AS (
          INSERT INTO enrollments (client_id, contact_id, sequence_id, version, status, step_id,
            position, source, started_at, open_dispatch_id)
          SELECT client_id, id, :sequence, 1, 'active', :step, 1, 'manual', now(), uuidv7() FROM person
          RETURNING client_id, id, contact_id, open_dispatch_id)
        INSERT INTO dispatches (client_id, id, contact_id, enrollment_id, sequence_id, version,
          step_id, channel, kind)
        SELECT client_id, open_dispatch_id, contact_id, id, :sequence, 1, :step, 'sms', 'step'
        FROM entered RETURNING id, contact_id, enrollment_id
        """;
    return database
        .admin()
        .sql(sql)
        .param("client", client.value())
        .param("sequence", sequence.id().value())
        .param("step", sequence.step(1).value())
        .param("first", PEOPLE.getAndAdd(many))
        .param("many", many)
        .query(
            (row, _) ->
                Fixtures.ref(
                    client,
                    new ContactId(row.getObject("contact_id", UUID.class)),
                    new EnrollmentId(row.getObject("enrollment_id", UUID.class)),
                    sequence,
                    1,
                    new DispatchId(row.getObject("id", UUID.class)),
                    1))
        .list();
  }

  public void ring(List<DispatchRef> refs) {
    kafka.send(
        refs.stream()
            .map(ref -> new DispatchOpened(Fixtures.eventId(), Instant.now(), ref))
            .toArray(DispatchOpened[]::new));
  }

  public String state(DispatchRef ref) {
    return field(ref, "state");
  }

  public String field(DispatchRef ref, String column) {
    return database
        .lines("SELECT %s FROM dispatches WHERE id = '%s'".formatted(column, ref.dispatchId()))
        .getFirst();
  }

  /** How often the provider took something for each dispatch. */
  public Map<String, Integer> accepted() {
    var counts = new ConcurrentHashMap<String, Integer>();
    for (LedgerEntry entry : entries(LedgerEntry.Kind.ACCEPTED)) {
      counts.merge(requireNonNull(entry.dispatchId()), 1, Integer::sum);
    }
    return counts;
  }

  public List<LedgerEntry> entries(LedgerEntry.Kind kind) {
    var entries = new ArrayList<LedgerEntry>();
    sandbox
        .ledger()
        .forEachLine(
            0,
            kind,
            line ->
                entries.add(com.omnify.testkit.TestJson.MAPPER.readValue(line, LedgerEntry.class)));
    return entries;
  }

  @Override
  public void close() throws IOException {
    sandbox.close();
  }
}
