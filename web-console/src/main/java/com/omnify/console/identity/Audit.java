package com.omnify.console.identity;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.sql.Types;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who changed who may pass. */
@Component
class Audit {

  private final JdbcClient jdbc;
  private final Transactions transactions;

  Audit(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  void note(@Nullable ClientId client, String actor, String action, String type, UUID subject) {
    transactions.inBackground(
        () -> {
          jdbc.sql(
                  """
                  INSERT INTO audit (client_id, actor, action, subject_type, subject_id)
                  VALUES (:client::uuid, :actor, :action, :type, :subject)
                  """)
              .param("client", client == null ? null : client.toString(), Types.VARCHAR)
              .param("actor", actor)
              .param("action", action)
              .param("type", type)
              .param("subject", subject.toString())
              .update();
        });
  }
}
