package com.omnify.scheduler.message;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SuppressionId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Dispatches with their texts. All calls run in the caller's transaction. */
@Component
class MessageRows {

  private final JdbcClient jdbc;

  MessageRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * An opt-out, with what its confirmation needs to know.
   *
   * @param since real time of its coming into force
   * @param writtenTo our number that the person wrote to
   * @param ownWords of the client, null where it has none
   */
  record OptOut(
      String identity,
      Instant since,
      String writtenTo,
      String clientName,
      @Nullable String ownWords) {}

  Optional<OptOut> optOut(ClientId client, SuppressionId suppression) {
    return jdbc.sql(
            """
            SELECT s.identity, s.created_at, i.own_address, c.name, p.opt_out_confirmation
            FROM suppressions s
            JOIN contact_interactions i ON i.client_id = s.client_id AND i.id = s.source_interaction_id
            JOIN clients c ON c.id = s.client_id
            LEFT JOIN client_profiles p ON p.client_id = s.client_id
            WHERE s.client_id = :client AND s.id = :suppression AND s.channel = 'sms'
            """)
        .param("client", client.value())
        .param("suppression", suppression.value())
        .query(
            (row, _) ->
                new OptOut(
                    row.getString("identity"),
                    Pg.instant(row, "created_at"),
                    row.getString("own_address"),
                    row.getString("name"),
                    row.getString("opt_out_confirmation")))
        .optional();
  }

  /**
   * Writes the text and its dispatch, READY.
   *
   * @return false where the same order, or another confirmation of the same opt-out, was there
   *     before: then nothing is written
   */
  boolean insert(NewMessage message) {
    var ref = message.ref();
    var confirms = message.confirms();
    return jdbc.sql(
                """
                WITH text AS (
                  INSERT INTO dispatch_texts (client_id, dispatch_id, ordered_by, body, identity, own_address,
                    suppression_id, not_after)
                  VALUES (:client, :dispatch, :ordered_by, :body, :identity, :own_address, :suppression, :not_after)
                  ON CONFLICT DO NOTHING
                  RETURNING client_id, dispatch_id)
                INSERT INTO dispatches (client_id, id, contact_id, channel, kind, attempt, urgent)
                SELECT client_id, dispatch_id, :contact, :channel, :kind, :attempt, true FROM text
                """)
            .param("client", ref.clientId().value())
            .param("dispatch", ref.dispatchId().value())
            .param("ordered_by", message.orderedBy())
            .param("body", message.body())
            .param("identity", message.identity())
            .param("own_address", message.ownAddress())
            .param("suppression", confirms == null ? null : confirms.value())
            .param("not_after", Pg.timestamp(message.notAfter()))
            .param("contact", ref.contactId().value())
            .param("channel", ref.channel().wire())
            .param("kind", ref.kind().wire())
            .param("attempt", ref.attempt())
            .update()
        == 1;
  }
}
