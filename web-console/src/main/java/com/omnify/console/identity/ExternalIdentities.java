package com.omnify.console.identity;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Role;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * By which names of other issuers a client's people are known. A link belongs to one place at one
 * client, so that no client's admin can let anybody into another.
 */
@Component
class ExternalIdentities {

  private final JdbcClient jdbc;
  private final Transactions transactions;

  ExternalIdentities(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  record Link(UUID id, String issuer, String subject, Instant createdAt) {}

  /** A place at a client that someone proved to be theirs. */
  record Place(ClientId client, UUID userId, Role role) {}

  /** Where someone works: by the links, and by the verified address where there is one. */
  List<Place> placesOf(ExternalTokens.Proven proven) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    WITH known AS (
                      SELECT client_id, user_id, 1 AS rank FROM external_identities
                      WHERE issuer = :issuer AND subject = :subject
                      UNION ALL
                      SELECT m.client_id, m.user_id, 2 FROM users u JOIN memberships m ON m.user_id = u.id
                      WHERE u.email = :email)
                    SELECT DISTINCT ON (m.client_id) m.client_id, m.user_id, m.role
                    FROM known k JOIN memberships m ON m.client_id = k.client_id AND m.user_id = k.user_id
                    JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
                    ORDER BY m.client_id, k.rank
                    """)
                .param("issuer", proven.issuer())
                .param("subject", proven.subject())
                .param("email", proven.email(), java.sql.Types.VARCHAR)
                .query(
                    (row, _) ->
                        new Place(
                            Pg.id(row, "client_id", ClientId::new),
                            Pg.uuid(row, "user_id"),
                            WireEnum.parse(Role.class, row.getString("role"))))
                .list());
  }

  List<Link> of(ClientId client, UUID userId) {
    return transactions.readInClient(
        client,
        () ->
            jdbc.sql(
                    """
                    SELECT id, issuer, subject, created_at FROM external_identities
                    WHERE user_id = :user ORDER BY id
                    """)
                .param("user", userId)
                .query((row, _) -> link(row))
                .list());
  }

  /** Empty where someone of the client has that name already. */
  Optional<Link> add(ClientId client, UUID userId, String issuer, String subject) {
    return transactions.inClient(
        client,
        () ->
            jdbc.sql(
                    """
                    INSERT INTO external_identities (client_id, issuer, subject, user_id)
                    VALUES (:client, :issuer, :subject, :user)
                    ON CONFLICT (client_id, issuer, subject) DO NOTHING
                    RETURNING id, issuer, subject, created_at
                    """)
                .param("client", client.value())
                .param("issuer", issuer)
                .param("subject", subject)
                .param("user", userId)
                .query((row, _) -> link(row))
                .optional());
  }

  boolean remove(ClientId client, UUID userId, UUID id) {
    return transactions.inClient(
        client,
        () ->
            jdbc.sql("DELETE FROM external_identities WHERE user_id = :user AND id = :id")
                    .param("user", userId)
                    .param("id", id)
                    .update()
                > 0);
  }

  private static Link link(ResultSet row) throws SQLException {
    return new Link(
        Pg.uuid(row, "id"),
        row.getString("issuer"),
        row.getString("subject"),
        Pg.instant(row, "created_at"));
  }
}
