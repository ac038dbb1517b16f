package com.omnify.memory.contact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.omnify.kit.db.Pg;
import com.omnify.memory.contact.ContactCheck.Consent;
import com.omnify.model.Channel;
import com.omnify.model.PhoneType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The contacts' rows. All calls run in the caller's transaction. */
@Component
class Contacts {

  private static final String SELECT =
      """
      SELECT id, first_name, last_name, company, phone, phone_type, phone_valid, phone_time_zones, email, email_valid,
        time_zone, state, postal_code, status, source, tags, custom_fields::text AS custom_fields, engagement_score,
        sentiment_trend, conversation_summary, version, created_at, updated_at,
        (SELECT jsonb_object_agg(channel, jsonb_build_object(
                  'granted', granted, 'source', source, 'text_shown', text_shown, 'at', at))::text
         FROM (SELECT DISTINCT ON (channel) channel, granted, source, text_shown, at FROM consents
               WHERE client_id = c.client_id AND contact_id = c.id ORDER BY channel, at DESC, id DESC) latest) AS consent
      FROM contacts c
      """;

  private final JdbcClient db;

  Contacts(JdbcClient db) {
    this.db = db;
  }

  /** A contact as it stands. */
  record Contact(
      UUID id,
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String company,
      @Nullable String phone,
      PhoneType phoneType,
      boolean phoneValid,
      List<String> phoneTimeZones,
      @Nullable String email,
      boolean emailValid,
      @Nullable String timeZone,
      @Nullable String state,
      @Nullable String postalCode,
      String status,
      String source,
      List<String> tags,
      Map<String, Object> customFields,
      Map<String, ConsentGiven> consent,
      int engagementScore,
      String sentimentTrend,
      @Nullable String conversationSummary,
      int version,
      Instant createdAt,
      Instant updatedAt) {

    @JsonIgnore
    ContactFields fields() {
      return new ContactFields(
          firstName,
          lastName,
          company,
          phone,
          phoneType,
          phoneTimeZones,
          email,
          timeZone,
          state,
          postalCode,
          status,
          source,
          tags,
          customFields);
    }
  }

  /** The latest word on a channel. */
  record ConsentGiven(boolean granted, String source, @Nullable String textShown, Instant at) {}

  /** What is to be inserted, named as its columns are. */
  record NewContact(UUID id, ContactFields fields) {
    Row row() {
      return new Row(
          id,
          fields.firstName(),
          fields.lastName(),
          fields.company(),
          fields.phone(),
          fields.phoneType(),
          fields.phoneTimeZones(),
          fields.email(),
          fields.timeZone(),
          fields.state(),
          fields.postalCode(),
          fields.status(),
          fields.source(),
          fields.tags(),
          fields.customFields());
    }
  }

  private record Row(
      UUID id,
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String company,
      @Nullable String phone,
      PhoneType phoneType,
      List<String> phoneTimeZones,
      @Nullable String email,
      @Nullable String timeZone,
      @Nullable String state,
      @Nullable String postalCode,
      String status,
      String source,
      List<String> tags,
      Map<String, Object> customFields) {}

  /** Who has an address. */
  record Holder(ContactId id, @Nullable String phone, @Nullable String email) {}

  /**
   * Inserts in one statement; those whose phone or e-mail somebody has already are left out,
   * however many insert at the same time.
   *
   * @return the ids that were inserted
   */
  Set<UUID> insert(ClientId client, List<NewContact> contacts) {
    return new HashSet<>(
        db.sql(
                """
                INSERT INTO contacts (client_id, id, first_name, last_name, company, phone, phone_type, phone_time_zones,
                  email, time_zone, state, postal_code, status, source, tags, custom_fields)
                SELECT :client, id, first_name, last_name, company, phone, phone_type, phone_time_zones,
                  email, time_zone, state, postal_code, status, source, tags, custom_fields
                FROM jsonb_to_recordset(:rows) AS r(id uuid, first_name text, last_name text, company text, phone text,
                  phone_type text, phone_time_zones text[], email text, time_zone text, state text, postal_code text,
                  status text, source text, tags text[], custom_fields jsonb)
                ORDER BY phone, email, id
                ON CONFLICT DO NOTHING
                RETURNING id
                """)
            .param("client", client.value())
            .param("rows", Pg.jsonb(contacts.stream().map(NewContact::row).toList()))
            .query(UUID.class)
            .list());
  }

