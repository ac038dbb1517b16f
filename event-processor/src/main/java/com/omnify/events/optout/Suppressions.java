package com.omnify.events.optout;

import com.omnify.kit.db.Pg;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.SuppressionId;
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

/** The suppression list. All calls run in the caller's transaction. */
@Component
class Suppressions {

  private static final String COLUMNS =
      "id, channel, identity, reason, detail, source_interaction_id, created_at, lifted_at, lifted_by";

  private final JdbcClient db;

  Suppressions(JdbcClient db) {
    this.db = db;
  }

  /** One address on one channel. */
  record Target(Channel channel, String identity) {}

  /** What has come into force. */
  record Added(SuppressionId id, Channel channel) {}

  /** A row of the list. */
  record Suppression(
      UUID id,
      String channel,
      String identity,
      String reason,
      @Nullable String detail,
      @Nullable UUID sourceInteractionId,
      Instant createdAt,
      @Nullable Instant liftedAt,
      @Nullable String liftedBy) {

    boolean inForce() {
      return liftedAt == null;
    }
  }

  /**
   * Puts the targets on the list; those that are there already stay as they are. Only what an
   * operator had put there becomes the person's own word where the person says so too, or lifting
   * it by hand would lift both.
   *
   * @return those that have come into force by it
   */
  List<Added> add(
      ClientId client,
      Collection<Target> targets,
      SuppressionReason reason,
      @Nullable String detail,
      @Nullable InteractionId source) {
    return db
        .sql(
            """
            INSERT INTO suppressions AS s (client_id, channel, identity, reason, detail, source_interaction_id)
            SELECT :client, t.channel, t.identity, :reason, :detail, :source
            FROM unnest(:channels, :identities) AS t(channel, identity)
            ORDER BY t.identity, t.channel
            ON CONFLICT (client_id, identity, channel) WHERE lifted_at IS NULL DO UPDATE
              SET reason = excluded.reason, detail = excluded.detail,
                source_interaction_id = excluded.source_interaction_id
              WHERE s.reason = 'manual' AND excluded.reason IN ('opt_out', 'provider_opt_out')
            RETURNING new.id, new.channel, old.id IS NULL AS added
            """)
        .param("client", client.value())
        .param("reason", reason.wire())
        .param("detail", detail)
        .param("source", source == null ? null : source.value())
        .param("channels", Pg.texts(targets.stream().map(t -> t.channel().wire()).toList()))
        .param("identities", Pg.texts(targets.stream().map(Target::identity).toList()))
        .query(
            (row, _) ->
                row.getBoolean("added")
                    ? Optional.of(
                        new Added(
                            Pg.id(row, "id", SuppressionId::new),
                            WireEnum.parse(Channel.class, row.getString("channel"))))
                    : Optional.<Added>empty())
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Ends what the person had asked for on that channel. What an operator or a complaint put there
   * stays.
   *
   * @return how many were in force
   */
  int liftByPerson(ClientId client, Channel channel, String identity) {
    return db.sql(
            """
            UPDATE suppressions SET lifted_at = now(), lifted_by = 'person'
            WHERE client_id = :client AND identity = :identity AND channel = :channel AND lifted_at IS NULL
              AND reason IN ('opt_out', 'provider_opt_out')
            """)
        .param("client", client.value())
        .param("identity", identity)
        .param("channel", channel.wire())
        .update();
  }

  /** Ends one; false where it is not in force. */
  boolean lift(ClientId client, SuppressionId id, String by) {
    return db.sql(
                """
                UPDATE suppressions SET lifted_at = now(), lifted_by = :by
                WHERE client_id = :client AND id = :id AND lifted_at IS NULL
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("by", by)
            .update()
        == 1;
  }

  Optional<Suppression> find(ClientId client, SuppressionId id) {
    return db.sql("SELECT " + COLUMNS + " FROM suppressions WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query(Suppressions::suppression)
        .optional();
  }

  List<Suppression> inForce(ClientId client, Collection<Target> targets) {
    return db.sql(
            """
            SELECT id, s.channel, s.identity, reason, detail, source_interaction_id, created_at, lifted_at, lifted_by
            FROM suppressions s
            JOIN unnest(:channels, :identities) AS t(channel, identity)
              ON t.channel = s.channel AND t.identity = s.identity
            WHERE s.client_id = :client AND s.lifted_at IS NULL
            ORDER BY s.identity, s.channel
            """)
        .param("client", client.value())
        .param("channels", Pg.texts(targets.stream().map(t -> t.channel().wire()).toList()))
        .param("identities", Pg.texts(targets.stream().map(Target::identity).toList()))
        .query(Suppressions::suppression)
        .list();
  }

  /** The newest first, older than {@code before}. */
  List<Suppression> list(
      ClientId client,
      @Nullable String identity,
      @Nullable Channel channel,
      @Nullable Boolean inForce,
      @Nullable UUID before,
      int limit) {
    return db.sql(
            """
            SELECT id, channel, identity, reason, detail, source_interaction_id, created_at, lifted_at, lifted_by
            FROM suppressions
            WHERE client_id = :client
              AND (:identity::text IS NULL OR identity = :identity)
              AND (:channel::text IS NULL OR channel = :channel)
              AND (:inForce::boolean IS NULL OR (lifted_at IS NULL) = :inForce)
              AND (:before::uuid IS NULL OR id < :before)
            ORDER BY id DESC LIMIT :limit
            """)
        .param("client", client.value())
        .param("identity", identity)
        .param("channel", channel == null ? null : channel.wire())
        .param("inForce", inForce)
        .param("before", before)
        .param("limit", limit)
        .query(Suppressions::suppression)
        .list();
  }

  private static Suppression suppression(ResultSet row, int number) throws SQLException {
    return new Suppression(
        Pg.uuid(row, "id"),
        row.getString("channel"),
        row.getString("identity"),
        row.getString("reason"),
        row.getString("detail"),
        row.getObject("source_interaction_id", UUID.class),
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "lifted_at"),
        row.getString("lifted_by"));
  }
}
