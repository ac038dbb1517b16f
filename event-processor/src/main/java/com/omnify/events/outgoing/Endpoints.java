package com.omnify.events.outgoing;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Where clients want to hear what happens. All calls run in the caller's transaction. */
@Component
class Endpoints {

  /**
   * One, without its secret.
   *
   * @param eventTypes empty: all
   * @param failingSince real time since when it took nothing
   */
  record Endpoint(
      UUID id,
      String url,
      @Nullable String description,
      List<String> eventTypes,
      boolean active,
      @Nullable Instant failingSince,
      @Nullable Instant disabledAt,
      @Nullable String disabledReason,
      Instant createdAt,
      Instant updatedAt) {}

  /** Who is to be told of what. */
  record Listening(ClientId client, UUID endpoint, List<String> types) {
    boolean wants(String type) {
      return types.isEmpty() || types.contains(type);
    }
  }

  private static final String COLUMNS =
      """
      id, url, description, event_types, active, failing_since, disabled_at, disabled_reason, created_at, updated_at
      """;

  private final JdbcClient jdbc;
  private final Ids ids;

  Endpoints(JdbcClient jdbc, Ids ids) {
    this.jdbc = jdbc;
    this.ids = ids;
  }

  /** The active ones of these clients. */
  List<Listening> listening(Collection<ClientId> clients) {
    return jdbc.sql(
            """
            SELECT client_id, id, event_types FROM webhook_endpoints
            WHERE client_id = ANY (:clients) AND active ORDER BY client_id, id
            """)
        .param("clients", Pg.uuids(clients))
        .query(
            (row, _) ->
                new Listening(
                    Pg.id(row, "client_id", ClientId::new), Pg.uuid(row, "id"), types(row)))
        .list();
  }

  int count(ClientId client) {
    return jdbc.sql("SELECT count(*) FROM webhook_endpoints WHERE client_id = :client")
        .param("client", client.value())
        .query(Integer.class)
        .single();
  }

  Endpoint add(
      ClientId client,
      String url,
      @Nullable String description,
      List<String> types,
      boolean active,
      String secret) {
    return jdbc.sql(
            """
            INSERT INTO webhook_endpoints (client_id, id, url, description, event_types, active, secret)
            VALUES (:client, :id, :url, :description, :types, :active, :secret)
            RETURNING
            """
                + COLUMNS)
        .param("client", client.value())
        .param("id", ids.next())
        .param("url", url)
        .param("description", description)
        .param("types", Pg.texts(types))
        .param("active", active)
        .param("secret", secret)
        .query((row, _) -> read(row))
        .single();
  }

  List<Endpoint> list(ClientId client, @Nullable UUID after, int limit) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                FROM webhook_endpoints
                WHERE client_id = :client AND (:after::uuid IS NULL OR id > :after) ORDER BY id LIMIT :limit
                """)
        .param("client", client.value())
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> read(row))
        .list();
  }

  Optional<Endpoint> find(ClientId client, UUID id) {
    return jdbc.sql(
            "SELECT " + COLUMNS + " FROM webhook_endpoints WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id)
        .query((row, _) -> read(row))
        .optional();
  }

  /** Writes what an operator changed; one that is switched on begins anew. */
  void update(
      ClientId client,
      UUID id,
      String url,
      @Nullable String description,
      List<String> types,
      boolean active) {
    jdbc.sql(
            """
            UPDATE webhook_endpoints SET url = :url, description = :description, event_types = :types,
              failing_since = CASE WHEN :active AND NOT active THEN NULL ELSE failing_since END,
              disabled_at = CASE WHEN :active THEN NULL ELSE disabled_at END,
              disabled_reason = CASE WHEN :active THEN NULL ELSE disabled_reason END,
              active = :active, updated_at = now()
            WHERE client_id = :client AND id = :id
            """)
        .param("client", client.value())
        .param("id", id)
        .param("url", url)
        .param("description", description)
        .param("types", Pg.texts(types))
        .param("active", active)
        .update();
  }

  boolean renewSecret(ClientId client, UUID id, String secret) {
    return jdbc.sql(
                """
                UPDATE webhook_endpoints SET secret = :secret, updated_at = now()
                WHERE client_id = :client AND id = :id
                """)
            .param("client", client.value())
            .param("id", id)
            .param("secret", secret)
            .update()
        == 1;
  }

  /** With all that was to be told to it. */
  boolean remove(ClientId client, UUID id) {
    return jdbc.sql("DELETE FROM webhook_endpoints WHERE client_id = :client AND id = :id")
            .param("client", client.value())
            .param("id", id)
            .update()
        == 1;
  }

  /** It took something. */
  void well(ClientId client, UUID id) {
    jdbc.sql(
            """
            UPDATE webhook_endpoints SET failing_since = NULL
            WHERE client_id = :client AND id = :id AND failing_since IS NOT NULL
            """)
        .param("client", client.value())
        .param("id", id)
        .update();
  }

  /** It did not; says since when. */
  Optional<Instant> failing(ClientId client, UUID id, Instant now) {
    return jdbc.sql(
            """
            UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, :now)
            WHERE client_id = :client AND id = :id RETURNING failing_since
            """)
        .param("client", client.value())
        .param("id", id)
        .param("now", Pg.timestamp(now))
        .query((row, _) -> Pg.instant(row, "failing_since"))
        .optional();
  }

  /** It is left alone from now on; false where it was already. */
  boolean disable(ClientId client, UUID id, String reason, Instant now) {
    return jdbc.sql(
                """
                UPDATE webhook_endpoints SET active = false, disabled_at = :now, disabled_reason = :reason, updated_at = now()
                WHERE client_id = :client AND id = :id AND active
                """)
            .param("client", client.value())
            .param("id", id)
            .param("reason", reason)
            .param("now", Pg.timestamp(now))
            .update()
        == 1;
  }

  private static Endpoint read(ResultSet row) throws SQLException {
    return new Endpoint(
        Pg.uuid(row, "id"),
        row.getString("url"),
        row.getString("description"),
        types(row),
        row.getBoolean("active"),
        Pg.instantOrNull(row, "failing_since"),
        Pg.instantOrNull(row, "disabled_at"),
        row.getString("disabled_reason"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }

  private static List<String> types(ResultSet row) throws SQLException {
    return List.of((String[]) row.getArray("event_types").getArray());
  }
}
