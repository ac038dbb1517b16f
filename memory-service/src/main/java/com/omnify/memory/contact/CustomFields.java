package com.omnify.memory.contact;

import com.omnify.kit.db.Pg;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What a client calls its custom fields, and what they hold. In the caller's transaction. */
@Component
public class CustomFields {

  private final JdbcClient db;

  CustomFields(JdbcClient db) {
    this.db = db;
  }

  /** A definition. */
  record CustomField(
      String key, String label, CustomFieldType type, Instant createdAt, Instant updatedAt) {}

  /** What contacts of that client are checked by. */
  public ContactRules rules(ClientId client, String region) {
    Map<String, CustomFieldType> types = new LinkedHashMap<>();
    list(client).forEach(field -> types.put(field.key(), field.type()));
    return new ContactRules(region, types);
  }

  List<CustomField> list(ClientId client) {
    return db.sql(
            """
            SELECT key, label, type, created_at, updated_at FROM custom_fields WHERE client_id = :client ORDER BY key
            """)
        .param("client", client.value())
        .query((row, _) -> field(row))
        .list();
  }

  Optional<CustomField> find(ClientId client, String key) {
    return list(client).stream().filter(field -> field.key().equals(key)).findFirst();
  }

  /** False where the key is taken. */
  boolean insert(ClientId client, String key, String label, CustomFieldType type) {
    return db.sql(
                """
                INSERT INTO custom_fields (client_id, key, label, type) VALUES (:client, :key, :label, :type)
                ON CONFLICT DO NOTHING
                """)
            .param("client", client.value())
            .param("key", key)
            .param("label", label)
            .param("type", type.wire())
            .update()
        == 1;
  }

  void relabel(ClientId client, String key, String label) {
    db.sql(
            """
            UPDATE custom_fields SET label = :label, updated_at = now() WHERE client_id = :client AND key = :key
            """)
        .param("client", client.value())
        .param("key", key)
        .param("label", label)
        .update();
  }

  boolean delete(ClientId client, String key) {
    return db.sql("DELETE FROM custom_fields WHERE client_id = :client AND key = :key")
            .param("client", client.value())
            .param("key", key)
            .update()
        == 1;
  }

  private static CustomField field(ResultSet row) throws SQLException {
    return new CustomField(
        row.getString("key"),
        row.getString("label"),
        WireEnum.parse(CustomFieldType.class, row.getString("type")),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }
}
