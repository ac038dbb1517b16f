package com.omnify.channels.fence;

import static java.util.Objects.requireNonNull;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.admit.DailyCaps;
import com.omnify.channels.compose.policy.Message;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.channels.result.DispatchStates;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.EmailMessageId;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The last check of a batch and the point of no return: one transaction in which READY becomes
 * SENDING, the day's cap is counted and the words become an interaction. The caller holds the locks
 * on the addresses from before it until every request has begun, so no STOP commits in between.
 */
@Component
public class Fence {

  /** A request that has not begun by then must not begin. */
  public static final Duration POST_DEADLINE = Duration.ofSeconds(5);

  /**
   * The counters' locks are waited for while people's addresses are locked: rather give the batch
   * up than keep them.
   */
  private static final String WAIT_BRIEFLY = "SET LOCAL lock_timeout = '1s'";

  private static final String PASS =
      """
      WITH w AS (
        SELECT * FROM unnest(:clients, :ids, :identities, :own, :accounts, :subjects, :bodies, :htmls,
          :message_ids, :segments, :costs, :news)
          AS w (client_id, id, identity, own_address, account_id, subject, body, html, message_id,
            segments, cost_micros, news)),
      fenced AS (
        UPDATE dispatches d SET state = 'sending', fenced_at = now(),
          post_deadline = now() + make_interval(secs => :deadline), sent_at = :fleet_now,
          identity = w.identity, own_address = w.own_address, provider_account_id = w.account_id,
          segments = w.segments, cost_micros = w.cost_micros
        FROM w
        WHERE d.client_id = w.client_id AND d.id = w.id AND d.state = 'ready'
          AND %s
          -- Only a confirmation may reach a suppressed number: of the very suppression that is in
          -- force, which dispatch_texts names once, and in time. Without it there is nothing to
          -- confirm.
          AND CASE d.kind
            WHEN 'opt_out_confirmation' THEN EXISTS (
              SELECT FROM dispatch_texts t
              JOIN suppressions s ON s.client_id = t.client_id AND s.id = t.suppression_id
              WHERE t.client_id = d.client_id AND t.dispatch_id = d.id
                AND s.channel = d.channel AND s.identity = w.identity AND s.lifted_at IS NULL
                AND t.not_after >= now() + make_interval(secs => :deadline))
            ELSE NOT EXISTS (
              SELECT FROM suppressions s WHERE s.client_id = w.client_id
                AND s.identity = w.identity AND s.channel = d.channel AND s.lifted_at IS NULL)
          END
          AND (d.enrollment_id IS NULL OR EXISTS (
            SELECT FROM enrollments e WHERE e.client_id = d.client_id AND e.id = d.enrollment_id
              AND e.sequence_id = d.sequence_id AND e.open_dispatch_id = d.id AND e.status = 'active'))
          -- A confirmation is owed to the person, whatever becomes of the client.
          AND (d.kind = 'opt_out_confirmation' OR EXISTS (
            SELECT FROM clients b WHERE b.id = d.client_id AND b.status = 'active'))
          AND (d.sequence_id IS NULL OR EXISTS (
            SELECT FROM sequences q WHERE q.client_id = d.client_id AND q.id = d.sequence_id AND q.active))
        RETURNING d.client_id, d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.step_id,
          d.channel, w.identity, w.own_address, w.subject, w.body, w.html, w.message_id, w.news),
      said AS (
        INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id,
          step_id, channel, direction, identity, own_address, content_subject, content_body,
          content_html, message_id, occurred_at)
        SELECT client_id, id, contact_id, enrollment_id, sequence_id, step_id, channel, 'outbound',
          identity, own_address, subject, body, html, message_id, :fleet_now FROM fenced),
      -- In one order, as two batches may hold the same people.
      stuck AS (
        INSERT INTO sticky_senders AS k (client_id, contact_id, channel, own_address)
        SELECT DISTINCT ON (client_id, contact_id, channel) client_id, contact_id, channel, own_address
        FROM fenced WHERE news ORDER BY client_id, contact_id, channel, id DESC
        ON CONFLICT (client_id, contact_id, channel)
          DO UPDATE SET own_address = excluded.own_address, updated_at = now())
      SELECT client_id, id FROM fenced
      """
          .formatted(DispatchKeys.AMONG);

