package com.omnify.memory.contact;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.omnify.kit.db.Pg;
import com.omnify.kit.web.Problem;
import com.omnify.memory.contact.ContactCheck.Consent;
import com.omnify.model.Channel;
import com.omnify.model.PhoneType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ImportId;
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
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The contacts' rows. All calls run in the caller's transaction. */
@Component
class Contacts {

  private static final String SELECT =
      """
      SELECT id, first_name, last_name, company, phone, phone_type, phone_valid, phone_time_zones, email, email_valid,
        time_zone, state, postal_code, status, source, tags, custom_fields::text AS custom_fields, engagement_score,
        sentiment_trend, conversation_summary, alternative_phone, alternative_email, version, created_at, updated_at,
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
      @Nullable String alternativePhone,
      @Nullable String alternativeEmail,
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

  /** A contact's row as it is locked for a change. */
  record Standing(ContactId id, ContactFields fields, @Nullable UUID importId, int version) {}

  /** What a contact is to be. */
  record Change(
      ContactId id, int version, ContactFields fields, boolean newPhone, boolean newEmail) {}

  private record ChangedRow(
      UUID id,
      int version,
      boolean newPhone,
      boolean newEmail,
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
      Map<String, Object> customFields) {

    static ChangedRow of(Change change) {
      ContactFields f = change.fields();
      return new ChangedRow(
          change.id().value(),
          change.version(),
          change.newPhone(),
          change.newEmail(),
          f.firstName(),
          f.lastName(),
          f.company(),
          f.phone(),
          f.phoneType(),
          f.phoneTimeZones(),
          f.email(),
          f.timeZone(),
          f.state(),
          f.postalCode(),
          f.status(),
          f.source(),
          f.tags(),
          f.customFields());
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
    return insert(client, contacts, null);
  }

  /** The same, of an import. */
  Set<UUID> insert(ClientId client, List<NewContact> contacts, @Nullable ImportId by) {
    return new HashSet<>(
        db.sql(
                """
                INSERT INTO contacts (client_id, id, first_name, last_name, company, phone, phone_type, phone_time_zones,
                  email, time_zone, state, postal_code, status, source, tags, custom_fields, import_id)
                SELECT :client, id, first_name, last_name, company, phone, phone_type, phone_time_zones,
                  email, time_zone, state, postal_code, status, source, tags, custom_fields, :import
                FROM jsonb_to_recordset(:rows) AS r(id uuid, first_name text, last_name text, company text, phone text,
                  phone_type text, phone_time_zones text[], email text, time_zone text, state text, postal_code text,
                  status text, source text, tags text[], custom_fields jsonb)
                ORDER BY phone, email, id
                ON CONFLICT DO NOTHING
                RETURNING id
                """)
            .param("client", client.value())
            .param("import", by == null ? null : by.value())
            .param("rows", Pg.jsonb(contacts.stream().map(NewContact::row).toList()))
            .query(UUID.class)
            .list());
  }

  /**
   * The same of many at once. Where somebody has refused on a channel, that stays the last word.
   */
  void insertConsents(ClientId client, List<ContactId> of, List<Consent> consents) {
    for (Consent consent : consents) {
      db.sql(
              """
              INSERT INTO consents (client_id, contact_id, channel, granted, source, text_shown, at)
              SELECT :client, k.id, :channel, :granted, :source, :textShown, :at
              FROM unnest(:contacts) AS k(id)
              JOIN contacts c ON c.client_id = :client AND c.id = k.id
              LEFT JOIN LATERAL (SELECT granted, source, text_shown FROM consents o
                WHERE o.client_id = :client AND o.contact_id = k.id AND o.channel = :channel
                ORDER BY at DESC, id DESC LIMIT 1) last ON true
              WHERE last.granted IS NOT false
                AND (last.source, last.text_shown) IS DISTINCT FROM (:source::text, :textShown::text)
                AND CASE :channel WHEN 'email' THEN c.email IS NOT NULL ELSE c.phone IS NOT NULL END
              """)
          .param("client", client.value())
          .param("contacts", Pg.uuids(of))
          .param("channel", consent.channel().wire())
          .param("granted", consent.granted())
          .param("source", consent.source())
          .param("textShown", consent.textShown())
          .param("at", Pg.timestamp(consent.at()))
          .update();
    }
  }

  /** Locked in the order of their ids, until the transaction ends. */
  List<Standing> lock(ClientId client, Collection<ContactId> ids) {
    return db.sql(
            """
            SELECT c.id, first_name, last_name, company, phone, phone_type, phone_time_zones, email, time_zone, state,
              postal_code, status, source, tags, custom_fields::text AS custom_fields, import_id, version
            FROM (SELECT DISTINCT id FROM unnest(:ids) AS u(id) ORDER BY id) k
            CROSS JOIN LATERAL (SELECT * FROM contacts x WHERE x.client_id = :client AND x.id = k.id
              FOR NO KEY UPDATE) c
            """)
        .param("client", client.value())
        .param("ids", Pg.uuids(ids))
        .query(
            (row, _) ->
                new Standing(
                    Pg.id(row, "id", ContactId::new),
                    new ContactFields(
                        row.getString("first_name"),
                        row.getString("last_name"),
                        row.getString("company"),
                        row.getString("phone"),
                        WireEnum.parse(PhoneType.class, row.getString("phone_type")),
                        texts(row.getArray("phone_time_zones")),
                        row.getString("email"),
                        row.getString("time_zone"),
                        row.getString("state"),
                        row.getString("postal_code"),
                        row.getString("status"),
                        row.getString("source"),
                        texts(row.getArray("tags")),
                        map(row.getString("custom_fields"))),
                    row.getObject("import_id", UUID.class),
                    row.getInt("version")))
        .list();
  }

  /** Changes locked rows in one statement; false where one has another version by now. */
  boolean updateAll(ClientId client, List<Change> changes) {
    return db.sql(
                """
                UPDATE contacts c SET first_name = r.first_name, last_name = r.last_name, company = r.company,
                  phone = r.phone, phone_type = r.phone_type, phone_time_zones = r.phone_time_zones,
                  phone_valid = c.phone_valid OR r.new_phone, email_valid = c.email_valid OR r.new_email,
                  email = r.email, time_zone = r.time_zone, state = r.state, postal_code = r.postal_code,
                  status = r.status, source = r.source, tags = r.tags, custom_fields = r.custom_fields,
                  version = c.version + 1, updated_at = now()
                FROM jsonb_to_recordset(:rows) AS r(id uuid, version int, new_phone boolean, new_email boolean,
                  first_name text, last_name text, company text, phone text, phone_type text, phone_time_zones text[],
                  email text, time_zone text, state text, postal_code text, status text, source text, tags text[],
                  custom_fields jsonb)
                WHERE c.client_id = :client AND c.id = r.id AND c.version = r.version
                """)
            .param("client", client.value())
            .param("rows", Pg.jsonb(changes.stream().map(ChangedRow::of).toList()))
            .update()
        == changes.size();
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
   * Keeps a second address of a contact, where it has none yet and nobody has that one as the
   * first.
   */
  void keepAlternatives(
      ClientId client, ContactId id, @Nullable String phone, @Nullable String email) {
    if (phone == null && email == null) {
      return;
    }
    db.sql(
            """
            UPDATE contacts c SET
              alternative_phone = coalesce(alternative_phone, CASE WHEN :phone <> coalesce(phone, :phone)
                AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.client_id = :client AND o.phone = :phone)
                THEN :phone END),
              alternative_email = coalesce(alternative_email, CASE WHEN :email <> coalesce(email, :email)
                AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.client_id = :client AND o.email = :email)
                THEN :email END)
            WHERE client_id = :client AND id = :id
              AND (alternative_phone IS NULL AND :phone <> phone OR alternative_email IS NULL AND :email <> email)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("phone", phone)
        .param("email", email)
        .update();
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
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id AND merged_into IS NULL")
        .param("client", client.value())
        .param("id", id.value())
        .query(Contacts::contact)
        .optional();
  }

  /**
   * The contact.
   *
   * @throws Problem 404, or 410 that names whoever it is part of now
   */
  Contact required(ClientId client, ContactId id) {
    return find(client, id)
        .orElseThrow(
            () ->
                db.sql(
                        """
                        SELECT merged_into FROM contacts
                        WHERE client_id = :client AND id = :id AND merged_into IS NOT NULL
                        """)
                    .param("client", client.value())
                    .param("id", id.value())
                    .query(UUID.class)
                    .optional()
                    .map(
                        into ->
                            Problem.of(
                                    HttpStatus.GONE,
                                    "contact_merged",
                                    "Contact " + id + " was merged into " + into + ".",
                                    "Use GET /api/v1/contacts/" + into + ".")
                                .with("contact_id", into))
                    .orElseGet(() -> Problem.notFound("contact", id)));
  }

  /** Tags behind that one, with the number of their contacts. */
  List<VocabularyController.Used> tags(ClientId client, String after, int limit) {
    return db.sql(
            """
            SELECT tag AS name, count(*) AS n FROM contacts, unnest(tags) AS tag
            WHERE client_id = :client AND tag > :after GROUP BY tag ORDER BY tag LIMIT :limit
            """)
        .param("client", client.value())
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> new VocabularyController.Used(row.getString("name"), row.getLong("n")))
        .list();
  }

  boolean hasTag(ClientId client, String tag) {
    return db.sql(
            """
            SELECT EXISTS (SELECT 1 FROM contacts WHERE client_id = :client AND tags @> ARRAY[:tag::text])
            """)
        .param("client", client.value())
        .param("tag", tag)
        .query(Boolean.class)
        .single();
  }

  /** Statuses behind that one, with the number of their contacts. */
  List<VocabularyController.Used> statuses(ClientId client, String after, int limit) {
    return db.sql(
            """
            SELECT status AS name, count(*) AS n FROM contacts
            WHERE client_id = :client AND status > :after AND merged_into IS NULL
            GROUP BY status ORDER BY status LIMIT :limit
            """)
        .param("client", client.value())
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> new VocabularyController.Used(row.getString("name"), row.getLong("n")))
        .list();
  }

  /**
   * Replaces a tag on the next contacts that have it, or takes it off.
   *
   * @param after only contacts behind this id
   * @return who was changed, in the order of their ids
   */
  List<ContactId> replaceTag(
      ClientId client, String tag, @Nullable String by, UUID after, int limit) {
    return db.sql(
            """
            WITH next AS (
              SELECT id FROM contacts WHERE client_id = :client AND id > :after AND tags @> ARRAY[:tag::text]
              ORDER BY id LIMIT :limit FOR NO KEY UPDATE),
            changed AS (
              UPDATE contacts c SET version = version + 1, updated_at = now(),
                tags = CASE WHEN :by::text IS NULL OR c.tags @> ARRAY[:by::text] THEN array_remove(c.tags, :tag)
                  ELSE array_replace(c.tags, :tag, :by) END
              FROM next WHERE c.client_id = :client AND c.id = next.id RETURNING c.id)
            SELECT id FROM changed ORDER BY id
            """)
        .param("client", client.value())
        .param("tag", tag)
        .param("by", by)
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> Pg.id(row, "id", ContactId::new))
        .list();
  }

  /** The same, kept from others until the transaction ends. */
  Optional<Contact> findForUpdate(ClientId client, ContactId id) {
    return db.sql(
            SELECT
                + """
                WHERE client_id = :client AND id = :id AND merged_into IS NULL FOR NO KEY UPDATE OF c
                """)
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

  /** Who has it as the second number; the one that is there longest. */
  Optional<ContactId> byAlternativePhone(ClientId client, String e164) {
    return db.sql(
            """
            SELECT id FROM contacts WHERE client_id = :client AND alternative_phone = :phone ORDER BY id LIMIT 1
            """)
        .param("client", client.value())
        .param("phone", e164)
        .query((row, _) -> Pg.id(row, "id", ContactId::new))
        .optional();
  }

  /** Who has it as the second address; the one that is there longest. */
  Optional<ContactId> byAlternativeEmail(ClientId client, String email) {
    return db.sql(
            """
            SELECT id FROM contacts WHERE client_id = :client AND alternative_email = :email ORDER BY id LIMIT 1
            """)
        .param("client", client.value())
        .param("email", email)
        .query((row, _) -> Pg.id(row, "id", ContactId::new))
        .optional();
  }

  /**
   * What to look for; all that is not null must hold.
   *
   * @param text the beginning of a name, a company or an e-mail address, in lower case
   * @param digits the beginning of a phone number, with or without its country code
   * @param importId the import that made them
   */
  record Search(
      @Nullable String text,
      @Nullable String digits,
      @Nullable String tag,
      @Nullable String status,
      @Nullable String phone,
      @Nullable CustomValue custom,
      @Nullable UUID importId) {}

  /** A custom field with what it holds, as text. */
  record CustomValue(String key, String value) {}

  /** The newest first, older than {@code before}. */
  List<Contact> search(ClientId client, Search search, @Nullable UUID before, int limit) {
    return db.sql(
            SELECT
                + """
                WHERE client_id = :client AND merged_into IS NULL
                  AND (:before::uuid IS NULL OR id < :before)
                  AND (:key::text IS NULL OR custom_fields ->> :key = :value)
                  AND (:import::uuid IS NULL OR import_id = :import)
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
        .param("key", search.custom() == null ? null : search.custom().key())
        .param("value", search.custom() == null ? null : search.custom().value())
        .param("import", search.importId())
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
        row.getString("alternative_phone"),
        row.getString("alternative_email"),
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
