package com.omnify.scheduler.client;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.sequence.HoursJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** Clients with their profile and prices. */
@Component
class ClientRows {

  /**
   * What a client is and how it speaks.
   *
   * @param businessHours per weekday; a weekday that is missing is closed
   * @param optOutConfirmation the whole text that confirms an opt-out, one segment of GSM-7; null:
   *     the standard one, which names the client
   */
  record ProfileBody(
      @Nullable String brandVoice,
      @Nullable String greetingStyle,
      @Nullable List<String> alwaysMention,
      @Nullable List<String> neverSay,
      @Nullable Map<String, String> objectionSnippets,
      @Nullable Map<String, @Nullable List<HoursJson.SpanBody>> businessHours,
      @Nullable String serviceArea,
      @Nullable List<String> jobTypes,
      @Nullable String phone,
      @Nullable String website,
      @Nullable String postalAddress,
      @Nullable String optOutConfirmation) {

    static final ProfileBody EMPTY =
        new ProfileBody(null, null, null, null, null, null, null, null, null, null, null, null);
  }

  /**
   * A client.
   *
   * @param prices millionths of the currency a unit, by item
   */
  record ClientView(
      UUID id,
      String name,
      String industry,
      String timeZone,
      String currency,
      String status,
      ProfileBody profile,
      Map<String, Long> prices,
      Instant createdAt,
      Instant updatedAt) {}

  /** A checked client, ready to be written. */
  record Written(
      String name,
      String industry,
      String timeZone,
      String currency,
      String status,
      ProfileBody profile,
      Map<String, Long> prices) {}

  private static final String SELECT =
      """
      SELECT c.id, c.name, c.industry, c.time_zone, c.currency, c.status, c.created_at, c.updated_at,
        p.brand_voice, p.greeting_style, p.always_mention, p.never_say, p.objection_snippets::text AS objection_snippets,
        p.business_hours::text AS business_hours, p.service_area, p.job_types, p.phone, p.website, p.postal_address,
        p.opt_out_confirmation,
        (SELECT jsonb_object_agg(b.item, b.price_micros) FROM price_book b WHERE b.client_id = c.id)::text AS prices
      FROM clients c JOIN client_profiles p ON p.client_id = c.id
      """;

  private final JdbcClient jdbc;

  ClientRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<ClientView> find(ClientId client) {
    return jdbc.sql(SELECT + " WHERE c.id = :client")
        .param("client", client.value())
        .query((row, _) -> view(row))
        .optional();
  }

  /** By name of creation, oldest first. */
  List<ClientView> list(int limit, @Nullable UUID after) {
    return jdbc.sql(
            SELECT + " WHERE (:after::uuid IS NULL OR c.id > :after) ORDER BY c.id LIMIT :limit")
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> view(row))
        .list();
  }

  void insert(ClientId client, Written written) {
    jdbc.sql(
            """
            INSERT INTO clients (id, name, industry, time_zone, currency, status)
            VALUES (:id, :name, :industry, :time_zone, :currency, :status)
            """)
        .param("id", client.value())
        .param("name", written.name())
        .param("industry", written.industry())
        .param("time_zone", written.timeZone())
        .param("currency", written.currency())
        .param("status", written.status())
        .update();
    jdbc.sql("INSERT INTO client_profiles (client_id) VALUES (:id)")
        .param("id", client.value())
        .update();
    writeProfile(client, written.profile());
    writePrices(client, written.prices());
  }

  void update(ClientId client, Written written) {
    jdbc.sql(
            """
            UPDATE clients SET name = :name, industry = :industry, time_zone = :time_zone, currency = :currency,
              status = :status, updated_at = now()
            WHERE id = :id
            """)
        .param("id", client.value())
        .param("name", written.name())
        .param("industry", written.industry())
        .param("time_zone", written.timeZone())
        .param("currency", written.currency())
        .param("status", written.status())
        .update();
    writeProfile(client, written.profile());
    writePrices(client, written.prices());
  }

  /**
   * What was put off while the client was suspended is due when it was meant to be. Repeating it
   * changes nothing.
   */
  void wake(ClientId client) {
    jdbc.sql(
            """
            UPDATE due d SET due_at = e.next_step_at
            FROM enrollments e
            WHERE d.client_id = :client AND e.client_id = d.client_id AND e.id = d.enrollment_id
              AND NOT d.watchdog AND e.next_step_at < d.due_at
            """)
        .param("client", client.value())
        .update();
  }

  private void writeProfile(ClientId client, ProfileBody profile) {
    jdbc.sql(
            """
            UPDATE client_profiles SET brand_voice = :brand_voice, greeting_style = :greeting_style,
              always_mention = :always_mention, never_say = :never_say, objection_snippets = :snippets,
              business_hours = :hours, service_area = :area, job_types = :job_types, phone = :phone, website = :website,
              postal_address = :address, opt_out_confirmation = :confirmation, updated_at = now()
            WHERE client_id = :client
            """)
        .param("client", client.value())
        .param("brand_voice", profile.brandVoice())
        .param("greeting_style", profile.greetingStyle())
        .param("always_mention", Pg.texts(orEmpty(profile.alwaysMention())))
        .param("never_say", Pg.texts(orEmpty(profile.neverSay())))
        .param(
            "snippets",
            Pg.jsonb(profile.objectionSnippets() == null ? Map.of() : profile.objectionSnippets()))
        .param(
            "hours", Pg.jsonb(profile.businessHours() == null ? Map.of() : profile.businessHours()))
        .param("area", profile.serviceArea())
        .param("job_types", Pg.texts(orEmpty(profile.jobTypes())))
        .param("phone", profile.phone())
        .param("website", profile.website())
        .param("address", profile.postalAddress())
        .param("confirmation", profile.optOutConfirmation())
        .update();
  }

  private void writePrices(ClientId client, Map<String, Long> prices) {
    jdbc.sql("DELETE FROM price_book WHERE client_id = :client AND NOT (item = ANY (:items))")
        .param("client", client.value())
        .param("items", Pg.texts(prices.keySet()))
        .update();
    jdbc.sql(
            """
            INSERT INTO price_book (client_id, item, price_micros)
            SELECT :client, p.* FROM unnest(:items, :prices) AS p
            ON CONFLICT (client_id, item) DO UPDATE SET price_micros = excluded.price_micros, updated_at = now()
            """)
        .param("client", client.value())
        .param("items", Pg.texts(List.copyOf(prices.keySet())))
        .param("prices", Pg.longs(prices.keySet().stream().map(prices::get).toList()))
        .update();
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static ClientView view(ResultSet row) throws SQLException {
    var json = KitJson.mapper();
    String prices = row.getString("prices");
    Map<String, @Nullable List<HoursJson.SpanBody>> hours =
        json.readValue(row.getString("business_hours"), new TypeReference<>() {});
    return new ClientView(
        Pg.uuid(row, "id"),
        row.getString("name"),
        row.getString("industry"),
        row.getString("time_zone"),
        row.getString("currency"),
        row.getString("status"),
        new ProfileBody(
            row.getString("brand_voice"),
            row.getString("greeting_style"),
            texts(row, "always_mention"),
            texts(row, "never_say"),
            json.readValue(row.getString("objection_snippets"), new TypeReference<>() {}),
            hours,
            row.getString("service_area"),
            texts(row, "job_types"),
            row.getString("phone"),
            row.getString("website"),
            row.getString("postal_address"),
            row.getString("opt_out_confirmation")),
        prices == null
            ? Map.of()
            : json.readValue(prices, new TypeReference<LinkedHashMap<String, Long>>() {}),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }
}
