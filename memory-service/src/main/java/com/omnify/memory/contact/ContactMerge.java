package com.omnify.memory.contact;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Problem;
import com.omnify.memory.contact.Contacts.Contact;
import com.omnify.model.Channel;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The contacts' side of two becoming one. What remains of the other names the survivor and holds
 * nothing of a person, so that ids which others still use lead on.
 */
@Component
public class ContactMerge {

  private final Contacts contacts;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;
  private final JdbcClient db;

  ContactMerge(Contacts contacts, Outbox outbox, Ids ids, FleetClock clock, JdbcClient db) {
    this.contacts = contacts;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.db = db;
  }

  /** Who became part of whom. */
  public record Pair(ClientId client, ContactId other, ContactId survivor) {}

  /**
   * Within the running transaction.
   *
   * @throws Problem 404, or 410 where one of them is merged already
   */
  public void merge(ClientId client, ContactId survivor, ContactId other, String by) {
    // in the order of their ids, as everyone locks
    contacts.lock(client, List.of(survivor, other));
    Contact was = contacts.required(client, survivor);
    Contact gone = contacts.required(client, other);
    ContactFields is = Filling.blanks(was.fields(), gone.fields(), true);
    boolean takesPhone = !Objects.equals(was.phone(), is.phone());
    boolean takesEmail = !Objects.equals(was.email(), is.email());
    String secondPhone = takesPhone ? null : gone.phone();
    String secondEmail = takesEmail ? null : gone.email();
    db.sql(
            """
            WITH gone AS (
              UPDATE contacts SET merged_into = :survivor, merged_at = now(), phone = NULL, email = NULL,
                alternative_phone = NULL, alternative_email = NULL, first_name = NULL, last_name = NULL, company = NULL,
                time_zone = NULL, phone_time_zones = '{}', state = NULL, postal_code = NULL, tags = '{}',
                custom_fields = '{}', conversation_summary = NULL, version = version + 1, updated_at = now()
              WHERE client_id = :client AND id = :other
              RETURNING old.alternative_phone, old.alternative_email, old.phone_valid, old.email_valid)
            SELECT alternative_phone, alternative_email, phone_valid, email_valid FROM gone
            """)
        .param("client", client.value())
        .param("survivor", survivor.value())
        .param("other", other.value())
        .query(
            row -> {
              String alternativePhone = row.getString("alternative_phone");
              String alternativeEmail = row.getString("alternative_email");
              boolean phoneValid = row.getBoolean("phone_valid");
              boolean emailValid = row.getBoolean("email_valid");
              contacts.update(client, survivor, was.version(), is, false, false);
              db.sql(
                      """
                      UPDATE contacts SET
                        phone_valid = CASE WHEN :takesPhone THEN :phoneValid ELSE phone_valid END,
                        email_valid = CASE WHEN :takesEmail THEN :emailValid ELSE email_valid END,
                        alternative_phone = coalesce(alternative_phone, :secondPhone, :alternativePhone),
                        alternative_email = coalesce(alternative_email, :secondEmail, :alternativeEmail)
                      WHERE client_id = :client AND id = :survivor
                      """)
                  .param("client", client.value())
                  .param("survivor", survivor.value())
                  .param("takesPhone", takesPhone)
                  .param("takesEmail", takesEmail)
                  .param("phoneValid", phoneValid)
                  .param("emailValid", emailValid)
                  .param("secondPhone", secondPhone)
                  .param("secondEmail", secondEmail)
                  .param("alternativePhone", alternativePhone)
                  .param("alternativeEmail", alternativeEmail)
                  .update();
            });
    // whoever was part of the other is part of the survivor: one step always leads there
    db.sql(
            """
            UPDATE contacts SET merged_into = :survivor, merged_at = now()
            WHERE client_id = :client AND merged_into = :other
            """)
        .param("client", client.value())
        .param("survivor", survivor.value())
        .param("other", other.value())
        .update();
    consents(client, survivor, other, takesPhone, takesEmail);
    db.sql(
            """
            INSERT INTO audit (client_id, actor, action, subject_type, subject_id, detail)
            VALUES (:client, :actor, 'contact.merged', 'contact', :subject, :detail)
            """)
        .param("client", client.value())
        .param("actor", by)
        .param("subject", survivor.toString())
        .param("detail", Pg.jsonb(Map.of("merged", other.toString())))
        .update();
    var now = clock.now();
    outbox.publish(
        List.of(
            new ContactEvent.ContactChanged(
                ids.eventId(),
                now,
                client,
                survivor,
                ContactBook.changed(was.fields(), is),
                is.tags().stream().filter(tag -> !was.tags().contains(tag)).toList(),
                null,
                true),
            new ContactEvent.ContactMerged(ids.eventId(), now, client, survivor, other)));
  }

  /**
   * A yes is to being reached at the address it was given for. The other's comes along where that
   * address does; else it stays behind, or the survivor would be reached at an address for which
   * nobody agreed. For the same reason a yes of the survivor's, given when it had no such address,
   * makes room. A no is the person's, wherever it was said.
   */
  private void consents(
      ClientId client,
      ContactId survivor,
      ContactId other,
      boolean takesPhone,
      boolean takesEmail) {
    var taken = new ArrayList<String>();
    if (takesPhone) {
      taken.addAll(List.of(Channel.SMS.wire(), Channel.VOICE.wire()));
    }
    if (takesEmail) {
      taken.add(Channel.EMAIL.wire());
    }
    db.sql(
            """
            UPDATE consents SET contact_id = CASE WHEN contact_id = :other THEN :survivor ELSE :other END
            WHERE client_id = :client
              AND (contact_id = :other AND (NOT granted OR channel = ANY (:taken))
                OR contact_id = :survivor AND granted AND channel = ANY (:taken))
            """)
        .param("client", client.value())
        .param("survivor", survivor.value())
        .param("other", other.value())
        .param("taken", Pg.texts(taken))
        .update();
  }

  /** Those of the last two days, of all clients. */
  public List<Pair> lately() {
    return db.sql(
            """
            SELECT client_id, id, merged_into FROM contacts
            WHERE merged_into IS NOT NULL AND merged_at > now() - interval '2 days'
            ORDER BY client_id, id
            """)
        .query(
            (row, _) ->
                new Pair(
                    Pg.id(row, "client_id", ClientId::new),
                    Pg.id(row, "id", ContactId::new),
                    Pg.id(row, "merged_into", ContactId::new)))
        .list();
  }
}
