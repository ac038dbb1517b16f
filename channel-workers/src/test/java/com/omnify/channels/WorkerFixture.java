package com.omnify.channels;

import static java.util.Objects.requireNonNull;

import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.sandbox.Sandbox;
import com.omnify.sandbox.SandboxOptions;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A client with a number at a sandbox, and what is needed to ring for it. */
public final class WorkerFixture implements AutoCloseable {

  private static final AtomicInteger NUMBERS = new AtomicInteger(100);

  public final Sandbox sandbox;
  public final TestDatabase database;
  public final Fixtures fixtures;
  private final TestKafka kafka;

  public WorkerFixture(TestDatabase database, TestKafka kafka, Fixtures fixtures)
      throws IOException {
    Path data = Files.createTempDirectory("channels-sandbox");
    // Callbacks go nowhere: nobody listens on that port.
    this.sandbox = Sandbox.start(SandboxOptions.in(data));
    this.database = database;
    this.kafka = kafka;
    this.fixtures = fixtures;
    database.setFleetClock(Fixtures.NOON, 1);
  }

  /** A client that can send. */
  public ClientId client() {
    ClientId client = fixtures.client();
    var account = fixtures.twilioAccount(client, sandbox.uri().toString());
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

  public List<DispatchRef> ready(ClientId client, Fixtures.PublishedSequence sequence, int many) {
    var refs = new ArrayList<DispatchRef>();
    for (int i = 0; i < many; i++) {
      refs.add(ready(client, sequence));
    }
    return refs;
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
