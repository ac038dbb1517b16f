package com.omnify.console.identity;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Role;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** People with an account, and the clients they work for. */
@Component
class Accounts {

  private final JdbcClient jdbc;
  private final Transactions transactions;

  Accounts(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  record Account(UUID id, String email, String name, String passwordHash, boolean platformAdmin) {}

  /** A client as the switcher shows it, with the role that the person has there. */
  record ClientOf(
      ClientId id, String name, String industry, String timeZone, String status, Role role) {}

  record Member(UUID id, String email, String name, Role role) {}

  Optional<Account> byEmail(String email) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    SELECT id, email, name, password_hash, platform_admin
                    FROM users WHERE email = :email AND disabled_at IS NULL
                    """)
                .param("email", canonical(email))
                .query(Account.class)
                .optional());
  }

  Optional<Account> byId(UUID id) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    SELECT id, email, name, password_hash, platform_admin
                    FROM users WHERE id = :id AND disabled_at IS NULL
                    """)
                .param("id", id)
                .query(Account.class)
                .optional());
  }

  /** Of the platform's administrators: all clients. */
  List<ClientOf> clientsOf(UUID userId, boolean platformAdmin) {
    return transactions.readInBackground(
        () ->
            jdbc.sql(
                    """
                    SELECT c.id, c.name, c.industry, c.time_zone, c.status,
                      CASE WHEN :admin THEN 'platform' ELSE m.role END AS role
                    FROM clients c LEFT JOIN memberships m ON m.client_id = c.id AND m.user_id = :user
                    WHERE :admin OR m.user_id IS NOT NULL
                    ORDER BY c.name, c.id LIMIT 1000
                    """)
                .param("admin", platformAdmin)
                .param("user", userId)
                .query(
                    (row, _) ->
                        new ClientOf(
                            Pg.id(row, "id", ClientId::new),
                            row.getString("name"),
                            row.getString("industry"),
                            row.getString("time_zone"),
                            row.getString("status"),
                            WireEnum.parse(Role.class, row.getString("role"))))
                .list());
  }

  /** The role of a person at a client; empty where there is none. */
  Optional<Role> roleAt(UUID userId, ClientId client) {
    return transactions.readInBackground(
        () ->
            jdbc.sql("SELECT role FROM memberships WHERE client_id = :client AND user_id = :user")
                .param("client", client.value())
                .param("user", userId)
                .query(String.class)
                .optional()
                .map(role -> WireEnum.parse(Role.class, role)));
  }

  /** The clients of a person who is no administrator of the platform. */
  List<ClientId> clientIdsOf(UUID userId) {
    return transactions.readInBackground(
        () ->
            jdbc
                .sql("SELECT client_id FROM memberships WHERE user_id = :user LIMIT 2")
                .param("user", userId)
                .query(UUID.class)
                .list()
                .stream()
                .map(ClientId::new)
                .toList());
  }

  List<Member> members(ClientId client) {
    return transactions.readInClient(
        client,
        () ->
            jdbc.sql(
                    """
                    SELECT u.id, u.email, u.name, m.role
                    FROM memberships m JOIN users u ON u.id = m.user_id
                    WHERE u.disabled_at IS NULL
                    ORDER BY u.name, u.id
                    """)
                .query(
                    (row, _) ->
                        new Member(
                            Pg.uuid(row, "id"),
                            row.getString("email"),
                            row.getString("name"),
                            WireEnum.parse(Role.class, row.getString("role"))))
                .list());
  }

  /** Adds an account and its membership; empty where the e-mail address has an account already. */
  Optional<Member> add(ClientId client, String email, String name, String passwordHash, Role role) {
    return transactions.inClient(
        client,
        () -> {
          var id =
              jdbc.sql(
                      """
                      INSERT INTO users (email, name, password_hash) VALUES (:email, :name, :hash)
                      ON CONFLICT (email) DO NOTHING RETURNING id
                      """)
                  .param("email", canonical(email))
                  .param("name", name)
                  .param("hash", passwordHash)
                  .query(UUID.class)
                  .optional();
          id.ifPresent(
              user ->
                  jdbc.sql(
                          "INSERT INTO memberships (user_id, client_id, role) VALUES (:user, :client, :role)")
                      .param("user", user)
                      .param("client", client.value())
                      .param("role", role.wire())
                      .update());
          return id.map(user -> new Member(user, canonical(email), name, role));
        });
  }

  /** Takes a person's place at a client away; false where there was none. */
  boolean remove(ClientId client, UUID userId, Sessions sessions) {
    return transactions.inClient(
        client,
        () -> {
          boolean was =
              jdbc.sql("DELETE FROM memberships WHERE user_id = :user")
                      .param("user", userId)
                      .update()
                  > 0;
          if (was) {
            sessions.closeAllOf(userId);
          }
          return was;
        });
  }

  /** The platform's administrator as the environment names it: made, or given that password. */
  void ensurePlatformAdmin(String email, @Nullable String newPasswordHash) {
    transactions.inBackground(
        () -> {
          jdbc.sql(
                  """
                  INSERT INTO users (email, name, password_hash, platform_admin)
                  VALUES (:email, 'Platform administrator', :hash, true)
                  ON CONFLICT (email) DO UPDATE SET platform_admin = true, disabled_at = NULL,
                    password_hash = coalesce(:newHash, users.password_hash)
                  """)
              .param("email", canonical(email))
              // a row that is there keeps its password unless there is a new one
              .param("hash", newPasswordHash == null ? "" : newPasswordHash)
              .param("newHash", newPasswordHash, java.sql.Types.VARCHAR)
              .update();
        });
  }

  static String canonical(String email) {
    return email.strip().toLowerCase(Locale.ROOT);
  }
}
