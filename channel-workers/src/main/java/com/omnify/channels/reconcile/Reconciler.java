package com.omnify.channels.reconcile;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.reconcile.policy.Reconciliation;
import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Outcome;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.sms.TwilioAccount;
import com.omnify.channels.sms.TwilioMessageList;
import com.omnify.channels.sms.TwilioMessageList.Answer;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.model.id.UuidV7;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
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
public class Reconciler implements AutoCloseable {

  /** Complete lists without the message, one lag apart, that together prove its absence. */
  private static final int ABSENCES_THAT_PROVE = 2;

  /** While the provider does not answer at all, giving up waits this many times longer. */
  private static final int PATIENCE_WITH_SILENCE = 12;

  /** Questions under way about people of one account, so that none waits for another's. */
  static final int AT_ONCE = 4;

  /** And about all; each holds a connection to a provider. */
  private static final int AT_ONCE_IN_ALL = 32;

  /** Conclusions under way; each holds a connection to the database. */
  private static final int CONCLUDING = 2;

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** An account that does not answer is asked once in a while, and not once for each person. */
  private static final Duration SILENCE_PAUSE = Duration.ofMinutes(1);

  private static final Duration CLAIM = Duration.ofMinutes(2);

  /** Whoever waited behind a question that got no answer need not ask it again. */
  private static final Duration STILL_SILENT = Duration.ofSeconds(2);

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
        d.absences, d.provider_account_id, d.channel, i.content_body
      """
          .formatted(DispatchKeys.AMONG);

  private static final String ACCOUNT =
      """
      SELECT %s FROM provider_accounts a WHERE a.client_id = :client AND a.id = :id
      """
          .formatted(ProviderAccount.COLUMNS);

  private static final String ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(:key)";

  // Everything that was said to the person through the account, by whichever client has it. There
  // are few of them, found by the person's address: all dispatches since the fence may be millions.
  private static final String SAID =
      """
      SELECT d.id, d.provider_id, d.state, d.own_address, d.fenced_at, i.content_body
      FROM (
        SELECT i.*, a.id AS account_id FROM (
          SELECT client_id, id FROM provider_accounts WHERE account_sid = :sid) a
        CROSS JOIN LATERAL (
          SELECT client_id, id, content_body FROM contact_interactions
          WHERE client_id = a.client_id AND identity = :identity AND id >= :since
            AND channel = 'sms' AND direction = 'outbound' OFFSET 0) i
        OFFSET 0) i
      CROSS JOIN LATERAL (
        SELECT * FROM dispatches
        WHERE client_id = i.client_id AND id = i.id AND id >= :since
          AND provider_account_id = i.account_id OFFSET 0) d
      WHERE NOT (d.client_id = :client AND d.id = :id)
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
  private final Map<Channel, Inquiry> inquiries;
  private final RealClock clock;
  private final ChannelSettings settings;
  private final MeterRegistry metrics;
  private final Map<ProviderAccountId, Asked> asked = new ConcurrentHashMap<>();
  private final Semaphore asking = new Semaphore(AT_ONCE_IN_ALL, true);
  private final Semaphore concluding = new Semaphore(CONCLUDING, true);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Reconciler(
      JdbcClient jdbc,
      Transactions transactions,
      DispatchStates states,
      OneShotHttp http,
      List<Inquiry> inquiries,
      RealClock clock,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.states = states;
    this.twilio = new TwilioMessageList(http);
    this.inquiries = inquiries.stream().collect(Collectors.toMap(Inquiry::channel, it -> it));
    this.clock = clock;
    this.settings = settings;
    this.metrics = metrics;
  }

  private record Unknown(
      DispatchKey key,
      Channel channel,
      String identity,
      String ownAddress,
      String body,
      Instant fencedAt,
      Instant unknownSince,
      int checks,
      int absences,
      ProviderAccountId account) {}

