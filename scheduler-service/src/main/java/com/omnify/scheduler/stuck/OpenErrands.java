package com.omnify.scheduler.stuck;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.scheduler.stuck.policy.StuckKind;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What steps asked for and nobody has said is done. */
@Component
class OpenErrands {

  private static final int MOST = 10_000;

  private static final String OPEN =
      """
      SELECT o.client_id, o.id, o.enrollment_id, o.contact_id, o.kind, o.created_at FROM step_orders o
      WHERE o.state = 'open' AND o.created_at < :before ORDER BY o.created_at LIMIT :most
      """;

  private final JdbcClient jdbc;
  private final Transactions tx;
  private final StuckSettings settings;

  OpenErrands(JdbcClient jdbc, Transactions tx, StuckSettings settings) {
    this.jdbc = jdbc;
    this.tx = tx;
    this.settings = settings;
  }

  List<Finding> find(Instant realNow) {
    return tx.readInBackground(
        () ->
            jdbc.sql(OPEN)
                .param("before", Pg.timestamp(realNow.minus(settings.errand())))
                .param("most", MOST)
                .query(
                    (row, _) ->
                        new Finding(
                            Pg.uuid(row, "client_id"),
                            StuckKind.ERRAND_OPEN,
                            Pg.uuid(row, "id"),
                            "",
                            Pg.uuid(row, "enrollment_id"),
                            Pg.uuid(row, "contact_id"),
                            1,
                            Pg.instant(row, "created_at"),
                            row.getString("kind").replace('_', ' ')))
                .list());
  }
}
