package com.omnify.fleet.chaos;

import com.omnify.fleet.Pause;
import java.time.Duration;
import java.util.List;

/** Waits for everything to come to its end. */
final class Rest {

  /**
   * Longer than the scheduler waits before it looks by itself at what it has not heard of, so that
   * what comes late is told from what never comes.
   */
  private static final Duration WITHOUT_PROGRESS = Duration.ofSeconds(160);

  private static final Duration BETWEEN = Duration.ofMillis(500);

  // Whoever waits for a person, or for the end of a call that nobody has reported within the minute
  // that a report may take after the first word, does not move for half an hour and more.
  private static final String ACTIVE =
      """
      SELECT count(*) FROM enrollments e
      WHERE e.client_id = ANY (?::uuid[]) AND e.status = 'active' AND NOT EXISTS (
        SELECT FROM dispatches d WHERE d.client_id = e.client_id AND d.id = e.open_dispatch_id
          AND (d.state = 'quarantined'
            OR d.channel = 'voice' AND d.state = 'accepted' AND d.ended_reason IS NULL
              AND d.finished_at < now() - interval '80 seconds'))
      """;

  private static final String MOVING =
      """
      SELECT (SELECT count(*) FROM dispatches WHERE client_id = ANY (?::uuid[])
          AND state IN ('ready', 'sending', 'unknown'))
        + (SELECT count(*) FROM scheduler_outbox) + (SELECT count(*) FROM channels_outbox)
        + (SELECT count(*) FROM events_outbox) + (SELECT count(*) FROM healer_outbox)
      """;

  private static final String ACCEPTED =
      """
      SELECT count(*) FROM dispatches WHERE client_id = ANY (?::uuid[]) AND state = 'accepted'
      """;

  private static final String COUNTED =
      """
      SELECT coalesce(sum(total_executions), 0) + coalesce(sum(total_accepted), 0)
      FROM step_analytics WHERE client_id = ANY (?::uuid[])
      """;

  private final Rows rows;

  Rest(Rows rows) {
    this.rows = rows;
  }

  /**
   * Returns when nobody of the crowds is under way and the counts stand still, or when nothing has
   * moved for long.
   *
   * @param limit that no waiting exceeds
   */
  void await(List<Crowd> crowds, Duration limit) {
    String clients = "{" + String.join(",", crowds.stream().map(Crowd::clientId).toList()) + "}";
    long end = System.nanoTime() + limit.toNanos();
    long open = Long.MAX_VALUE;
    long accepted = -1;
    long moved = System.nanoTime();
    while (System.nanoTime() < end
        && System.nanoTime() - moved < WITHOUT_PROGRESS.toNanos()
        && open > 0) {
      long nowOpen = rows.number(ACTIVE, clients) + rows.number(MOVING, clients);
      long nowAccepted = rows.number(ACCEPTED, clients);
      if (nowOpen < open || nowAccepted != accepted) {
        moved = System.nanoTime();
      }
      open = nowOpen;
      accepted = nowAccepted;
      Pause.of(BETWEEN);
    }
    countsStandStill(clients, end);
  }

  private void countsStandStill(String clients, long end) {
    long counted = -1;
    int still = 0;
    while (still < 4 && System.nanoTime() < end) {
      long now = rows.number(COUNTED, clients);
      // nothing may be left on its way through the topics
      still = now == counted ? still + 1 : 0;
      counted = now;
      Pause.of(BETWEEN);
    }
  }
}
