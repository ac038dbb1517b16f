package com.omnify.bench.workload;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Clients, people and enrollments, written straight into the tables: they are the set-up of a
 * measurement, not its subject. Recipients' numbers run on from one to the next, so that a request
 * at the provider tells who it was for.
 */
final class Population {

  /** Two steps, so that a step's outcome has a next step to plan. */
  private static final String SEQUENCE =
      """
      WITH s AS (
        INSERT INTO sequences (client_id, id, name, trigger_type, send_window, active, entry_rule)
        SELECT c.client_id, uuidv7(), 'Follow up', 'manual', (
          SELECT jsonb_object_agg(day, '[{"from": "00:00", "to": "24:00"}]'::jsonb)
          FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day), true, 'once'
        FROM (SELECT ?::uuid AS client_id) c RETURNING client_id, id),
      v AS (
        INSERT INTO sequence_versions (client_id, sequence_id, version, state, published_at)
        SELECT client_id, id, 1, 'published', now() FROM s)
      INSERT INTO sequence_steps (client_id, sequence_id, version, id, position, name, kind, delay, content,
        on_success, on_failure)
      SELECT client_id, id, 1, uuidv7(), n, 'Step ' || n, 'sms',
        CASE n WHEN 1 THEN '{"type": "immediate"}' ELSE '{"type": "fixed", "duration": "P2D"}' END::jsonb,
        jsonb_build_object('body', ?::text), '{"action": "continue"}', '{"action": "continue"}'
      FROM s, generate_series(1, 2) AS n
      RETURNING sequence_id
      """;

  private static final String BODY =
      """
      Hi {{ first_name | default: "there" }}, this is {{ client_name }}. {% if company %}Is the \
      estimate for {{ company }} still of interest?{% else %}Is the estimate still of interest?\
      {% endif %} Reply STOP to opt out.""";

  private static final String PEOPLE =
      """
      WITH c AS (
        INSERT INTO contacts (client_id, first_name, last_name, company, phone, email, time_zone,
          phone_time_zones, state, postal_code, phone_type, custom_fields)
        SELECT ?::uuid, (ARRAY['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'])[1 + n % 5], 'Person ' || n,
          CASE WHEN n % 3 = 0 THEN 'Engines ' || n END, '+' || (? + n), 'p' || (? + n) || '@example.org',
          (ARRAY['America/New_York', 'America/Chicago', 'America/Denver'])[1 + n % 3],
          ARRAY[(ARRAY['America/New_York', 'America/Chicago', 'America/Denver'])[1 + n % 3]], 'NY',
          '10001', 'mobile', '{"lead_source": "web"}'
        FROM generate_series(0, ? - 1) AS n
        RETURNING client_id, id, phone),
      x AS (
        INSERT INTO contact_contexts (client_id, contact_id) SELECT client_id, id FROM c),
      e AS (
        INSERT INTO enrollments (client_id, id, contact_id, sequence_id, version, status, step_id, position,
          next_step_at, source, started_at)
        SELECT c.client_id, uuidv7(), c.id, s.sequence_id, 1, 'active', s.id, 1, now() + interval '1 year',
          'bench', now()
        FROM c JOIN sequence_steps s ON s.client_id = c.client_id AND s.sequence_id = ?::uuid
          AND s.version = 1 AND s.position = 1
        RETURNING client_id, id, next_step_at)
      INSERT INTO due (client_id, enrollment_id, channel, urgent, due_at)
      SELECT client_id, id, 'sms', false, next_step_at FROM e
      """;

  /** One after the other in the order of their numbers. */
  private static final String DUE =
      """
      UPDATE due d SET due_at = ?::timestamptz + make_interval(secs => ?::float8 * (substr(c.phone, 2)::bigint - ?))
      FROM contacts c JOIN enrollments e ON e.client_id = c.client_id AND e.contact_id = c.id
      WHERE c.client_id = ?::uuid AND substr(c.phone, 2)::bigint BETWEEN ? AND ?
        AND d.client_id = e.client_id AND d.enrollment_id = e.id
      """;

  private final Connection db;
  private final URI provider;
  private long nextNumber;
  private long nextOwnNumber;