  /** How one account was found when it was asked. */
  private static final class Asked {
    private final Semaphore atOnce = new Semaphore(AT_ONCE, true);
    private volatile long silentUntilNanos;
    private volatile @Nullable String why;

    void silent(String reason) {
      silentUntilNanos = System.nanoTime() + STILL_SILENT.toNanos();
      why = reason;
    }

    @Nullable String silence() {
      return System.nanoTime() - silentUntilNanos < 0 ? why : null;
    }
  }

  /**
   * Begins to ask about those that are due and returns; what is under way at one account keeps no
   * other waiting. Whoever is asked about is not due again for {@link #CLAIM}.
   */
  public void check(List<DispatchKey> due) {
    if (due.isEmpty()) {
      return;
    }
    transactions.inBackground(() -> claim(due)).stream()
        .collect(Collectors.groupingBy(Unknown::account))
        .values()
        .forEach(
            ofAccount -> {
              var lane = new ConcurrentLinkedQueue<>(ofAccount);
              for (int n = 0; n < Math.min(AT_ONCE, ofAccount.size()); n++) {
                threads.execute(() -> work(lane));
              }
            });
  }

  private void work(Queue<Unknown> lane) {
    for (Unknown one = lane.poll(); one != null; one = lane.poll()) {
      try {
        check(one);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        log.warn("Dispatch {} could not be checked", one.key().id(), e);
      }
    }
  }

  private void check(Unknown one) throws InterruptedException {
    ProviderAccount found;
    concluding.acquire();
    try {
      found = transactions.readInBackground(() -> account(one));
    } finally {
      concluding.release();
    }
    if (one.channel() != Channel.SMS) {
      Finding finding = inquire(one, found);
      concluding.acquire();
      try {
        transactions.inBackground(() -> conclude(one, finding));
      } finally {
        concluding.release();
      }
      return;
    }
    TwilioAccount account =
        found == null
            ? null
            : new TwilioAccount(found.id(), found.user(), found.secret(), found.baseUrl());
    Answer answer = ask(one, account);
    concluding.acquire();
    try {
      // The claim on a message and the look at others' claims must not interleave.
      transactions.inBackground(
          () -> {
            lock(account == null ? one.key().id().toString() : account.accountSid());
            conclude(one, account, answer);
          });
    } finally {
      concluding.release();
    }
  }

  private Answer ask(Unknown one, @Nullable TwilioAccount account) throws InterruptedException {
    if (account == null) {
      return new Answer.Incomplete("the provider account is gone");
    }
    Asked before = asked.computeIfAbsent(one.account(), _ -> new Asked());
    before.atOnce.acquire();
    try {
      String silence = before.silence();
      return silence != null ? new Answer.Incomplete(silence) : ask(one, account, before);
    } finally {
      before.atOnce.release();
    }
  }

  private Answer ask(Unknown one, TwilioAccount account, Asked before) throws InterruptedException {
    asking.acquire();
    try {
      Answer answer = twilio.sentTo(account, one.identity());
      if (answer instanceof Answer.Incomplete(String why)) {
        before.silent(why);
        log.warn("Provider account {} does not tell what it has sent: {}", one.account(), why);
      }
      return answer;
    } finally {
      asking.release();
    }
  }

  private Finding inquire(Unknown one, @Nullable ProviderAccount account)
      throws InterruptedException {
    Inquiry inquiry = inquiries.get(one.channel());
    if (inquiry == null || account == null) {
      return new Finding.Undecided(
          inquiry == null
              ? "Nobody can be asked about it: only a report can tell"
              : "The provider account is gone",
          false);
    }
    Asked before = asked.computeIfAbsent(one.account(), _ -> new Asked());
    before.atOnce.acquire();
    try {
      asking.acquire();
      try {
        return inquiry.ask(
            new Inquiry.Subject(
                one.key(), account, one.identity(), one.ownAddress(), one.fencedAt()));
      } finally {
        asking.release();
      }
    } finally {
      before.atOnce.release();
    }
  }

