package com.omnify.channels.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What clients can say something from now, in a fixed order. Runs in the caller's transaction. */
@Component
class Senders {

  private static final String NUMBERS =
      """
      SELECT n.client_id, n.e164, n.per_second, n.daily_cap, %s
      FROM phone_numbers n
      JOIN provider_accounts a ON a.client_id = n.client_id AND a.id = n.provider_account_id
      WHERE n.client_id = ANY (:clients) AND n.active AND n.sms_enabled AND a.active
        AND a.provider = 'twilio'
      ORDER BY n.client_id, n.e164
      """
          .formatted(ProviderAccount.COLUMNS);

  private static final String MAILBOXES =
      """
      SELECT m.client_id, m.id, m.address, m.display_name, m.reply_to, m.per_second, m.daily_cap,
        m.warmup_from, %s
      FROM mailboxes m
      JOIN provider_accounts a ON a.client_id = m.client_id AND a.id = m.provider_account_id
      WHERE m.client_id = ANY (:clients) AND m.active AND a.active
      ORDER BY m.client_id, m.address
      """
          .formatted(ProviderAccount.COLUMNS);

  private static final String LINES =
      """
      SELECT n.client_id, n.e164, n.voice_number_id, n.per_second, n.daily_cap, %s
      FROM phone_numbers n
      JOIN provider_accounts a ON a.client_id = n.client_id AND a.id = n.voice_account_id
      WHERE n.client_id = ANY (:clients) AND n.active AND n.voice_enabled AND a.active
        AND a.provider = 'vapi' AND n.voice_number_id IS NOT NULL
      ORDER BY n.client_id, n.e164
      """
          .formatted(ProviderAccount.COLUMNS);

  private final JdbcClient jdbc;

  Senders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  List<Sender> of(Channel channel, Collection<ClientId> clients) {
    if (clients.isEmpty()) {
      return List.of();
    }
    String sql =
        switch (channel) {
          case SMS -> NUMBERS;
          case EMAIL -> MAILBOXES;
          case VOICE -> LINES;
        };
    return jdbc.sql(sql)
        .param("clients", Pg.uuids(clients))
        .query(
            (row, _) ->
                switch (channel) {
                  case SMS -> number(row);
                  case EMAIL -> mailbox(row);
                  case VOICE -> line(row);
                })
        .list();
  }

  private static Sender number(ResultSet row) throws SQLException {
    return new Sender.Number(
        Pg.id(row, "client_id", ClientId::new),
        row.getString("e164"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        ProviderAccount.of(row));
  }

  private static Sender mailbox(ResultSet row) throws SQLException {
    return new Sender.Mailbox(
        Pg.id(row, "client_id", ClientId::new),
        Pg.uuid(row, "id"),
        row.getString("address"),
        row.getString("display_name"),
        row.getString("reply_to"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        row.getObject("warmup_from", LocalDate.class),
        ProviderAccount.of(row));
  }

  private static Sender line(ResultSet row) throws SQLException {
    return new Sender.Line(
        Pg.id(row, "client_id", ClientId::new),
        row.getString("e164"),
        row.getString("voice_number_id"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        ProviderAccount.of(row));
  }
}