  /**
   * A population.
   *
   * @param firstNumber of the first person, as digits; no other population comes near it
   */
  Population(Connection db, URI provider, long firstNumber) {
    this.db = db;
    this.provider = provider;
    this.nextNumber = firstNumber;
    this.nextOwnNumber = firstNumber + 999_000_000L;
  }

  /** A client with a sequence of two messages. */
  record Client(UUID id, UUID sequence) {}

  /** People with consecutive numbers. */
  record People(Client client, long firstNumber, int count) {
    long lastNumber() {
      return firstNumber + count - 1;
    }

    boolean has(long number) {
      return number >= firstNumber && number <= lastNumber();
    }
  }

  /**
   * A client.
   *
   * @param perSecond of each of its numbers
   */
  Client client(String name, int numbers, int perSecond) throws SQLException {
    UUID id = UUID.randomUUID();
    run(
        "INSERT INTO clients (id, name, industry, time_zone) VALUES (?, ?, 'roofing', 'America/New_York')",
        id,
        name);
    run("INSERT INTO client_profiles (client_id, phone) VALUES (?, '+12125550100')", id);
    run(
        "INSERT INTO price_book (client_id, item, price_micros) VALUES (?, 'sms_segment', 7900)",
        id);
    UUID account = UUID.randomUUID();
    run(
        """
        INSERT INTO provider_accounts (client_id, id, provider, name, account_sid, auth_token, base_url)
        VALUES (?, ?, 'twilio', 'Main', ?, 'token', ?)
        """,
        id,
        account,
        "AC" + id.toString().replace("-", ""),
        provider.toString());
    for (int n = 0; n < numbers; n++) {
      run(
          """
          INSERT INTO phone_numbers (client_id, provider_account_id, e164, per_second, daily_cap)
          VALUES (?, ?, ?, ?, 10000000)
          """,
          id,
          account,
          "+" + nextOwnNumber++,
          perSecond);
    }
    UUID sequence;
    try (PreparedStatement statement = db.prepareStatement(SEQUENCE)) {
      statement.setObject(1, id);
      statement.setString(2, BODY);
      try (var rows = statement.executeQuery()) {
        rows.next();
        sequence = rows.getObject(1, UUID.class);
      }
    }
    run("UPDATE sequences SET published_version = 1 WHERE client_id = ? AND id = ?", id, sequence);
    return new Client(id, sequence);
  }

  /** People of a client, each enrolled and waiting; nothing is due for a year. */
  People people(Client client, int count) throws SQLException {
    long first = nextNumber;
    nextNumber += count;
    run(PEOPLE, client.id(), first, first, count, client.sequence());
    return new People(client, first, count);
  }

  /** Makes the first step of each due, so many seconds after the one before. */
  void due(People people, Instant first, double secondsApart) throws SQLException {
    run(
        DUE,
        first,
        secondsApart,
        people.firstNumber(),
        people.client().id(),
        people.firstNumber(),
        people.lastNumber());
  }

  /** What is left of the rows' earlier times is not to be cleared away during a measurement. */
  void tidy() throws SQLException {
    try (var statement = db.createStatement()) {
      statement.execute("VACUUM due");
    }
  }

  /**
   * What autovacuum has done in a database that is not a minute old; and the law lets everybody be
   * written to at any hour, as a measurement may run at night. Its rules are asked all the same.
   */
  void settle() throws SQLException {
    try (var statement = db.createStatement()) {
      statement.execute(
          """
          UPDATE compliance_rules SET hours = (
            SELECT jsonb_object_agg(day, '[{"from": "00:00", "to": "24:00"}]'::jsonb)
            FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day)
          WHERE hours IS NOT NULL
          """);
      statement.execute("DELETE FROM compliance_rules WHERE hours IS NULL");
      statement.execute("UPDATE compliance_book SET version = version + 1");
      statement.execute(
          "VACUUM (ANALYZE) contacts, contact_contexts, enrollments, due, dispatches");
    }
  }

  private void run(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Instant instant) {
          statement.setObject(
              i + 1,
              OffsetDateTime.ofInstant(instant, ZoneOffset.UTC),
              Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
          statement.setObject(i + 1, values[i]);
        }
      }
      statement.execute();
    }
  }
}
