package com.omnify.channels.reconcile;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.channels.reconcile.policy.Reconciliation;
import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.sms.OneShotHttp;
import com.omnify.channels.sms.TwilioAccount;
import com.omnify.channels.sms.TwilioMessageList;
import com.omnify.channels.sms.TwilioMessageList.Answer;
import com.omnify.channels.sms.policy.SentMessage;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.model.id.UuidV7;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds out what became of UNKNOWN dispatches by asking the provider. Proof that the message is
 * there makes it ACCEPTED, proof of absence, twice, makes it NOT_SENT; whoever cannot be proven
 * either way is QUARANTINED in the end. It is never made READY.
 */
@Component
public class Reconciler {

  /** Complete lists without the message, one lag apart, that together prove its absence. */
  private static final int ABSENCES_THAT_PROVE = 2;

  /** While the provider does not answer at all, giving up waits this many times longer. */
  private static final int PATIENCE_WITH_SILENCE = 12;

  /** Questions under way; each needs a connection to the provider, then one to the database. */
  static final int AT_ONCE = 4;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
  private static final Duration CLAIM = Duration.ofMinutes(2);
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

  // The claim keeps other workers away for its time, whatever becomes of this process.
  private static final String CLAIM_UNKNOWN =
      """
      UPDATE dispatches d SET next_check_at = now() + make_interval(secs => :claim),
        checks = d.checks + 1
      FROM unnest(:clients, :ids) AS w (client_id, id)
      JOIN contact_interactions i ON i.client_id = w.client_id AND i.id = w.id
      WHERE d.client_id = w.client_id AND d.id = w.id AND %s
        AND d.state = 'unknown' AND d.next_check_at <= now()
      RETURNING d.client_id, d.id, d.identity, d.own_address, d.fenced_at, d.unknown_since, d.checks,
        d.absences, d.provider_account_id, i.content_body
      """
          .formatted(DispatchKeys.AMONG);

  private static final String ACCOUNT =
      """
      SELECT id, account_sid, auth_token, base_url FROM provider_accounts
      WHERE client_id = :client AND id = :id
      """;

  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(:key)";

  private static final String CLAIMED =
      """
      SELECT provider_id FROM dispatches
      WHERE id >= :since AND provider_id = ANY (:messages) AND NOT (client_id = :client AND id = :id)
      """;

  private static final String OTHERS_OPEN =
      """
      SELECT EXISTS (
        SELECT FROM dispatches WHERE id >= :since AND identity = :identity
          AND state IN ('sending', 'unknown') AND NOT (client_id = :client AND id = :id))
      """;

