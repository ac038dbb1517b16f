package com.omnify.channels.result;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.admit.DailyCaps;
import com.omnify.channels.admit.VoiceSlots;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Every way in which a dispatch changes its state after it was born, but the fence. Each statement
 * names the states it starts from, so a repeat or a loser of a race changes nothing and says
 * nothing; each change and its event are one commit. All methods run in the caller's background
 * transaction.
 */
@Component
public class DispatchStates {

  private static final String WITHDRAW =
      """
      UPDATE dispatches d SET state = w.state, hold_reason = w.reason, hold_until = w.until,
        error_text = w.words, finished_at = now(), outcome_at = :fleet_now
      FROM unnest(:clients, :ids, :states, :reasons, :untils, :words)
        AS w (client_id, id, state, reason, until, words)
      WHERE d.client_id = w.client_id AND d.id = w.id AND d.state = 'ready' AND %s
      RETURNING d.client_id, d.id
      """
          .formatted(DispatchKeys.AMONG);

  // A quarantined one may still turn out, by a late proof or by a person's word.
  private static final String FINISH =
      """
      UPDATE dispatches d SET state = o.state,
        provider_id = coalesce(o.provider_id, d.provider_id),
        failure = o.failure, error_code = o.code, error_text = o.words,
        finished_at = CASE WHEN o.state <> 'unknown' THEN now() END,
        outcome_at = CASE WHEN o.state <> 'unknown' THEN :fleet_now END,
        unknown_since = CASE WHEN o.state = 'unknown' THEN now() ELSE d.unknown_since END,
        next_check_at = CASE WHEN o.state = 'unknown' THEN now() + make_interval(secs => :lag) END
      FROM unnest(:clients, :ids, :states, :provider_ids, :failures, :codes, :words)
        AS o (client_id, id, state, provider_id, failure, code, words)
      JOIN clients b ON b.id = o.client_id
      WHERE d.client_id = o.client_id AND d.id = o.id AND %s
        AND (d.state = 'sending'
          OR d.state = 'unknown' AND o.state <> 'unknown'
          OR d.state = 'quarantined' AND o.state IN ('accepted', 'not_sent'))
      RETURNING d.client_id, d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.version,
        d.step_id, d.channel, d.kind, d.attempt, d.state, d.provider_id, d.failure, d.error_code, d.segments,
        d.cost_micros, d.own_address, d.sent_at, b.time_zone AS client_time_zone
      """
          .formatted(DispatchKeys.AMONG);

  private static final String CONTRADICTED =
      """
      SELECT d.id || ' ' || d.state FROM dispatches d
      WHERE %s AND d.state NOT IN ('ready', 'sending', 'unknown', 'quarantined', 'accepted')
      """
          .formatted(DispatchKeys.AMONG);

  private static final Logger log = LoggerFactory.getLogger(DispatchStates.class);

  private final JdbcClient jdbc;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock fleetClock;
  private final DailyCaps caps;
  private final VoiceSlots slots;
  private final ChannelSettings settings;
  private final MeterRegistry metrics;

  DispatchStates(
      JdbcClient jdbc,
      Outbox outbox,
      Ids ids,
      FleetClock fleetClock,
      DailyCaps caps,
      VoiceSlots slots,
      ChannelSettings settings,
      MeterRegistry metrics) {
    this.jdbc = jdbc;
    this.outbox = outbox;
    this.ids = ids;
    this.fleetClock = fleetClock;
    this.caps = caps;
    this.slots = slots;
    this.settings = settings;
    this.metrics = metrics;
  }

