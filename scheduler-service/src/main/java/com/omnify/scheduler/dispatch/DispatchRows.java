package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.DispatchState;
import com.omnify.model.HoldReason;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.dispatch.policy.HealingPolicy.Failed;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy.Watched;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Looks at dispatches, which are the workers' once they are born. */
@Component
class DispatchRows {

  private final JdbcClient jdbc;

  DispatchRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that exist of the given ones; the lists are equally long. */
  Map<DispatchId, Watched> watched(List<ClientId> clients, List<DispatchId> dispatches) {
    var found = new HashMap<DispatchId, Watched>();
    if (dispatches.isEmpty()) {
      return found;
    }
    jdbc.sql(
            """
            SELECT d.id, d.state, d.created_at, d.finished_at, d.unknown_since, d.outcome_at, d.hold_reason, d.hold_until
            FROM unnest(:clients, :ids) AS k(client_id, id)
            CROSS JOIN LATERAL (SELECT * FROM dispatches x WHERE x.client_id = k.client_id AND x.id = k.id LIMIT 1) d
            """)
        .param("clients", Pg.uuids(clients))
        .param("ids", Pg.uuids(dispatches))
        .query(
            (row, _) -> {
              String hold = row.getString("hold_reason");
              var finished = Pg.instantOrNull(row, "finished_at");
              return new Watched(
                  Pg.id(row, "id", DispatchId::new),
                  WireEnum.parse(DispatchState.class, row.getString("state")),
                  Pg.instant(row, "created_at"),
                  finished == null ? Pg.instantOrNull(row, "unknown_since") : finished,
                  Pg.instantOrNull(row, "outcome_at"),
                  hold == null ? null : holdReason(hold),
                  Pg.instantOrNull(row, "hold_until"));
            })
        .list()
        .forEach(watched -> found.put(watched.id(), watched));
    return found;
  }

  /** What became of a failed dispatch and whether another went out after it. */
  Optional<Failed> failed(DispatchRef ref) {
    return jdbc.sql(
            """
            SELECT d.state, EXISTS (
              SELECT 1 FROM dispatches later
              WHERE later.client_id = d.client_id AND later.enrollment_id = d.enrollment_id AND later.id > d.id
                AND later.state NOT IN ('cancelled', 'expired', 'given_back')) AS followed
            FROM dispatches d WHERE d.client_id = :client AND d.id = :id
            """)
        .param("client", ref.clientId().value())
        .param("id", ref.dispatchId().value())
        .query(
            (row, _) ->
                new Failed(
                    WireEnum.parse(DispatchState.class, row.getString("state")),
                    row.getBoolean("followed")))
        .optional();
  }

  private static HoldReason holdReason(String text) {
    try {
      return WireEnum.parse(HoldReason.class, text);
    } catch (IllegalArgumentException _) {
      // written by a newer worker
      return HoldReason.OTHER;
    }
  }
}
