package com.omnify.race;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients with numbers at the provider, and people whose dispatch stands READY. */
final class People {

  private static final String READY =
      """
      WITH person AS (
        INSERT INTO contacts (client_id, first_name, last_name, phone, time_zone)
        SELECT :client, 'Ada', 'Byron', '+1' || (2000000000 + :first + n), 'America/Los_Angeles'
        FROM generate_series(1, :many) AS n RETURNING client_id, id, phone),
      entered AS (
        INSERT INTO enrollments (client_id, contact_id, sequence_id, version, status, step_id,
          position, source, started_at, open_dispatch_id)
        SELECT client_id, id, :sequence, 1, 'active', :step, 1, 'manual', now(), uuidv7() FROM person
        RETURNING client_id, id, contact_id, open_dispatch_id),
      born AS (
        INSERT INTO dispatches (client_id, id, contact_id, enrollment_id, sequence_id, version,
          step_id, channel, kind)
        SELECT client_id, open_dispatch_id, contact_id, id, :sequence, 1, :step, 'sms', 'step'
        FROM entered RETURNING id, contact_id)
      SELECT born.id, person.phone FROM born JOIN person ON person.id = born.contact_id
      """;

  /** As autovacuum does in earnest; the tests' PostgreSQL has none. */
  private static final int ANALYZE_EVERY = 4_000;

  private final TestDatabase database;
  private final Fixtures fixtures;
  private final Provider provider;
  private final AtomicInteger people = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger(1_000);

  People(TestDatabase database, Fixtures fixtures, Provider provider) {
    this.database = database;
    this.fixtures = fixtures;
    this.provider = provider;
    database.setFleetClock(Fixtures.NOON, 1);
  }

  /**
   * A client that can send.
   *
   * @param numbers what it sends from
   */
  record Sending(ClientId client, Fixtures.PublishedSequence sequence, List<String> numbers) {}

  /** Somebody whose dispatch stands READY. */
  record Person(DispatchKey key, String phone) {
    UUID dispatch() {
      return key.id().value();
    }
  }

  /** Each number may send so much. */
  Sending client(int howManyNumbers, int perSecond, int dailyCap) {
    ClientId client = fixtures.client();
    var account = fixtures.twilioAccount(client, provider.uri().toString());
    var own = new ArrayList<String>();
    for (int n = 0; n < howManyNumbers; n++) {
      String number = "+1425555%04d".formatted(numbers.getAndIncrement());
      fixtures.phoneNumber(client, account, number);
      own.add(number);
    }
    database
        .admin()
        .sql(
            "UPDATE phone_numbers SET per_second = :rate, daily_cap = :cap WHERE client_id = :client")
        .param("rate", perSecond)
        .param("cap", dailyCap)
        .param("client", client.value())
        .update();
    return new Sending(client, fixtures.sequence(client, 1), own);
  }

  List<Person> ready(Sending sending, int many) {
    int before = people.get();
    if (before / ANALYZE_EVERY != (before + many) / ANALYZE_EVERY) {
      analyze();
    }
    return database
        .admin()
        .sql(READY)
        .param("client", sending.client().value())
        .param("sequence", sending.sequence().id().value())
        .param("step", sending.sequence().step(1).value())
        .param("first", people.getAndAdd(many))
        .param("many", many)
        .query(
            (row, _) ->
                new Person(
                    new DispatchKey(
                        sending.client(), new DispatchId(row.getObject("id", UUID.class))),
                    row.getString("phone")))
        .list();
  }

  private void analyze() {
    database
        .admin()
        .sql(
            """
            ANALYZE dispatches, contacts, enrollments, contact_interactions, suppressions, cap_counters
            """)
        .update();
  }
}