  /**
   * Takes dispatches out of READY. A confirmation that cannot start now stays, for the sweeper to
   * find until it is too late: the scheduler orders no other.
   */
  public void withdraw(List<Withdrawal> all) {
    List<Withdrawal> withdrawals = all.stream().filter(one -> !waits(one)).toList();
    if (withdrawals.isEmpty()) {
      return;
    }
    var events = new HashMap<DispatchKey, DeliveryEvent>();
    var states = new ArrayList<DispatchState>();
    var reasons = new ArrayList<@Nullable HoldReason>();
    var untils = new ArrayList<@Nullable Instant>();
    var words = new ArrayList<@Nullable String>();
    Instant now = fleetClock.now();
    for (Withdrawal one : withdrawals) {
      DispatchRef ref = one.ref();
      switch (one) {
        case Withdrawal.GivenBack(var _, HoldReason reason, Instant until) -> {
          states.add(DispatchState.GIVEN_BACK);
          reasons.add(reason);
          untils.add(until);
          words.add(null);
          events.put(
              DispatchKey.of(ref),
              new DeliveryEvent.DispatchGivenBack(ids.eventId(), now, ref, reason, until));
        }
        case Withdrawal.Cancelled(var _, HoldReason reason, String why) -> {
          states.add(DispatchState.CANCELLED);
          reasons.add(reason);
          untils.add(null);
          words.add(why);
          events.put(
              DispatchKey.of(ref),
              new DeliveryEvent.DispatchCancelled(ids.eventId(), now, ref, reason));
        }
        case Withdrawal.Expired _ -> {
          states.add(DispatchState.EXPIRED);
          reasons.add(null);
          untils.add(null);
          words.add(null);
          events.put(
              DispatchKey.of(ref), new DeliveryEvent.DispatchExpired(ids.eventId(), now, ref));
        }
      }
    }
    var done =
        DispatchKeys.bind(
                jdbc.sql(WITHDRAW), withdrawals.stream().map(w -> DispatchKey.of(w.ref())).toList())
            .param("states", Pg.wires(states))
            .param("reasons", Pg.wires(reasons))
            .param("untils", Pg.instants(untils))
            .param("words", Pg.texts(words))
            .param("fleet_now", Pg.timestamp(now))
            .query((row, _) -> key(row))
            .list();
    publish(done.stream().map(events::get).toList());
    slots.free(
        done.stream().filter(key -> isCall(Objects.requireNonNull(events.get(key)))).toList());
  }

  private static boolean isCall(DeliveryEvent event) {
    return event.dispatch().channel() == Channel.VOICE;
  }

  private static boolean waits(Withdrawal one) {
    return one instanceof Withdrawal.GivenBack
        && one.ref().kind() == DispatchKind.OPT_OUT_CONFIRMATION;
  }

  /**
   * Records what became of fenced dispatches.
   *
   * @return those whose state really changed
   */
  public List<DispatchKey> finish(List<Outcome> outcomes) {
    if (outcomes.isEmpty()) {
      return List.of();
    }
    Instant now = fleetClock.now();
    var unused = new ArrayList<DailyCaps.Use>();
    var events =
        DispatchKeys.bind(jdbc.sql(FINISH), outcomes.stream().map(Outcome::key).toList())
            .param("states", Pg.wires(outcomes.stream().map(Outcome::state).toList()))
            .param("provider_ids", Pg.texts(texts(outcomes, Outcome::providerId)))
            .param("failures", Pg.wires(failures(outcomes)))
            .param("codes", Pg.texts(texts(outcomes, Outcome::code)))
            .param("words", Pg.texts(texts(outcomes, Outcome::text)))
            .param("lag", settings.lag().toMillis() / 1000.0)
            .param("fleet_now", Pg.timestamp(now))
            .query((row, _) -> finished(row, now, unused))
            .list();
    caps.giveBack(unused);
    // An UNKNOWN call may be under way.
    slots.free(
        events.stream()
            .filter(DispatchStates::isCall)
            .filter(
                event ->
                    event instanceof DeliveryEvent.DispatchRejected
                        || event instanceof DeliveryEvent.DispatchNotSent)
            .map(event -> DispatchKey.of(event.dispatch()))
            .toList());
    publish(events);
    return events.stream().map(event -> DispatchKey.of(event.dispatch())).toList();
  }

  /**
   * Raises an alarm for those that count as never sent: the provider says that it took their
   * messages, so a proof of absence was wrong.
   */
  public void contradicted(List<DispatchKey> taken) {
    if (taken.isEmpty()) {
      return;
    }
    List<String> found =
        DispatchKeys.bind(jdbc.sql(CONTRADICTED), taken).query(String.class).list();
    if (!found.isEmpty()) {
      metrics.counter("omnify.reports.contradicting").increment(found.size());
      log.error("The provider took messages that count as never sent: {}", found);
    }
  }

  private static List<@Nullable String> texts(
      List<Outcome> outcomes, java.util.function.Function<Outcome, @Nullable String> field) {
    var texts = new ArrayList<@Nullable String>();
    outcomes.forEach(outcome -> texts.add(field.apply(outcome)));
    return texts;
  }

