package com.omnify.events.receipt;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The receipts and their keys. All calls run in the caller's transaction. */
@Component
public class Receipts {

  /** Providers repeat for days at most. */
  static final Duration KEYS_KEPT = Duration.ofDays(7);

  private static final int PURGED_AT_ONCE = 5_000;

  private final JdbcClient db;
  private final Ids ids;

  Receipts(JdbcClient db, Ids ids) {
    this.db = db;
    this.ids = ids;
  }

  /**
   * Takes the key, if nobody has it. Two at the same time: the second waits for the first's
   * transaction, so that a repeat is told from a first even then.
   *
   * @return false for a repeat: whatever it says has been said
   */
  public boolean firstTime(ClientId client, String provider, String key) {
    return db.sql(
                """
                INSERT INTO receipt_keys (client_id, provider, key) VALUES (:client, :provider, :key)
                ON CONFLICT DO NOTHING
                """)
            .param("client", client.value())
            .param("provider", provider)
            .param("key", key)
            .update()
        == 1;
  }

  /** Whether somebody has taken the key. */
  public boolean knows(ClientId client, String provider, String key) {
    return db.sql(
            """
            SELECT EXISTS (SELECT FROM receipt_keys
              WHERE client_id = :client AND provider = :provider AND key = :key)
            """)
        .param("client", client.value())
        .param("provider", provider)
        .param("key", key)
        .query(Boolean.class)
        .single();
  }

  /** Keeps the receipt. */
  public void keep(Receipt receipt) {
    db.sql(
            """
            INSERT INTO receipts (client_id, id, provider, kind, provider_id, dispatch_id, interaction_id, payload)
            VALUES (:client, :id, :provider, :kind, :providerId, :dispatch, :interaction, :payload)
            """)
        .param("client", receipt.clientId().value())
        .param("id", ids.next())
        .param("provider", receipt.provider())
        .param("kind", receipt.kind())
        .param("providerId", receipt.providerId())
        .param("dispatch", receipt.dispatchId() == null ? null : receipt.dispatchId().value())
        .param(
            "interaction", receipt.interactionId() == null ? null : receipt.interactionId().value())
        .param("payload", Pg.jsonb(receipt.payload()))
        .update();
  }

  /** A line of the webhook log; {@code payload} is JSON text. */
  record Line(
      UUID id,
      String provider,
      String kind,
      @Nullable String providerId,
      @Nullable UUID dispatchId,
      @Nullable UUID interactionId,
      String payload,
      Instant receivedAt) {}

  /** The newest first, older than {@code before}. */
  List<Line> list(
      ClientId client,
      @Nullable String kind,
      @Nullable UUID dispatch,
      @Nullable UUID before,
      int limit) {
    return db.sql(
            """
            SELECT id, provider, kind, provider_id, dispatch_id, interaction_id, payload::text AS payload, received_at
            FROM receipts
            WHERE client_id = :client
              AND (:kind::text IS NULL OR kind = :kind)
              AND (:dispatch::uuid IS NULL OR dispatch_id = :dispatch)
              AND (:before::uuid IS NULL OR id < :before)
            ORDER BY id DESC LIMIT :limit
            """)
        .param("client", client.value())
        .param("kind", kind)
        .param("dispatch", dispatch)
        .param("before", before)
        .param("limit", limit)
        .query(Receipts::line)
        .list();
  }

  /** Forgets keys that no provider repeats any more; true where more may be left. */
  boolean purgeKeys(Instant realNow) {
    return db.sql(
                """
                DELETE FROM receipt_keys WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM receipt_keys WHERE received_at < :before LIMIT :atOnce))
                """)
            .param("before", Pg.timestamp(realNow.minus(KEYS_KEPT)))
            .param("atOnce", PURGED_AT_ONCE)
            .update()
        == PURGED_AT_ONCE;
  }

  private static Line line(ResultSet row, int number) throws SQLException {
    return new Line(
        Pg.uuid(row, "id"),
        row.getString("provider"),
        row.getString("kind"),
        row.getString("provider_id"),
        row.getObject("dispatch_id", UUID.class),
        row.getObject("interaction_id", UUID.class),
        row.getString("payload"),
        Pg.instant(row, "received_at"));
  }
}
