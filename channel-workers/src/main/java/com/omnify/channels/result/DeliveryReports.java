package com.omnify.channels.result;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.DispatchKeys;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Authenticated reports of the provider. Each proves that the message was taken, so it settles an
 * UNKNOWN; and its status counts by rank, whatever the order in which reports come.
 */
@Component
public class DeliveryReports {

  private static final String RECORD =
      """
      UPDATE dispatches d SET delivery_status = r.status,
        failure = coalesce(r.failure, d.failure), error_code = coalesce(r.code, d.error_code),
        provider_id = coalesce(d.provider_id, r.provider_id)
      FROM unnest(:clients, :ids, :statuses, :failures, :codes, :provider_ids)
        AS r (client_id, id, status, failure, code, provider_id)
      WHERE d.client_id = r.client_id AND d.id = r.id AND d.state = 'accepted' AND %s
        AND coalesce(array_position(:ranks, d.delivery_status), 0) < array_position(:ranks, r.status)
      """
          .formatted(DispatchKeys.AMONG);

  private static final List<String> RANKS =
      java.util.Arrays.stream(com.omnify.model.DeliveryStatus.values())
          .map(com.omnify.model.WireEnum::wire)
          .toList();

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final DispatchStates states;

  DeliveryReports(JdbcClient jdbc, Transactions transactions, DispatchStates states) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.states = states;
  }

  /** Takes a batch in; a repeat changes nothing. */
  public void take(List<DeliveryReported> reports) {
    var highest = new LinkedHashMap<DispatchKey, DeliveryReported>();
    for (DeliveryReported report : reports) {
      highest.merge(
          DispatchKey.of(report.dispatch()),
          report,
          (a, b) -> b.status().compareTo(a.status()) > 0 ? b : a);
    }
    List<DeliveryReported> told = List.copyOf(highest.values());
    transactions.inBackground(
        () -> {
          states.finish(
              told.stream()
                  .map(r -> Outcome.accepted(DispatchKey.of(r.dispatch()), r.providerId()))
                  .toList());
          record(told);
          states.contradicted(told.stream().map(r -> DispatchKey.of(r.dispatch())).toList());
        });
  }

  private void record(List<DeliveryReported> told) {
    DispatchKeys.bind(
            jdbc.sql(RECORD), told.stream().map(r -> DispatchKey.of(r.dispatch())).toList())
        .param("statuses", Pg.wires(told.stream().map(DeliveryReported::status).toList()))
        .param("failures", Pg.wires(column(told, DeliveryReported::failure)))
        .param("codes", Pg.texts(column(told, DeliveryReported::code)))
        .param("provider_ids", Pg.texts(column(told, DeliveryReported::providerId)))
        .param("ranks", Pg.texts(RANKS))
        .update();
  }

  private static <T> List<@Nullable T> column(
      List<DeliveryReported> told,
      java.util.function.Function<DeliveryReported, @Nullable T> field) {
    var column = new ArrayList<@Nullable T>();
    told.forEach(report -> column.add(field.apply(report)));
    return column;
  }
}
