package com.omnify.console.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Role;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keys for programs. A key is shown once; the table holds its hash. */
@Component
class ApiKeys {

  /** How long another instance of the gateway may go on taking a key that was revoked. */
  static final Duration CACHED = Duration.ofSeconds(10);

  private static final int PREFIX = 12;

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final RealClock clock;
  private final Cache<String, Known> known =
      Caffeine.newBuilder().expireAfterWrite(CACHED).maximumSize(10_000).build();

  ApiKeys(JdbcClient jdbc, Transactions transactions, RealClock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** A key that opens. */
  record Known(UUID id, @Nullable ClientId client, Role role, @Nullable Instant expiresAt) {}

  /** A key as its owner sees it. */
  record Listed(
      UUID id,
      @Nullable ClientId clientId,
      String name,
      String prefix,
      Role role,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {}

  /** Looks a key up, and notes (once in a while) that it was used. */
  Optional<Known> find(String key) {
    byte[] hash = Secrets.hash(key);
    String cacheKey = HexFormat.of().formatHex(hash);
    Known cached = known.getIfPresent(cacheKey);
    if (cached == null) {
      // Only what exists is cached: a flood of guesses must not push out real keys.
      cached = load(hash);
      if (cached != null) {
        known.put(cacheKey, cached);
      }
    }
    return Optional.ofNullable(cached)
        .filter(found -> found.expiresAt() == null || clock.now().isBefore(found.expiresAt()));
  }

  private @Nullable Known load(byte[] hash) {
    return transactions.inBackground(
        () -> {
          var found =
              jdbc.sql(
                      """
                      SELECT id, client_id, role, expires_at FROM api_keys
                      WHERE key_hash = :hash AND revoked_at IS NULL
                      """)
                  .param("hash", hash)
                  .query(
                      (row, _) ->
                          new Known(
                              Pg.uuid(row, "id"),
                              Pg.idOrNull(row, "client_id", ClientId::new),
                              WireEnum.parse(Role.class, row.getString("role")),
                              Pg.instantOrNull(row, "expires_at")))
                  .optional()
                  .orElse(null);
          if (found != null) {
            jdbc.sql(
                    """
                    UPDATE api_keys SET last_used_at = now()
                    WHERE id = :id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                    """)
                .param("id", found.id())
                .update();
          }
          return found;
        });
  }

  /** Makes a key; {@code client} is null for one of the platform. */
  Listed create(
      @Nullable ClientId client, String name, Role role, String key, @Nullable Instant expiresAt) {
    return transactions.inBackground(
        () ->
            jdbc.sql(
                    """
                    INSERT INTO api_keys (client_id, name, prefix, key_hash, role, expires_at)
                    VALUES (:client, :name, :prefix, :hash, :role, :expires)
                    RETURNING *
                    """)
                .param("client", client == null ? null : client.value(), java.sql.Types.OTHER)
                .param("name", name)
                .param("prefix", prefix(key))
                .param("hash", Secrets.hash(key))
                .param("role", role.wire())
                .param("expires", Pg.timestamp(expiresAt), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
                .query((row, _) -> listed(row))
                .single());
  }

  /** The keys of a client, or of the platform itself; the newest first. */
  List<Listed> list(@Nullable ClientId client) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    SELECT * FROM api_keys WHERE client_id IS NOT DISTINCT FROM :client::uuid
                    ORDER BY revoked_at IS NOT NULL, id DESC LIMIT 200
                    """)
                .param("client", client == null ? null : client.toString(), java.sql.Types.VARCHAR)
                .query((row, _) -> listed(row))
                .list());
  }

  /** What a key of a client, or of the platform itself, may do; empty where there is none such. */
  Optional<Role> roleOf(@Nullable ClientId client, UUID id) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    SELECT role FROM api_keys
                    WHERE id = :id AND client_id IS NOT DISTINCT FROM :client::uuid
                    """)
                .param("id", id)
                .param("client", client == null ? null : client.toString(), java.sql.Types.VARCHAR)
                .query(String.class)
                .optional()
                .map(role -> WireEnum.parse(Role.class, role)));
  }

  /** Ends a key at once here, within {@link #CACHED} elsewhere; false where there is none such. */
  boolean revoke(@Nullable ClientId client, UUID id) {
    boolean was =
        transactions.inBackground(
            () ->
                jdbc.sql(
                            """
                            UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
                            WHERE id = :id AND client_id IS NOT DISTINCT FROM :client::uuid
                            """)
                        .param("id", id)
                        .param(
                            "client",
                            client == null ? null : client.toString(),
                            java.sql.Types.VARCHAR)
                        .update()
                    > 0);
    known.asMap().values().removeIf(key -> key.id().equals(id));
    return was;
  }

  /** The platform's first key, as the environment gives it. */
  void ensureBootstrap(String key) {
    transactions.inBackground(
        () -> {
          jdbc.sql(
                  """
                  INSERT INTO api_keys (client_id, name, prefix, key_hash, role)
                  VALUES (NULL, 'bootstrap', :prefix, :hash, 'platform')
                  ON CONFLICT (key_hash) DO NOTHING
                  """)
              .param("prefix", prefix(key))
              .param("hash", Secrets.hash(key))
              .update();
        });
  }

  static String prefix(String key) {
    return key.substring(0, Math.min(PREFIX, key.length()));
  }

  private static Listed listed(ResultSet row) throws SQLException {
    return new Listed(
        Pg.uuid(row, "id"),
        Pg.idOrNull(row, "client_id", ClientId::new),
        row.getString("name"),
        row.getString("prefix"),
        WireEnum.parse(Role.class, row.getString("role")),
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "last_used_at"),
        Pg.instantOrNull(row, "expires_at"),
        Pg.instantOrNull(row, "revoked_at"));
  }
}