  private static final String WHY_NOT =
      """
      SELECT d.client_id, d.id, EXISTS (
          SELECT FROM suppressions s WHERE s.client_id = w.client_id AND s.identity = w.identity
            AND s.channel = d.channel AND s.lifted_at IS NULL) AS suppressed,
        t.not_after < now() + make_interval(secs => :deadline) AS late,
        b.status <> 'active' OR NOT coalesce(q.active, true) AS switched_off
      FROM unnest(:clients, :ids, :identities) AS w (client_id, id, identity)
      JOIN dispatches d ON d.client_id = w.client_id AND d.id = w.id
      JOIN clients b ON b.id = d.client_id
      LEFT JOIN sequences q ON q.client_id = d.client_id AND q.id = d.sequence_id
      LEFT JOIN dispatch_texts t ON t.client_id = d.client_id AND t.dispatch_id = d.id
      WHERE d.state = 'ready' AND %s
      """
          .formatted(DispatchKeys.AMONG);

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final FleetClock fleetClock;
  private final DispatchStates states;
  private final DailyCaps caps;

  Fence(
      JdbcClient jdbc,
      Transactions transactions,
      FleetClock fleetClock,
      DispatchStates states,
      DailyCaps caps) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.fleetClock = fleetClock;
    this.states = states;
    this.caps = caps;
  }

  /**
   * Lets through what may be sent, and withdraws the rest with its reason.
   *
   * @return those whose one request must now be made
   */
  public List<Admitted> pass(List<Admitted> batch) {
    var within = new ArrayList<>(batch);
    var beyond = new ArrayList<Admitted>();
    while (true) {
      try {
        return transactions.inBackground(() -> pass(within, beyond));
      } catch (CapReached full) {
        // Others were quicker since admission looked; each turn has fewer left.
        within.removeAll(full.beyond);
        beyond.addAll(full.beyond);
      }
    }
  }

  private List<Admitted> pass(List<Admitted> batch, List<Admitted> beyond) {
    jdbc.sql(WAIT_BRIEFLY).update();
    Instant now = fleetClock.now();
    var withdrawn = new ArrayList<Withdrawal>();
    beyond.forEach(one -> withdrawn.add(Admission.capReached(one.dispatch(), now)));
    var open = new ArrayList<Admitted>();
    for (Admitted one : batch) {
      if (one.dispatch().window().isOpen(now, one.dispatch().zones())) {
        open.add(one);
      } else {
        withdrawn.add(Admission.quietHours(one.dispatch(), now));
      }
    }
    Set<DispatchKey> keys = fence(open, now);
    var fenced = new ArrayList<Admitted>();
    var refused = new ArrayList<Admitted>();
    open.forEach(one -> (keys.contains(one.key()) ? fenced : refused).add(one));
    withdrawn.addAll(withReasons(refused, now));
    states.withdraw(withdrawn);
    // Last, as the counter of a number is locked from here to the commit and all its fences meet
    // there.
    DailyCaps.Share share = caps.take(fenced, now);
    if (!share.beyond().isEmpty()) {
      throw new CapReached(share.beyond());
    }
    return fenced;
  }

  /** Undoes the transaction: it is to be done again without these. */
  private static final class CapReached extends RuntimeException {
    private final transient List<Admitted> beyond;

    CapReached(List<Admitted> beyond) {
      super(beyond.size() + " beyond the day's cap", null, false, false);
      this.beyond = beyond;
    }
  }

  private Set<DispatchKey> fence(List<Admitted> open, Instant now) {
    if (open.isEmpty()) {
      return Set.of();
    }
    return new HashSet<>(
        DispatchKeys.bind(jdbc.sql(PASS), open.stream().map(Admitted::key).toList())
            .param("identities", Pg.texts(open.stream().map(Admitted::identity).toList()))
            .param("own", Pg.texts(open.stream().map(one -> one.sender().address()).toList()))
            .param(
                "accounts",
                Pg.uuids(open.stream().map(one -> one.sender().account().id()).toList()))
            .param("subjects", Pg.texts(texts(open, Message::subject)))
            .param("bodies", Pg.texts(texts(open, Message::body)))
            .param("htmls", Pg.texts(texts(open, Message::html)))
            .param("message_ids", Pg.texts(open.stream().map(Fence::messageId).toList()))
            .param(
                "segments",
                Pg.ints(open.stream().map(one -> one.message().segmentCount()).toList()))
            .param("news", Pg.booleans(open.stream().map(Fence::isNews).toList()))
            .param("costs", Pg.longs(open.stream().map(Admitted::costMicros).toList()))
            .param("deadline", (double) POST_DEADLINE.toSeconds())
            .param("fleet_now", Pg.timestamp(now))
            .query((row, _) -> key(row))
            .list());
  }

  private static List<@Nullable String> texts(
      List<Admitted> open, Function<Message, @Nullable String> field) {
    var texts = new ArrayList<@Nullable String>();
    open.forEach(one -> texts.add(field.apply(one.message())));
    return texts;
  }

  /** Of a mail, without the brackets around it. */
  private static @Nullable String messageId(Admitted one) {
    return one.sender() instanceof Sender.Mailbox mailbox
        ? EmailMessageId.of(one.key().id(), one.key().client(), mailbox.address()).bare()
        : null;
  }

  /** Whether the person does not know this address of ours yet. */
  private static boolean isNews(Admitted one) {
    return !one.sender().address().equals(one.dispatch().knownSender());
  }

  /** None for what left READY by another hand, which has told what became of it. */
  private List<Withdrawal> withReasons(List<Admitted> refused, Instant now) {
    if (refused.isEmpty()) {
      return List.of();
    }
    var byKey = new HashMap<DispatchKey, Admitted>();
    refused.forEach(one -> byKey.put(one.key(), one));
    return DispatchKeys.bind(jdbc.sql(WHY_NOT), byKey.keySet())
        .param("identities", Pg.texts(byKey.values().stream().map(Admitted::identity).toList()))
        .param("deadline", (double) POST_DEADLINE.toSeconds())
        .query(
            (row, _) ->
                whyNot(
                    requireNonNull(byKey.get(key(row))).dispatch(),
                    row.getBoolean("suppressed"),
                    row.getBoolean("late"),
                    row.getBoolean("switched_off") ? now : null))
        .list();
  }

  private static Withdrawal whyNot(
      ReadyDispatch dispatch, boolean suppressed, boolean late, @Nullable Instant switchedOff) {
    if (dispatch.confirmsOptOut()) {
      return late
          ? new Withdrawal.Expired(dispatch)
          : new Withdrawal.Cancelled(
              dispatch, HoldReason.OBSOLETE, "The opt-out it confirms is in force no more");
    }
    if (!suppressed && switchedOff != null) {
      // Due again at once: the scheduler then keeps it until somebody switches it on.
      return new Withdrawal.GivenBack(dispatch, HoldReason.SWITCHED_OFF, switchedOff);
    }
    return suppressed
        ? new Withdrawal.Cancelled(
            dispatch, HoldReason.SUPPRESSED, "The address is on the suppression list")
        : new Withdrawal.Cancelled(
            dispatch,
            HoldReason.ENROLLMENT_NOT_ACTIVE,
            "The enrollment is not active, or no longer waits for this dispatch");
  }

  private static DispatchKey key(java.sql.ResultSet row) throws java.sql.SQLException {
    return new DispatchKey(
        Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new));
  }
}
