package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.dispatch.policy.CallPolicy;
import com.omnify.scheduler.dispatch.policy.HealingPolicy.Failed;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy.Watched;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
            SELECT d.id, d.state, d.created_at, d.finished_at, d.unknown_since, d.outcome_at, d.hold_reason, d.hold_until,
              d.channel, d.delivery_status, d.failure, d.ended_reason
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
                  Pg.instantOrNull(row, "hold_until"),
                  WireEnum.parse(Channel.class, row.getString("channel")),
                  end(row));
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

  /** As the workers noted it. */
  private static CallPolicy.@Nullable Ended end(ResultSet row) throws SQLException {
    String status = row.getString("delivery_status");
    String reason = row.getString("ended_reason");
    if (status == null || reason == null) {
      return null;
    }
    String failure = row.getString("failure");
    if (!WireEnum.parse(DeliveryStatus.class, status).isFailure()) {
      // VAPI's own word, whatever else it calls the ways in which people end a call.
      boolean machine = reason.equals("voicemail");
      return new CallPolicy.Ended(
          machine ? CallDisposition.VOICEMAIL : CallDisposition.ANSWERED, null, reason);
    }
    return new CallPolicy.Ended(
        CallDisposition.FAILED,
        failure == null ? null : WireEnum.parse(FailureType.class, failure),
        reason);
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