  private static final String AGAIN =
      """
      UPDATE dispatches SET next_check_at = now() + make_interval(secs => :pause),
        absences = :absences
      WHERE client_id = :client AND id = :id AND state = 'unknown'
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final DispatchStates states;
  private final TwilioMessageList twilio;
  private final RealClock clock;
  private final ChannelSettings settings;
  private final MeterRegistry metrics;
  private final Semaphore atOnce = new Semaphore(AT_ONCE);

  Reconciler(
      JdbcClient jdbc,
      Transactions transactions,
      DispatchStates states,
      OneShotHttp http,
      RealClock clock,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.states = states;
    this.twilio = new TwilioMessageList(http);
    this.clock = clock;
    this.settings = settings;
    this.metrics = metrics;
  }

  private record Unknown(
      DispatchKey key,
      String identity,
      String ownAddress,
      String body,
      Instant fencedAt,
      Instant unknownSince,
      int checks,
      int absences,
      ProviderAccountId account) {}

  /**
   * Asks about those that are due, a few at once, and returns when all are dealt with. After an
   * outage they are many, and those who send need the connections more.
   */
  public void check(List<DispatchKey> due) {
    if (due.isEmpty()) {
      return;
    }
    List<Unknown> claimed = transactions.inBackground(() -> claim(due));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Unknown one : claimed) {
        threads.execute(
            () -> {
              atOnce.acquireUninterruptibly();
              try {
                check(one);
              } catch (RuntimeException e) {
                log.warn("Dispatch {} could not be checked", one.key().id(), e);
              } finally {
                atOnce.release();
              }
            });
      }
    }
  }

  private void check(Unknown one) {
    TwilioAccount account = transactions.readInBackground(() -> account(one));
    Answer answer =
        account == null
            ? new Answer.Incomplete("the provider account is gone")
            : twilio.sentTo(account, one.identity());
    // The claim on a message and the look at others' claims must not interleave.
    transactions.inBackground(
        () -> {
          lock(account == null ? one.key().id().toString() : account.accountSid());
          conclude(one, answer);
        });
  }

  private void conclude(Unknown one, Answer answer) {
    switch (answer) {
      case Answer.Complete(var messages) -> {
        var sought =
            new Reconciliation.Sought(
                one.ownAddress(), one.body(), one.fencedAt(), othersOpen(one));
        Set<String> claimed = claimed(one, messages.stream().map(SentMessage::id).toList());
        switch (Reconciliation.read(sought, messages, claimed)) {
          case Finding.Sent(String id) -> settle(one, Outcome.accepted(one.key(), id), "sent");
          case Finding.Absent _ -> absent(one);
          case Finding.Undecided(String words) -> undecided(one, words, settings.giveUpAfter());
        }
      }
      case Answer.Incomplete(String why) ->
          undecided(one, why, settings.giveUpAfter().multipliedBy(PATIENCE_WITH_SILENCE));
    }
  }

  private void absent(Unknown one) {
    if (one.absences() + 1 >= ABSENCES_THAT_PROVE) {
      settle(
          one,
          Outcome.notSent(one.key(), "absent", "The provider has no message to this person"),
          "absent");
    } else {
      again(one, settings.lag(), one.absences() + 1);
    }
  }

  private void undecided(Unknown one, String words, Duration giveUpAfter) {
    if (one.unknownSince().plus(giveUpAfter).isBefore(clock.now())) {
      settle(one, Outcome.quarantined(one.key(), "unresolved", words), "quarantined");
      return;
    }
    long factor = 1L << Math.min(one.checks(), 8);
    Duration pause = settings.lag().multipliedBy(factor);
    again(one, pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause, one.absences());
  }

  private void settle(Unknown one, Outcome outcome, String how) {
    if (!states.finish(List.of(outcome)).isEmpty()) {
      metrics.counter("omnify.unknown.settled", "how", how).increment();
      metrics.timer("omnify.unknown.age").record(Duration.between(one.unknownSince(), clock.now()));
    }
  }

  private void again(Unknown one, Duration pause, int absences) {
    jdbc.sql(AGAIN)
        .param("pause", pause.toMillis() / 1000.0)
        .param("absences", absences)
        .param("client", one.key().client().value())
        .param("id", one.key().id().value())
        .update();
  }

  private List<Unknown> claim(List<DispatchKey> due) {
    return DispatchKeys.bind(jdbc.sql(CLAIM_UNKNOWN), due)
        .param("claim", (double) CLAIM.toSeconds())
        .query((row, _) -> unknown(row))
        .list();
  }

  private @Nullable TwilioAccount account(Unknown one) {
    return jdbc.sql(ACCOUNT)
        .param("client", one.key().client().value())
        .param("id", one.account().value())
        .query(
            (row, _) -> {
              String baseUrl = row.getString("base_url");
              return new TwilioAccount(
                  one.account(),
                  row.getString("account_sid"),
                  row.getString("auth_token"),
                  baseUrl == null ? null : URI.create(baseUrl));
            })
        .optional()
        .orElse(null);
  }

  private void lock(String what) {
    jdbc.sql(ONE_AT_A_TIME)
        .param("key", com.omnify.model.IdentityLock.key(NOBODY, "reconcile:" + what))
        .query((_, _) -> what)
        .list();
  }

  /** No client has it: these locks are of another kind than those on addresses. */
  private static final ClientId NOBODY = new ClientId(new java.util.UUID(0, 0));

  private Set<String> claimed(Unknown one, List<String> messages) {
    return new HashSet<>(
        jdbc.sql(CLAIMED)
            .param("since", since(one))
            .param("messages", Pg.texts(messages))
            .param("client", one.key().client().value())
            .param("id", one.key().id().value())
            .query(String.class)
            .list());
  }

  private boolean othersOpen(Unknown one) {
    return jdbc.sql(OTHERS_OPEN)
        .param("since", since(one))
        .param("identity", one.identity())
        .param("client", one.key().client().value())
        .param("id", one.key().id().value())
        .query(Boolean.class)
        .single();
  }

  /** Whoever accounts for a message since the fence was born at most two days before it. */
  private static java.util.UUID since(Unknown one) {
    return UuidV7.floor(one.fencedAt().minus(Duration.ofDays(2)));
  }

  private static Unknown unknown(ResultSet row) throws SQLException {
    return new Unknown(
        new DispatchKey(Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new)),
        row.getString("identity"),
        row.getString("own_address"),
        row.getString("content_body"),
        Pg.instant(row, "fenced_at"),
        Pg.instant(row, "unknown_since"),
        row.getInt("checks"),
        row.getInt("absences"),
        Pg.id(row, "provider_account_id", ProviderAccountId::new));
  }
}
