package com.omnify.fleet.chaos;

import com.omnify.fleet.Pause;
import com.omnify.fleet.chaos.Breaker.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Each kind of fault, done to one crowd while its messages go out. */
final class Phases {

  private static final String SCHEDULER = "scheduler-service";
  private static final String WORKERS = "channel-workers";
  private static final String CONSOLE = "web-console";
  private static final String DATABASE = "postgresql";
  private static final String BROKER = "kafka";

  private static final Point CLAIM =
      new Point(SCHEDULER, "omnify_scheduler", "dispatches", null, "a claim");
  private static final Point OUTCOME =
      new Point(SCHEDULER, "omnify_scheduler", "execution_log", "dispatches", "an outcome");
  private static final Point FENCE =
      new Point(WORKERS, "omnify_channels", "contact_interactions", null, "a fence");
  private static final Point RESULT =
      new Point(WORKERS, "omnify_channels", "channels_outbox", null, "the results of requests");
  private static final Point RECEIPT =
      new Point("event-processor", "omnify_events", "receipts", null, "a receipt");
  private static final Point CONTEXT =
      new Point("memory-service", "omnify_memory", "contact_contexts", null, "a context");
  private static final Point DIAGNOSIS =
      new Point("healer-service", "omnify_healer", "healing_log", null, "a diagnosis");
  private static final Point COUNT =
      new Point("learning-service", "omnify_learning", "step_analytics", null, "a count");
  // The console itself writes nothing on the way of a request; whom it asks does.
  private static final Point REQUEST =
      new Point(
          CONSOLE, "omnify_scheduler", "scheduler_idempotency_keys", null, "a request passed on");

  /** Longer than a consumer's session, so that its partitions are taken from it. */
  private static final Duration BROKER_STANDS = Duration.ofSeconds(12);

  private static final Duration DATABASE_STANDS = Duration.ofSeconds(10);

  /** Longer than the workers wait for an answer. */
  private static final int HANG_SECONDS = 12;

  /** Longer than an account is left alone, with the time after which what waited is tried again. */
  private static final Duration FLOWS_WITHIN = Duration.ofSeconds(90);

  private static final int AT_LEAST = 4;
  private static final int MAILS_AT_LEAST = 2;
  private static final int CALLS_AT_LEAST = 1;

  private static final double MAIL_EVENTS_LOST = 0.4;

  /** Where both words of a call's end are lost, its step waits for half an hour. */
  private static final double CALL_REPORTS_LOST = 0.1;

  /** Of a crowd, for one kill among many. */
  private static final double PART = 0.05;

  private static final double MOST = 0.95;
  private static final Duration STANDSTILL = Duration.ofSeconds(3);

  private final Breaker breaker;
  private final Repeater repeater;
  private final Rows rows;
  private final Random random;

  Phases(Breaker breaker, Repeater repeater, Rows rows, Random random) {
    this.breaker = breaker;
    this.repeater = repeater;
    this.rows = rows;
    this.random = random;
  }

  /** Breaks the fleet in this way; all of the crowd is enrolled when it returns. */
  void run(FaultKind kind, Crowd crowd) {
    // what the kind before has left of its own
    breaker.mailScript(List.of());
    breaker.callScript(List.of());
    switch (kind) {
      case KILLED_BEFORE -> killedBefore(crowd);
      case KILLED_AFTER -> killedAfter(crowd);
      case BROKER_KILLED -> brokerKilled(crowd);
      case BROKER_PAUSED -> {
        breaker.provider(Map.of("callback_lose", 1.0));
        begin(crowd, 0.4);
        breaker.pause(kind, BROKER, BROKER_STANDS, () -> crowd.push(0.3));
      }
      case DATABASE_KILLED -> {
        breaker.provider(Map.of("callback_lose", 0.9));
        begin(crowd, 0.4);
        killAndAwait(kind, DATABASE);
        begin(crowd, 0.3);
        killAndAwait(kind, DATABASE);
      }
      case DATABASE_PAUSED -> {
        breaker.provider(Map.of("callback_lose", 0.9));
        begin(crowd, 0.4);
        breaker.pause(kind, DATABASE, DATABASE_STANDS, () -> {});
      }
      case ACCEPT_THEN_500 -> {
        breaker.provider(Map.of("accept_then_500", 0.2, "callback_lose", 0.7));
        scripted(crowd, "accept_then_500");
      }
      case HANG -> {
        breaker.provider(
            Map.of(
                "hang_before",
                0.01,
                "hang_after",
                0.01,
                "hang_seconds",
                HANG_SECONDS,
                "callback_lose",
                0.9));
        scripted(crowd, "hang_before", "hang_after");
      }
      case RESET -> {
        breaker.provider(
            Map.of(
                "drop_before",
                0.03,
                "reset_after",
                0.03,
                "drop_after",
                0.03,
                "callback_lose",
                0.9));
        scripted(crowd, "reset_before", "reset_after", "drop_after");
      }
      case CALLBACKS -> {
        breaker.provider(
            Map.of(
                "callback_lose",
                0.4,
                "callback_duplicate",
                0.3,
                "callback_reorder",
                0.3,
                "callback_delay",
                0.2,
                "callback_delay_ms",
                3_000,
                "accept_then_500",
                0.05),
            MAIL_EVENTS_LOST,
            CALL_REPORTS_LOST);
        scripted(crowd, "accept_then_500");
      }
    }
    crowd.pushRest();
    breaker.awaitAllUp();
    awaitMost(crowd);
  }

