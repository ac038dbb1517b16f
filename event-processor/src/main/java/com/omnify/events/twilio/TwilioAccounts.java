package com.omnify.events.twilio;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.id.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The accounts whose tokens may sign for a client. Switched-off ones too: what they sent before is
 * still being reported.
 */
@Component
class TwilioAccounts {

  /** So often at most, a failing signature makes us look whether a token was changed. */
  private static final Duration REREAD_AFTER = Duration.ofSeconds(2);

  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int CLIENTS_KEPT = 10_000;

  private final Transactions transactions;
  private final JdbcClient db;
  private final RealClock clock;
  private final Cache<ClientId, Read> cache =
      Caffeine.newBuilder().maximumSize(CLIENTS_KEPT).expireAfterWrite(KEPT).build();

  TwilioAccounts(Transactions transactions, JdbcClient db, RealClock clock) {
    this.transactions = transactions;
    this.db = db;
    this.clock = clock;
  }

  record Account(String sid, String authToken) {}

  private record Read(List<Account> accounts, Instant at) {}

  /** Whether one of the client's accounts passes the check. */
  boolean any(ClientId client, Predicate<Account> check) {
    Read read = cache.get(client, this::read);
    if (read.accounts().stream().anyMatch(check)) {
      return true;
    }
    if (read.at().plus(REREAD_AFTER).isAfter(clock.now())) {
      return false;
    }
    Read again = read(client);
    cache.put(client, again);
    return !again.accounts().equals(read.accounts()) && again.accounts().stream().anyMatch(check);
  }

  private Read read(ClientId client) {
    List<Account> accounts =
        transactions.readInClient(
            client,
            () ->
                db.sql(
                        """
                        SELECT account_sid, auth_token FROM provider_accounts
                        WHERE client_id = :client AND provider = 'twilio'
                        """)
                    .param("client", client.value())
                    .query((row, _) -> new Account(row.getString(1), row.getString(2)))
                    .list());
    return new Read(accounts, clock.now());
  }
}