  private void conclude(Unknown one, Finding finding) {
    switch (finding) {
      case Finding.Sent(String id) -> settle(one, Outcome.accepted(one.key(), id), "sent");
      case Finding.Absent _ -> absent(one);
      case Finding.Undecided(String words, boolean mayChange) ->
          undecided(
              one, words, mayChange ? whileItMayChange() : settings.giveUpAfter(), LONGEST_PAUSE);
    }
  }

  private Duration whileItMayChange() {
    return settings.giveUpAfter().multipliedBy(PATIENCE_WITH_SILENCE);
  }

  private void conclude(Unknown one, @Nullable TwilioAccount account, Answer answer) {
    switch (answer) {
      case Answer.Complete(var messages) -> {
        var open = new ArrayList<Reconciliation.Sought>();
        var claimed = new HashSet<String>();
        said(one, account, open, claimed);
        var sought =
            new Reconciliation.Sought(one.key().id(), one.ownAddress(), one.body(), one.fencedAt());
        conclude(one, Reconciliation.read(sought, open, messages, claimed));
      }
      case Answer.Incomplete(String why) -> undecided(one, why, whileItMayChange(), SILENCE_PAUSE);
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

  private void undecided(Unknown one, String words, Duration giveUpAfter, Duration longestPause) {
    if (one.unknownSince().plus(giveUpAfter).isBefore(clock.now())) {
      settle(one, Outcome.quarantined(one.key(), "unresolved", words), "quarantined");
      return;
    }
    long factor = 1L << Math.min(one.checks(), 8);
    Duration pause = settings.lag().multipliedBy(factor);
    again(one, pause.compareTo(longestPause) > 0 ? longestPause : pause, one.absences());
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

  private @Nullable ProviderAccount account(Unknown one) {
    return jdbc.sql(ACCOUNT)
        .param("client", one.key().client().value())
        .param("id", one.account().value())
        .query((row, _) -> ProviderAccount.of(row))
        .optional()
        .orElse(null);
  }

  private void lock(String what) {
    jdbc.sql(ONE_AT_A_TIME)
        .param("key", com.omnify.model.IdentityLock.key(NOBODY, "reconcile:" + what))
        .query((_, _) -> what)
        .list();
  }

  /** What is not concluded is due again when its claim has run out. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** No client has it: these locks are of another kind than those on addresses. */
  private static final ClientId NOBODY = new ClientId(new java.util.UUID(0, 0));

  private void said(
      Unknown one,
      @Nullable TwilioAccount account,
      List<Reconciliation.Sought> open,
      Set<String> claimed) {
    if (account == null) {
      return;
    }
    jdbc.sql(SAID)
        .param("sid", account.accountSid())
        .param("identity", one.identity())
        .param("since", since(one))
        .param("client", one.key().client().value())
        .param("id", one.key().id().value())
        .query(
            row -> {
              String message = row.getString("provider_id");
              if (message != null) {
                claimed.add(message);
              } else if (OPEN.contains(row.getString("state"))) {
                open.add(
                    new Reconciliation.Sought(
                        Pg.id(row, "id", DispatchId::new),
                        row.getString("own_address"),
                        row.getString("content_body"),
                        Pg.instant(row, "fenced_at")));
              }
            });
  }

  private static final Set<String> OPEN =
      Set.of(DispatchState.SENDING.wire(), DispatchState.UNKNOWN.wire());

  /** Whoever accounts for a message since the fence was born at most two days before it. */
  private static java.util.UUID since(Unknown one) {
    return UuidV7.floor(one.fencedAt().minus(Duration.ofDays(2)));
  }

  private static Unknown unknown(ResultSet row) throws SQLException {
    return new Unknown(
        new DispatchKey(Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new)),
        WireEnum.parse(Channel.class, row.getString("channel")),
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