  /**
   * Until nearly all has been said, or nothing is said any more: what waits to be found out goes on
   * waiting beside the next kind.
   */
  private void awaitMost(Crowd crowd) {
    long most = Math.round(crowd.messages() * MOST);
    long before = -1;
    long moved = System.nanoTime();
    while (System.nanoTime() - moved < STANDSTILL.toNanos()) {
      long now = accepted(crowd);
      if (now >= most) {
        return;
      }
      if (now != before) {
        before = now;
        moved = System.nanoTime();
      }
      Pause.of(Duration.ofMillis(200));
    }
  }

  /** Some of each at once, however small the crowd is. */
  private void scripted(Crowd crowd, String... outcomes) {
    breaker.script(script(AT_LEAST, outcomes));
    breaker.mailScript(script(MAILS_AT_LEAST, outcomes));
    breaker.callScript(script(CALLS_AT_LEAST, outcomes));
    crowd.pushRest();
  }

  private List<String> script(int ofEach, String... outcomes) {
    var script = new ArrayList<String>();
    for (String outcome : outcomes) {
      script.addAll(Collections.nCopies(ofEach, outcome));
    }
    script.addAll(Collections.nCopies(script.size(), "ok"));
    Collections.shuffle(script, random);
    return script;
  }

  private void killedBefore(Crowd crowd) {
    breaker.provider(Map.of("callback_lose", 0.8));
    begin(crowd, 0.1);
    for (Point point : shuffled(RECEIPT, CONTEXT, DIAGNOSIS, COUNT)) {
      breaker.before(FaultKind.KILLED_BEFORE, point, () -> provoke(point, crowd));
    }
    // a refusal that nobody has met yet would shut the account in the middle of what follows
    breaker.script(List.of());
    breaker.before(FaultKind.KILLED_BEFORE, FENCE, () -> crowd.push(0.1));
    breaker.before(FaultKind.KILLED_BEFORE, CLAIM, () -> crowd.push(0.1));
    breaker.awaitUp(SCHEDULER);
    breaker.before(FaultKind.KILLED_BEFORE, REQUEST, () -> crowd.push(0.1));
  }

  private void killedAfter(Crowd crowd) {
    breaker.provider(Map.of("callback_lose", 0.8, "hang_seconds", HANG_SECONDS * 5));
    begin(crowd, 0.1);
    for (Point point : shuffled(RECEIPT, CONTEXT, DIAGNOSIS, COUNT)) {
      breaker.after(FaultKind.KILLED_AFTER, point, () -> provoke(point, crowd));
    }
    // a refusal that nobody has met yet would shut the account in the middle of what follows
    breaker.script(List.of());
    breaker.after(FaultKind.KILLED_AFTER, FENCE, () -> crowd.push(PART));
    breaker.awaitUp(WORKERS);
    withRequestsOut(crowd);
    breaker.awaitUp(WORKERS);
    breaker.after(FaultKind.KILLED_AFTER, RESULT, () -> crowd.push(PART));
    breaker.after(FaultKind.KILLED_AFTER, CLAIM, () -> crowd.push(PART));
    breaker.awaitUp(WORKERS);
    breaker.awaitUp(SCHEDULER);
    breaker.after(FaultKind.KILLED_AFTER, OUTCOME, () -> crowd.push(PART));
    breaker.awaitUp(SCHEDULER);
    breaker.after(FaultKind.KILLED_AFTER, REQUEST, () -> crowd.push(PART));
  }

