package com.omnify.fleet.chaos;

import com.omnify.fleet.chaos.policy.Evidence;
import com.omnify.fleet.chaos.policy.Evidence.Counted;
import com.omnify.fleet.chaos.policy.Evidence.DispatchRow;
import com.omnify.fleet.chaos.policy.Evidence.EnrollmentRow;
import com.omnify.fleet.chaos.policy.Evidence.Intent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Gathers what is known about a crowd, from the database and the ledger. */
final class Findings {

  private static final String ENROLLMENTS =
      """
      SELECT e.id, e.contact_id, e.status, e.status_reason, e.open_dispatch_id, EXISTS (
          SELECT FROM due WHERE due.client_id = e.client_id AND due.enrollment_id = e.id) AS due
      FROM enrollments e WHERE e.client_id = ?::uuid AND e.sequence_id = ?::uuid
      """;

  private static final String STEPS =
      """
      SELECT s.id FROM sequences q
      JOIN sequence_steps s ON s.client_id = q.client_id AND s.sequence_id = q.id
        AND s.version = q.published_version
      WHERE q.client_id = ?::uuid AND q.id = ?::uuid AND s.kind = ? ORDER BY s.position
      """;

  private static final String DISPATCHES =
      """
      SELECT id, enrollment_id, step_id, state, delivery_status, unknown_since IS NOT NULL AS unknown,
        checks
      FROM dispatches WHERE client_id = ?::uuid AND channel = ?
      """;

  // A failure that was healed is no reason: then it was to be tried again.
  private static final String REASONS =
      """
      SELECT enrollment_id, step_id FROM execution_log
      WHERE client_id = ?::uuid AND step_id IS NOT NULL
      GROUP BY enrollment_id, step_id
      HAVING count(*) FILTER (WHERE decision = 'skipped') > 0
        OR count(*) FILTER (WHERE decision = 'failed') > count(*) FILTER (WHERE decision = 'healed')
      """;

  private static final String COUNTED =
      """
      SELECT step_id, sum(total_accepted) AS accepted, sum(total_executions) AS executed
      FROM step_analytics WHERE client_id = ?::uuid GROUP BY step_id
      """;

  private Findings() {}

  /** Of each channel of the crowd. */
  static List<Evidence> about(Crowd crowd, Rows rows, Book book) {
    return crowd.groups().stream()
        .map(group -> about(crowd.clientId(), group, rows, book.page(crowd.clientId())))
        .toList();
  }

  private static Evidence about(String client, Crowd.Group group, Rows rows, Book.Page page) {
    String channel = group.channel().title();
    Map<String, Counted> counted = new HashMap<>();
    rows.list(
        COUNTED,
        row ->
            counted.put(
                row.getString("step_id"),
                new Counted(row.getLong("accepted"), row.getLong("executed"))),
        client);
    return new Evidence(
        group.channel(),
        group.asked(),
        group.refused(),
        rows.list(
            ENROLLMENTS,
            row ->
                new EnrollmentRow(
                    row.getString("id"),
                    row.getString("contact_id"),
                    row.getString("status"),
                    row.getString("status_reason"),
                    row.getString("open_dispatch_id"),
                    row.getBoolean("due")),
            client,
            group.sequenceId()),
        rows.list(STEPS, row -> row.getString("id"), client, group.sequenceId(), channel),
        rows.list(
            DISPATCHES,
            row ->
                new DispatchRow(
                    row.getString("id"),
                    new Intent(row.getString("enrollment_id"), row.getString("step_id")),
                    row.getString("state"),
                    row.getString("delivery_status"),
                    row.getBoolean("unknown"),
                    row.getInt("checks")),
            client,
            channel),
        page.accepts(group.channel()),
        new HashSet<>(
            rows.list(
                REASONS,
                row -> new Intent(row.getString("enrollment_id"), row.getString("step_id")),
                client)),
        counted,
        page.told());
  }
}
