package com.omnify.channels.result;

import com.omnify.channels.admit.VoiceSlots;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Calls that are over, by the provider's authenticated word: it proves that each was placed, it
 * ends the lease of its slot, and goes on record. The first word counts.
 */
@Component
public class CallEnds {

  // The time of the end takes the place of the time of the acceptance: from it others count.
  private static final String RECORD =
      """
      UPDATE dispatches d SET delivery_status = e.status, ended_reason = e.reason,
        call_seconds = e.seconds, cost_micros = e.cost_micros, finished_at = now(),
        failure = coalesce(e.failure, d.failure), error_code = coalesce(e.code, d.error_code),
        provider_id = coalesce(d.provider_id, e.provider_id)
      FROM unnest(:clients, :ids, :statuses, :reasons, :seconds, :costs, :failures, :codes,
          :provider_ids)
        AS e (client_id, id, status, reason, seconds, cost_micros, failure, code, provider_id)
      WHERE d.client_id = e.client_id AND d.id = e.id AND d.state = 'accepted'
        AND d.ended_reason IS NULL AND %s
      """
          .formatted(DispatchKeys.AMONG);

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final DispatchStates states;
  private final VoiceSlots slots;

  CallEnds(JdbcClient jdbc, Transactions transactions, DispatchStates states, VoiceSlots slots) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.states = states;
    this.slots = slots;
  }

  /** Takes a batch in; a repeat changes nothing. */
  public void take(List<CallEnded> ends) {
    var first = new LinkedHashMap<DispatchKey, CallEnded>();
    ends.forEach(end -> first.putIfAbsent(DispatchKey.of(end.dispatch()), end));
    List<CallEnded> told = List.copyOf(first.values());
    List<DispatchKey> keys = List.copyOf(first.keySet());
    transactions.inBackground(
        () -> {
          states.finish(
              told.stream()
                  .map(end -> Outcome.accepted(DispatchKey.of(end.dispatch()), end.providerId()))
                  .toList());
          record(told, keys);
          slots.free(keys);
          states.contradicted(keys);
        });
  }

  private void record(List<CallEnded> told, List<DispatchKey> keys) {
    var failures = new ArrayList<@Nullable FailureType>();
    var codes = new ArrayList<@Nullable String>();
    for (CallEnded end : told) {
      failures.add(end.failure());
      codes.add(end.disposition().reached() ? null : end.endedReason());
    }
    var providerIds = new ArrayList<@Nullable String>();
    told.forEach(end -> providerIds.add(end.providerId()));
    DispatchKeys.bind(jdbc.sql(RECORD), keys)
        .param("statuses", Pg.wires(told.stream().map(CallEnds::status).toList()))
        .param("reasons", Pg.texts(told.stream().map(CallEnds::reason).toList()))
        .param("seconds", Pg.ints(told.stream().map(CallEnded::seconds).toList()))
        .param("costs", Pg.longs(told.stream().map(CallEnded::costMicros).toList()))
        .param("failures", Pg.wires(failures))
        .param("codes", Pg.texts(codes))
        .param("provider_ids", Pg.texts(providerIds))
        .update();
  }

  private static DeliveryStatus status(CallEnded end) {
    return end.disposition().reached() ? DeliveryStatus.DELIVERED : DeliveryStatus.UNDELIVERED;
  }

  /** That there is one says that the call is over. */
  private static String reason(CallEnded end) {
    return Objects.requireNonNullElse(end.endedReason(), end.disposition().wire());
  }
}