  /** The worker has made its requests, the provider has some of them, nobody has an answer. */
  private void withRequestsOut(Crowd crowd) {
    awaitFlow(crowd);
    // nobody's second message comes while the first one hangs
    int hanging = Math.min(2 * AT_LEAST, crowd.countBySms(PART));
    var script = new ArrayList<String>();
    for (int n = 0; n < hanging; n++) {
      script.add(n % 2 == 0 ? "hang_before" : "hang_after");
    }
    Collections.shuffle(script, random);
    breaker.script(script);
    crowd.push(PART);
    boolean out =
        Breaker.until(
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            () -> breaker.scripted() == 0 && breaker.inFlight() >= script.size());
    if (!out) {
      throw new IllegalStateException(
          "only %d requests are out, %d of the script are left"
              .formatted(breaker.inFlight(), breaker.scripted()));
    }
    breaker.kill(FaultKind.KILLED_AFTER, WORKERS, "with requests out, half of them accepted");
  }

  /**
   * An account that has refused is left alone, for longer each time, until one request alone has
   * gone well: while that one hangs no other goes out. So all that is left of refusals must be over
   * before many are to be out at once.
   */
  private void awaitFlow(Crowd crowd) {
    breaker.script(List.of());
    long before = acceptedBySms(crowd);
    crowd.push(PART);
    boolean flows =
        Breaker.until(
            FLOWS_WITHIN,
            Duration.ofMillis(50),
            () -> accountsLeftAlone(crowd) == 0 && acceptedBySms(crowd) > before);
    if (!flows) {
      throw new IllegalStateException(
          "%d accounts were still left alone after %s, and %d SMS accepted meanwhile"
              .formatted(accountsLeftAlone(crowd), FLOWS_WITHIN, acceptedBySms(crowd) - before));
    }
  }

  private void brokerKilled(Crowd crowd) {
    breaker.provider(Map.of("callback_lose", 0.9));
    try (var said = repeater.from(List.of("steps.sms", "deliveries", "enrollments", "healing"))) {
      begin(crowd, 0.4);
      killAndAwait(FaultKind.BROKER_KILLED, BROKER);
      begin(crowd, 0.3);
      killAndAwait(FaultKind.BROKER_KILLED, BROKER);
      crowd.pushRest();
      awaitAccepted(crowd, 0.5);
      said.sayAgain();
    }
  }

  private void killAndAwait(FaultKind kind, String member) {
    breaker.kill(kind, member, "under load");
    breaker.awaitUp(member);
  }

  /** A failure is what a healer needs; all others have enough to do with what goes well. */
  private void provoke(Point point, Crowd crowd) {
    if (point == DIAGNOSIS) {
      breaker.script(Collections.nCopies(AT_LEAST, "429"));
    }
    crowd.push(PART);
  }

  /** Lets a part of the crowd in, and waits until something of it has gone out. */
  private void begin(Crowd crowd, double part) {
    long before = accepted(crowd);
    crowd.push(part);
    Breaker.until(Duration.ofSeconds(30), Duration.ofMillis(50), () -> accepted(crowd) > before);
    Pause.of(Duration.ofMillis(200 + random.nextInt(800)));
  }

  private void awaitAccepted(Crowd crowd, double part) {
    Breaker.until(
        Duration.ofSeconds(60),
        Duration.ofMillis(200),
        () -> accepted(crowd) >= crowd.messages() * part);
  }

  private long accepted(Crowd crowd) {
    return rows.number(
        "SELECT count(*) FROM dispatches WHERE client_id = ?::uuid AND state = 'accepted'",
        crowd.clientId());
  }

  private long acceptedBySms(Crowd crowd) {
    return rows.number(
        """
        SELECT count(*) FROM dispatches
        WHERE client_id = ?::uuid AND channel = 'sms' AND state = 'accepted'
        """,
        crowd.clientId());
  }

  private long accountsLeftAlone(Crowd crowd) {
    return rows.number(
        """
        SELECT count(*) FROM provider_breakers
        WHERE client_id = ?::uuid AND state <> 'closed'
        """,
        crowd.clientId());
  }

  private List<Point> shuffled(Point... points) {
    var list = new ArrayList<>(List.of(points));
    Collections.shuffle(list, random);
    return list;
  }
}