  private static List<@Nullable FailureType> failures(List<Outcome> outcomes) {
    var failures = new ArrayList<@Nullable FailureType>();
    outcomes.forEach(outcome -> failures.add(outcome.failure()));
    return failures;
  }

  private DeliveryEvent finished(ResultSet row, Instant now, List<DailyCaps.Use> unused)
      throws SQLException {
    DispatchRef ref = ReadyDispatches.ref(row);
    var state = WireEnum.parse(DispatchState.class, row.getString("state"));
    String failureName = row.getString("failure");
    var failure =
        failureName == null ? FailureType.OTHER : WireEnum.parse(FailureType.class, failureName);
    String code = row.getString("error_code");
    if ((state == DispatchState.REJECTED || state == DispatchState.NOT_SENT)
        && DailyCaps.counts(ref.kind())) {
      var day =
          Pg.instant(row, "sent_at")
              .atZone(ZoneId.of(row.getString("client_time_zone")))
              .toLocalDate();
      unused.add(
          new DailyCaps.Use(
              ref.clientId(), Sender.scope(ref.channel(), row.getString("own_address")), day));
    }
    if (state == DispatchState.ACCEPTED) {
      metrics.counter("omnify.dispatches.segments").increment(row.getInt("segments"));
    }
    return switch (state) {
      case ACCEPTED ->
          new DeliveryEvent.DispatchAccepted(
              ids.eventId(),
              now,
              ref,
              row.getString("provider_id"),
              row.getInt("segments"),
              row.getLong("cost_micros"));
      case REJECTED -> new DeliveryEvent.DispatchRejected(ids.eventId(), now, ref, failure, code);
      case NOT_SENT -> new DeliveryEvent.DispatchNotSent(ids.eventId(), now, ref, failure, code);
      case UNKNOWN -> new DeliveryEvent.DispatchUnknown(ids.eventId(), now, ref, code);
      case QUARANTINED -> new DeliveryEvent.DispatchQuarantined(ids.eventId(), now, ref);
      case READY, SENDING, CANCELLED, EXPIRED, GIVEN_BACK ->
          throw new IllegalStateException(state + " is no outcome");
    };
  }

  private void publish(List<DeliveryEvent> events) {
    outbox.publish(events);
    for (DeliveryEvent event : events) {
      count(event);
    }
  }

  private void count(DeliveryEvent event) {
    String state =
        switch (event) {
          case DeliveryEvent.DispatchAccepted _ -> "accepted";
          case DeliveryEvent.DispatchRejected _ -> "rejected";
          case DeliveryEvent.DispatchNotSent _ -> "not_sent";
          case DeliveryEvent.DispatchUnknown _ -> "unknown";
          case DeliveryEvent.DispatchQuarantined _ -> "quarantined";
          case DeliveryEvent.DispatchCancelled _ -> "cancelled";
          case DeliveryEvent.DispatchExpired _ -> "expired";
          case DeliveryEvent.DispatchGivenBack _ -> "given_back";
          case DeliveryEvent.DeliveryReported _ -> "reported";
          case DeliveryEvent.CallEnded _ -> "ended";
          case DeliveryEvent.EngagementReported _ -> "engaged";
        };
    String reason =
        switch (event) {
          case DeliveryEvent.DispatchRejected it -> it.failure().wire();
          case DeliveryEvent.DispatchNotSent it -> it.failure().wire();
          case DeliveryEvent.DispatchCancelled it -> it.reason().wire();
          case DeliveryEvent.DispatchGivenBack it -> it.reason().wire();
          case DeliveryEvent.DispatchAccepted _,
              DeliveryEvent.DispatchUnknown _,
              DeliveryEvent.DispatchQuarantined _,
              DeliveryEvent.DispatchExpired _,
              DeliveryEvent.DeliveryReported _,
              DeliveryEvent.CallEnded _,
              DeliveryEvent.EngagementReported _ ->
              "none";
        };
    metrics.counter("omnify.dispatches", "state", state, "reason", reason).increment();
  }

  private static DispatchKey key(ResultSet row) throws SQLException {
    return new DispatchKey(
        Pg.id(row, "client_id", com.omnify.model.id.ClientId::new),
        Pg.id(row, "id", com.omnify.model.id.DispatchId::new));
  }
}
