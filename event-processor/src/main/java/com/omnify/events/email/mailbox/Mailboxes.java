package com.omnify.events.email.mailbox;

import com.omnify.events.email.mailbox.Mailbox.Security;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The mailboxes that accounts name in their settings: {@code imap_host}, {@code imap_user}, and
 * where they are not the usual ones {@code imap_port} and {@code imap_tls} (tls, starttls, none).
 * The password is the account's webhook secret, or its own where none is set.
 */
@Component
class Mailboxes {

  private static final Logger LOG = LoggerFactory.getLogger(Mailboxes.class);

  private static final int MOST = 10_000;

  private final Transactions transactions;
  private final JdbcClient db;

  Mailboxes(Transactions transactions, JdbcClient db) {
    this.transactions = transactions;
    this.db = db;
  }

  /** Of all clients that are served. */
  List<Mailbox> all() {
    return transactions
        .readInBackground(
            () ->
                db.sql(
                        """
                        SELECT a.client_id, a.id, a.settings ->> 'imap_host' AS host, a.settings ->> 'imap_port' AS port,
                          a.settings ->> 'imap_tls' AS tls, coalesce(a.settings ->> 'imap_user', a.account_sid) AS usr,
                          coalesce(a.webhook_secret, a.auth_token) AS password
                        FROM provider_accounts a
                        JOIN clients c ON c.id = a.client_id AND c.status = 'active'
                        WHERE a.active AND a.provider = 'smtp' AND a.settings ->> 'imap_host' <> ''
                        ORDER BY a.id LIMIT :most
                        """)
                    .param("most", MOST)
                    .query(Mailboxes::mailbox)
                    .list())
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Mailbox> mailbox(ResultSet row, int number) throws SQLException {
    UUID account = Pg.uuid(row, "id");
    try {
      String tls = row.getString("tls");
      Security security =
          tls == null ? Security.TLS : Security.valueOf(tls.toUpperCase(Locale.ROOT));
      return Optional.of(
          new Mailbox(
              Pg.id(row, "client_id", ClientId::new),
              account,
              row.getString("host"),
              port(row.getString("port"), security),
              security,
              row.getString("usr"),
              row.getString("password")));
    } catch (IllegalArgumentException e) {
      LOG.warn("The settings imap_port or imap_tls of account {} make no sense", account);
      return Optional.empty();
    }
  }

  private static int port(@Nullable String text, Security security) {
    return text == null ? security.usualPort() : Integer.parseInt(text);
  }
}
