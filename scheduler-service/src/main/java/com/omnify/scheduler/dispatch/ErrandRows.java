package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.StepKind;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.OrderId;
import com.omnify.scheduler.dispatch.policy.ErrandPolicy;
import com.omnify.scheduler.dispatch.policy.ErrandPolicy.Waiting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Orders of steps that do something other than speak, as long as nobody has settled them. */
@Component
class ErrandRows {

  private final JdbcClient jdbc;

  ErrandRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those of the given ones that are orders; the lists are equally long. */
  Map<DispatchId, Waiting> waiting(List<ClientId> clients, List<DispatchId> tokens) {
    var found = new HashMap<DispatchId, Waiting>();
    if (tokens.isEmpty()) {
      return found;
    }
    jdbc.sql(
            """
            SELECT o.id, o.kind, o.attempt, o.created_at
            FROM unnest(:clients, :ids) AS k(client_id, id)
            CROSS JOIN LATERAL (SELECT * FROM step_orders x WHERE x.client_id = k.client_id AND x.id = k.id LIMIT 1) o
            """)
        .param("clients", Pg.uuids(clients))
        .param("ids", Pg.uuids(tokens))
        .query(
            (row, _) ->
                new Waiting(
                    Pg.id(row, "id", OrderId::new),
                    WireEnum.parse(StepKind.class, row.getString("kind")),
                    row.getInt("attempt"),
                    Pg.instant(row, "created_at")))
        .list()
        .forEach(waiting -> found.put(ErrandPolicy.token(waiting.id()), waiting));
    return found;
  }
}
