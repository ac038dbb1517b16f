package com.omnify.events.lead;

import com.omnify.events.lead.LeadSource.Kind;
import com.omnify.events.lead.LeadSource.Statement;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadSourceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** The rows of the sources. All calls run in the caller's transaction. */
@Component
class LeadSources {

  private static final String SELECT =
      """
      SELECT client_id, id, kind, name, secret, verify_token, access_token, base_url, tags, default_country,
        mapping::text AS mapping, consent::text AS consent, active, created_at, updated_at
      FROM lead_sources
      """;

  private final JdbcClient db;

  LeadSources(JdbcClient db) {
    this.db = db;
  }

  /** Inserts it, or replaces what can be changed. */
  void write(LeadSource source) {
    db.sql(
            """
            INSERT INTO lead_sources (client_id, id, kind, name, secret, verify_token, access_token, base_url, tags,
              default_country, mapping, consent, active, created_at, updated_at)
            VALUES (:client, :id, :kind, :name, :secret, :verifyToken, :accessToken, :baseUrl, :tags,
              :country, :mapping, :consent, :active, :created, :updated)
            ON CONFLICT (client_id, id) DO UPDATE SET name = excluded.name, secret = excluded.secret,
              verify_token = excluded.verify_token, access_token = excluded.access_token, base_url = excluded.base_url,
              tags = excluded.tags, default_country = excluded.default_country, mapping = excluded.mapping,
              consent = excluded.consent, active = excluded.active, updated_at = excluded.updated_at
            """)
        .param("client", source.client().value())
        .param("id", source.id().value())
        .param("kind", source.kind().wire())
        .param("name", source.name())
        .param("secret", source.secret())
        .param("verifyToken", source.verifyToken())
        .param("accessToken", source.accessToken())
        .param("baseUrl", source.baseUrl())
        .param("tags", Pg.texts(source.tags()))
        .param("country", source.country())
        .param("mapping", Pg.jsonb(source.mapping()))
        .param("consent", Pg.jsonb(source.consent()))
        .param("active", source.active())
        .param("created", Pg.timestamp(source.createdAt()))
        .param("updated", Pg.timestamp(source.updatedAt()))
        .update();
  }

  Optional<LeadSource> find(ClientId client, LeadSourceId id) {
    return db.sql(SELECT + " WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> source(row))
        .optional();
  }

  /** In the order in which they were made, behind {@code after}. */
  List<LeadSource> list(ClientId client, @Nullable UUID after, int limit) {
    return db.sql(
            SELECT
                + """
                WHERE client_id = :client AND (:after::uuid IS NULL OR id > :after) ORDER BY id LIMIT :limit
                """)
        .param("client", client.value())
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> source(row))
        .list();
  }

  private static LeadSource source(ResultSet row) throws SQLException {
    Map<String, String> mapping =
        KitJson.mapper().readValue(row.getString("mapping"), new TypeReference<>() {});
    Map<String, Statement> consent =
        KitJson.mapper().readValue(row.getString("consent"), new TypeReference<>() {});
    return new LeadSource(
        Pg.id(row, "client_id", ClientId::new),
        Pg.id(row, "id", LeadSourceId::new),
        WireEnum.parse(Kind.class, row.getString("kind")),
        row.getString("name"),
        row.getString("secret"),
        row.getString("verify_token"),
        row.getString("access_token"),
        row.getString("base_url"),
        List.of((String[]) row.getArray("tags").getArray()),
        row.getString("default_country"),
        mapping,
        consent,
        row.getBoolean("active"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }
}
