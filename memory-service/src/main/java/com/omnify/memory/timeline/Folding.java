package com.omnify.memory.timeline;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Makes one contact's conversations another's. Harmless when nothing is left to do. */
@Component
public class Folding {

  private final JdbcClient db;

  Folding(JdbcClient db) {
    this.db = db;
  }

  /** Within the running transaction. */
  public void fold(ClientId client, ContactId other, ContactId survivor) {
    db.sql(
            """
            UPDATE contact_interactions SET contact_id = :survivor WHERE client_id = :client AND contact_id = :other
            """)
        .param("client", client.value())
        .param("survivor", survivor.value())
        .param("other", other.value())
        .update();
    db.sql(
            """
            WITH gone AS (
              DELETE FROM contact_contexts WHERE client_id = :client AND contact_id = :other RETURNING *)
            INSERT INTO contact_contexts AS c (client_id, contact_id, outbound_sms, inbound_sms, outbound_email,
              inbound_email, calls, first_contact_at, last_interaction_at, last_interaction_id, last_channel,
              last_direction, last_outbound_at, last_inbound_at, last_inbound_sms_id, last_inbound_sms)
            SELECT client_id, :survivor, outbound_sms, inbound_sms, outbound_email, inbound_email, calls,
              first_contact_at, last_interaction_at, last_interaction_id, last_channel, last_direction,
              last_outbound_at, last_inbound_at, last_inbound_sms_id, last_inbound_sms
            FROM gone
            ON CONFLICT (client_id, contact_id) DO UPDATE SET
              outbound_sms = c.outbound_sms + excluded.outbound_sms,
              inbound_sms = c.inbound_sms + excluded.inbound_sms,
              outbound_email = c.outbound_email + excluded.outbound_email,
              inbound_email = c.inbound_email + excluded.inbound_email,
              calls = c.calls + excluded.calls,
              first_contact_at = least(c.first_contact_at, excluded.first_contact_at),
              last_channel = CASE WHEN excluded.last_interaction_at > c.last_interaction_at
                THEN excluded.last_channel ELSE c.last_channel END,
              last_direction = CASE WHEN excluded.last_interaction_at > c.last_interaction_at
                THEN excluded.last_direction ELSE c.last_direction END,
              last_interaction_id = CASE WHEN excluded.last_interaction_at > c.last_interaction_at
                THEN excluded.last_interaction_id ELSE c.last_interaction_id END,
              last_interaction_at = greatest(c.last_interaction_at, excluded.last_interaction_at),
              last_outbound_at = greatest(c.last_outbound_at, excluded.last_outbound_at),
              last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),
              last_inbound_sms = CASE WHEN excluded.last_inbound_sms_id > c.last_inbound_sms_id
                OR c.last_inbound_sms_id IS NULL THEN coalesce(excluded.last_inbound_sms, c.last_inbound_sms)
                ELSE c.last_inbound_sms END,
              last_inbound_sms_id = greatest(c.last_inbound_sms_id, excluded.last_inbound_sms_id),
              updated_at = now()
            """)
        .param("client", client.value())
        .param("survivor", survivor.value())
        .param("other", other.value())
        .update();
  }
}
