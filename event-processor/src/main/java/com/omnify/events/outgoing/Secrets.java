package com.omnify.events.outgoing;

import com.omnify.model.id.ClientId;
import java.security.SecureRandom;
import java.util.Base64;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What calls are signed with. To be used in a transaction. */
@Component
class Secrets {

  private static final int BYTES = 32;

  private final JdbcClient jdbc;
  private final SecureRandom random = new SecureRandom();

  Secrets(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A new one, as the Standard Webhooks scheme writes it. */
  String fresh() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  /** Of the calls that a client's steps make. */
  String ofSteps(ClientId client) {
    jdbc.sql(
            """
            INSERT INTO webhook_secrets (client_id, secret) VALUES (:client, :secret) ON CONFLICT DO NOTHING
            """)
        .param("client", client.value())
        .param("secret", fresh())
        .update();
    return jdbc.sql("SELECT secret FROM webhook_secrets WHERE client_id = :client")
        .param("client", client.value())
        .query(String.class)
        .single();
  }

  /** A new one for the steps' calls; the old one signs nothing any more. */
  String renewOfSteps(ClientId client) {
    return jdbc.sql(
            """
            INSERT INTO webhook_secrets (client_id, secret) VALUES (:client, :secret)
            ON CONFLICT (client_id) DO UPDATE SET secret = excluded.secret, updated_at = now()
            RETURNING secret
            """)
        .param("client", client.value())
        .param("secret", fresh())
        .query(String.class)
        .single();
  }
}
