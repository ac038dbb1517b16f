package com.omnify.events.email.door;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.events.email.provider.EmailProvider;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.id.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The accounts whose providers may speak for a client. Switched-off ones too: what they sent before
 * is still being reported.
 */
@Component
class EmailAccounts {

  /** So often at most, we look whether a secret was changed. */
  private static final Duration REREAD_AFTER = Duration.ofSeconds(2);

  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int ACCOUNTS_KEPT = 10_000;

  private final Transactions transactions;
  private final JdbcClient db;
  private final RealClock clock;
  private final Cache<Key, Found> cache =
      Caffeine.newBuilder().maximumSize(ACCOUNTS_KEPT).expireAfterWrite(KEPT).build();

  EmailAccounts(Transactions transactions, JdbcClient db, RealClock clock) {
    this.transactions = transactions;
    this.db = db;
    this.clock = clock;
  }

  private record Key(ClientId client, UUID account, EmailProvider provider) {}

  private record Found(Optional<EmailAccount> account, Instant at) {}

  /** Empty where that client has no such account at that provider. */
  Optional<EmailAccount> find(ClientId client, UUID account, EmailProvider provider) {
    return cache.get(new Key(client, account, provider), this::read).account();
  }

  /** The same, as it is now or was a moment ago: a secret may have been changed. */
  Optional<EmailAccount> recent(ClientId client, UUID account, EmailProvider provider) {
    var key = new Key(client, account, provider);
    Found found = cache.get(key, this::read);
    if (found.at().plus(REREAD_AFTER).isAfter(clock.now())) {
      return found.account();
    }
    Found again = read(key);
    cache.put(key, again);
    return again.account();
  }

  private Found read(Key key) {
    return new Found(
        transactions.readInClient(
            key.client(),
            () ->
                db.sql(
                        """
                        SELECT webhook_secret, settings ->> 'topic_arn' AS topic,
                          settings ->> 'sns_signature_version' = '1' AS first_version
                        FROM provider_accounts
                        WHERE client_id = :client AND id = :id AND provider = :provider
                        """)
                    .param("client", key.client().value())
                    .param("id", key.account())
                    .param("provider", key.provider().wire())
                    .query(
                        (row, _) ->
                            new EmailAccount(
                                key.account(),
                                key.provider(),
                                row.getString("webhook_secret"),
                                row.getString("topic"),
                                row.getBoolean("first_version")))
                    .optional()),
        clock.now());
  }
}