  void insertConsents(ClientId client, ContactId contact, List<Consent> consents) {
    for (Consent consent : consents) {
      db.sql(
              """
              INSERT INTO consents (client_id, contact_id, channel, granted, source, text_shown, at)
              VALUES (:client, :contact, :channel, :granted, :source, :textShown, :at)
              """)
          .param("client", client.value())
          .param("contact", contact.value())
          .param("channel", consent.channel().wire())
          .param("granted", consent.granted())
          .param("source", consent.source())
          .param("textShown", consent.textShown())
          .param("at", Pg.timestamp(consent.at()))
          .update();
    }
  }

  /** Replaces the editable fields, if the version is still that one. */
  boolean update(
      ClientId client,
      ContactId id,
      int version,
      ContactFields fields,
      boolean newPhone,
      boolean newEmail) {
    return db.sql(
                """
                UPDATE contacts SET first_name = :firstName, last_name = :lastName, company = :company, phone = :phone,
                  phone_type = :phoneType, phone_time_zones = :phoneTimeZones,
                  phone_valid = phone_valid OR :newPhone, email_valid = email_valid OR :newEmail,
                  email = :email, time_zone = :timeZone, state = :state, postal_code = :postalCode, status = :status,
                  source = :source, tags = :tags, custom_fields = :customFields, version = version + 1,
                  updated_at = now()
                WHERE client_id = :client AND id = :id AND version = :version
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("version", version)
            .param("firstName", fields.firstName())
            .param("lastName", fields.lastName())
            .param("company", fields.company())
            .param("phone", fields.phone())
            .param("phoneType", fields.phoneType().wire())
            .param("phoneTimeZones", Pg.texts(fields.phoneTimeZones()))
            .param("newPhone", newPhone)
            .param("newEmail", newEmail)
            .param("email", fields.email())
            .param("timeZone", fields.timeZone())
            .param("state", fields.state())
            .param("postalCode", fields.postalCode())
            .param("status", fields.status())
            .param("source", fields.source())
            .param("tags", Pg.texts(fields.tags()))
            .param("customFields", Pg.jsonb(fields.customFields()))
            .update()
        == 1;
  }

  /**
   * Takes in what was learned of a number.
   *
   * @param of the dispatch to that number; null where it is today's anyway
   * @return whether that was news
   */
  boolean learnPhone(
      ClientId client,
      ContactId id,
      @Nullable DispatchId of,
      @Nullable PhoneType type,
      @Nullable Boolean valid) {
    return db.sql(
                """
                UPDATE contacts SET phone_type = coalesce(:type, phone_type), phone_valid = coalesce(:valid, phone_valid),
                  version = version + 1, updated_at = now()
                WHERE client_id = :client AND id = :id
                  AND (:of::uuid IS NULL OR phone = (
                    SELECT d.identity FROM dispatches d WHERE d.client_id = :client AND d.id = :of))
                  AND (phone_type <> coalesce(:type, phone_type) OR phone_valid <> coalesce(:valid, phone_valid))
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("of", of == null ? null : of.value())
            .param("type", type == null ? null : type.wire())
            .param("valid", valid)
            .update()
        == 1;
  }

  /**
   * Takes in what was learned of an e-mail address.
   *
   * @param of the dispatch to that address
   * @return whether that was news about today's
   */
  boolean learnEmail(ClientId client, ContactId id, DispatchId of, boolean valid) {
    return db.sql(
                """
                UPDATE contacts SET email_valid = :valid, version = version + 1, updated_at = now()
                WHERE client_id = :client AND id = :id AND email_valid <> :valid
                  AND email = (SELECT d.identity FROM dispatches d WHERE d.client_id = :client AND d.id = :of)
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("of", of.value())
            .param("valid", valid)
            .update()
        == 1;
  }

  Optional<Contact> find(ClientId client, ContactId id) {
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query(Contacts::contact)
        .optional();
  }

  /** The same, kept from others until the transaction ends. */
  Optional<Contact> findForUpdate(ClientId client, ContactId id) {
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id FOR NO KEY UPDATE OF c")
        .param("client", client.value())
        .param("id", id.value())
        .query(Contacts::contact)
        .optional();
  }

  List<Holder> holders(ClientId client, Collection<String> phones, Collection<String> emails) {
    return db.sql(
            """
            SELECT id, phone, email FROM contacts WHERE client_id = :client AND phone = ANY (:phones)
            UNION
            SELECT id, phone, email FROM contacts WHERE client_id = :client AND email = ANY (:emails)
            """)
        .param("client", client.value())
        .param("phones", Pg.texts(phones))
        .param("emails", Pg.texts(emails))
        .query(
            (row, _) ->
                new Holder(
                    Pg.id(row, "id", ContactId::new),
                    row.getString("phone"),
                    row.getString("email")))
        .list();
  }

  /**
   * What to look for; all that is not null must hold.
   *
   * @param text the beginning of a name, a company or an e-mail address, in lower case
   * @param digits the beginning of a phone number, with or without its country code
   */
  record Search(
      @Nullable String text,
      @Nullable String digits,
      @Nullable String tag,
      @Nullable String status,
      @Nullable String phone) {}

  /** The newest first, older than {@code before}. */
  List<Contact> search(ClientId client, Search search, @Nullable UUID before, int limit) {
    return db.sql(
            SELECT
                + """
                WHERE client_id = :client
                  AND (:before::uuid IS NULL OR id < :before)
                  AND (:tag::text IS NULL OR tags @> ARRAY[:tag::text])
                  AND (:status::text IS NULL OR status = :status)
                  AND (:phone::text IS NULL OR phone = :phone)
                  AND (:text::text IS NULL OR lower(first_name) LIKE :text OR lower(last_name) LIKE :text
                    OR lower(concat_ws(' ', first_name, last_name)) LIKE :text OR lower(company) LIKE :text
                    OR email LIKE :text OR phone LIKE '+' || :digits OR phone LIKE '+1' || :digits)
                ORDER BY id DESC LIMIT :limit
                """)
        .param("client", client.value())
        .param("before", before)
        .param("tag", search.tag())
        .param("status", search.status())
        .param("phone", search.phone())
        .param("text", search.text() == null ? null : prefix(search.text()))
        .param("digits", search.digits() == null ? null : prefix(search.digits()))
        .param("limit", limit)
        .query(Contacts::contact)
        .list();
  }

  private static String prefix(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }

  private static Contact contact(ResultSet row, int number) throws SQLException {
    String consent = row.getString("consent");
    return new Contact(
        Pg.uuid(row, "id"),
        row.getString("first_name"),
        row.getString("last_name"),
        row.getString("company"),
        row.getString("phone"),
        WireEnum.parse(PhoneType.class, row.getString("phone_type")),
        row.getBoolean("phone_valid"),
        texts(row.getArray("phone_time_zones")),
        row.getString("email"),
        row.getBoolean("email_valid"),
        row.getString("time_zone"),
        row.getString("state"),
        row.getString("postal_code"),
        row.getString("status"),
        row.getString("source"),
        texts(row.getArray("tags")),
        map(row.getString("custom_fields")),
        consent == null ? Map.of() : consents(consent),
        row.getInt("engagement_score"),
        row.getString("sentiment_trend"),
        row.getString("conversation_summary"),
        row.getInt("version"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(String json) {
    return Pg.read(json, Map.class);
  }

  private static Map<String, ConsentGiven> consents(String json) {
    var read = Pg.read(json, ByChannel.class);
    var all = new java.util.LinkedHashMap<String, ConsentGiven>();
    if (read.sms() != null) {
      all.put(Channel.SMS.wire(), read.sms());
    }
    if (read.email() != null) {
      all.put(Channel.EMAIL.wire(), read.email());
    }
    if (read.voice() != null) {
      all.put(Channel.VOICE.wire(), read.voice());
    }
    return all;
  }

  private record ByChannel(
      @Nullable ConsentGiven sms, @Nullable ConsentGiven email, @Nullable ConsentGiven voice) {}
}
