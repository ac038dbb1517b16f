package com.omnify.scheduler.client;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.omnify.kit.db.KitJson;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.sequence.HoursJson;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What decisions need to know about clients, at most a second old. To be read in a transaction. */
@Component
public class ClientBook {

  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final TypeReference<Map<String, List<HoursJson.SpanBody>>> HOURS =
      new TypeReference<>() {};

  /**
   * One client.
   *
   * @param businessHours never empty: where the profile says nothing, working hours on weekdays
   */
  public record Facts(boolean active, ZoneId timeZone, WeeklyHours businessHours) {}

  private final JdbcClient jdbc;
  private final JsonMapper json = KitJson.mapper();
  private final LoadingCache<ClientId, Facts> facts =
      Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(10_000).build(this::load);

  ClientBook(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public Facts facts(ClientId client) {
    return facts.get(client);
  }

  /** Lets the next question be answered by the database. */
  public void forget(ClientId client) {
    facts.invalidate(client);
  }

  private Facts load(ClientId client) {
    return jdbc.sql(
            """
            SELECT c.status, c.time_zone, p.business_hours::text AS business_hours
            FROM clients c LEFT JOIN client_profiles p ON p.client_id = c.id
            WHERE c.id = :client
            """)
        .param("client", client.value())
        .query(
            (row, _) -> {
              String written = row.getString("business_hours");
              WeeklyHours hours =
                  written == null
                      ? new WeeklyHours(Map.of())
                      : HoursJson.readStored(json.readValue(written, HOURS));
              return new Facts(
                  row.getString("status").equals("active"),
                  ZoneId.of(row.getString("time_zone")),
                  hours.isEmpty() ? WeeklyHours.DEFAULT_BUSINESS_HOURS : hours);
            })
        .single();
  }
}
