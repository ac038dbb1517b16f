package com.omnify.bench.peer;

import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A step as most sequencers do it: a row at a time and three commits a step, on tables of the shape
 * of the product's. 20 threads take the next due enrollment, mark it and its dispatch; post; record
 * the result and what was said; and move the enrollment on. No tenancy, no locks on addresses, no
 * caps, a text that is ready: nothing but the pattern.
 */
public final class ControlRow implements Peer {

  public static final String NAME = "control-row";

  private static final int THREADS = 20;

  private static final String TABLES =
      """
      CREATE SCHEMA IF NOT EXISTS control;
      CREATE TABLE IF NOT EXISTS control.contacts (LIKE omnify.contacts INCLUDING ALL);
      CREATE TABLE IF NOT EXISTS control.enrollments (LIKE omnify.enrollments INCLUDING ALL);
      CREATE INDEX IF NOT EXISTS enrollments_due ON control.enrollments (next_step_at) WHERE status = 'active';
      CREATE TABLE IF NOT EXISTS control.dispatches (LIKE omnify.dispatches INCLUDING ALL);
      CREATE TABLE IF NOT EXISTS control.contact_interactions (LIKE omnify.contact_interactions INCLUDING ALL)
      """;

  private static final String PREPARE =
      """
      WITH c AS (
        INSERT INTO contacts (client_id, first_name, last_name, phone, time_zone)
        SELECT ?::uuid, 'Ada', 'Person ' || n, '+' || (? + n), 'America/New_York'
        FROM generate_series(0, ? - 1) AS n RETURNING client_id, id)
      INSERT INTO enrollments (client_id, id, contact_id, sequence_id, version, status, step_id, position,
        next_step_at, source, started_at)
      SELECT client_id, uuidv7(), id, uuidv7(), 1, 'active', uuidv7(), 1, now(), 'bench', now() FROM c
      """;

  private static final String NEXT =
      """
      SELECT client_id, id, contact_id, sequence_id, step_id FROM enrollments
      WHERE status = 'active' AND next_step_at <= now()
      ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED
      """;

  private static final String CONTACT =
      "SELECT first_name, phone FROM contacts WHERE client_id = ? AND id = ?";

  private static final String PARK =
      """
      UPDATE enrollments SET open_dispatch_id = ?, next_step_at = NULL, attempt = attempt + 1,
        row_version = row_version + 1
      WHERE client_id = ? AND id = ?
      """;

  private static final String DISPATCH =
      """
      INSERT INTO dispatches (client_id, id, contact_id, enrollment_id, sequence_id, version, step_id, channel,
        kind, state, fenced_at, identity)
      VALUES (?, ?, ?, ?, ?, 1, ?, 'sms', 'step', 'sending', now(), ?)
      """;

  private static final String RESULT =
      """
      UPDATE dispatches SET state = 'accepted', provider_id = 'SM0', finished_at = now()
      WHERE client_id = ? AND id = ?
      """;

  private static final String SAID =
      """
      INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id, channel,
        direction, identity, own_address, content_body, occurred_at)
      VALUES (?, ?, ?, ?, ?, ?, 'sms', 'outbound', ?, '+15550100000', ?, now())
      """;

  private static final String ADVANCE =
      """
      UPDATE enrollments SET open_dispatch_id = NULL, position = position + 1, steps_done = steps_done + 1,
        sent = sent + 1, attempt = 0, last_step_at = now(), next_step_at = now() + interval '2 days',
        row_version = row_version + 1
      WHERE client_id = ? AND id = ?
      """;

  private final String database;
  private final URI provider;
  private final UUID client = UUID.randomUUID();
  private long nextNumber = 14_000_000_000L;

  ControlRow(String database, URI provider) throws SQLException {
    this.database = database;
    this.provider = provider;
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(TABLES);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(database + "?currentSchema=control", "postgres", "");
  }

  @Override
  public void prepare(int steps) throws SQLException {
    try (var connection = connect();
        var prepare = connection.prepareStatement(PREPARE);
        var vacuum = connection.createStatement()) {
      prepare.setObject(1, client);
      prepare.setLong(2, nextNumber);
      prepare.setInt(3, steps);
      prepare.execute();
      nextNumber += steps;
      vacuum.execute("VACUUM (ANALYZE) contacts, enrollments, dispatches, contact_interactions");
    }
  }

  @Override
  public void run() throws SQLException, IOException, InterruptedException {
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var ends = new ArrayList<Future<?>>();
      for (int n = 0; n < THREADS; n++) {
        ends.add(
            threads.submit(
                () -> {
                  work();
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread failed", e.getCause());
    }
  }

  private record Step(
      UUID client, UUID enrollment, UUID contact, UUID sequence, UUID step, UUID dispatch) {}

  private void work() throws SQLException, IOException {
    try (var connection = connect();
        var post = new PlainPost(provider)) {
      connection.setAutoCommit(false);
      while (true) {
        Step step = next(connection);
        if (step == null) {
          connection.commit();
          return;
        }
        String phone = park(connection, step);
        connection.commit();
        String text = "Hi Ada, is the estimate still of interest? Reply STOP to opt out.";
        post.send(phone, text, step.dispatch().toString());
        change(connection, RESULT, step.client(), step.dispatch());
        change(
            connection,
            SAID,
            step.client(),
            step.dispatch(),
            step.contact(),
            step.enrollment(),
            step.sequence(),
            step.step(),
            phone,
            text);
        connection.commit();
        change(connection, ADVANCE, step.client(), step.enrollment());
        connection.commit();
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Step next(Connection connection)
      throws SQLException {
    try (var statement = connection.prepareStatement(NEXT);
        var rows = statement.executeQuery()) {
      return rows.next()
          ? new Step(
              rows.getObject(1, UUID.class),
              rows.getObject(2, UUID.class),
              rows.getObject(3, UUID.class),
              rows.getObject(4, UUID.class),
              rows.getObject(5, UUID.class),
              UUID.randomUUID())
          : null;
    }
  }

  private static String park(Connection connection, Step step) throws SQLException {
    String phone;
    try (var statement = connection.prepareStatement(CONTACT)) {
      statement.setObject(1, step.client());
      statement.setObject(2, step.contact());
      try (var rows = statement.executeQuery()) {
        rows.next();
        phone = rows.getString(2);
      }
    }
    change(
        connection,
        DISPATCH,
        step.client(),
        step.dispatch(),
        step.contact(),
        step.enrollment(),
        step.sequence(),
        step.step(),
        phone);
    change(connection, PARK, step.dispatch(), step.client(), step.enrollment());
    return phone;
  }

  private static void change(Connection connection, String sql, Object... values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException("a row was not there: " + sql);
      }
    }
  }

  @Override
  public void close() {
    // Each thread had a connection of its own.
  }
}
