package com.omnify.events.vapi;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.events.vapi.policy.VapiProof.Mode;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ProviderAccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The accounts whose secrets prove a message. Switched-off ones too: calls that they have made are
 * still being reported.
 */
@Component
class VapiAccounts {

  /** So often at most, a failing proof makes us look whether a secret was changed. */
  private static final Duration REREAD_AFTER = Duration.ofSeconds(2);

  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int ACCOUNTS_KEPT = 10_000;

  private final Transactions transactions;
  private final JdbcClient db;
  private final RealClock clock;
  private final Cache<Key, Read> cache =
      Caffeine.newBuilder().maximumSize(ACCOUNTS_KEPT).expireAfterWrite(KEPT).build();

  VapiAccounts(Transactions transactions, JdbcClient db, RealClock clock) {
    this.transactions = transactions;
    this.db = db;
    this.clock = clock;
  }

  /**
   * An account at VAPI.
   *
   * @param assistant who talks to people who call us, null where nobody is set up
   */
  record Account(
      ClientId client,
      ProviderAccountId id,
      @Nullable String secret,
      Mode mode,
      @Nullable String assistant) {}

  private record Key(ClientId client, ProviderAccountId account) {}

  private record Read(Optional<Account> account, Instant at) {}

  /** The client's account, where it passes the check. */
  Optional<Account> proven(ClientId client, ProviderAccountId id, Predicate<Account> check) {
    var key = new Key(client, id);
    Read read = cache.get(key, this::read);
    Optional<Account> proven = read.account().filter(check);
    if (proven.isPresent() || read.at().plus(REREAD_AFTER).isAfter(clock.now())) {
      return proven;
    }
    Read again = read(key);
    cache.put(key, again);
    return again.account().equals(read.account())
        ? Optional.empty()
        : again.account().filter(check);
  }

  private Read read(Key key) {
    Optional<Account> account =
        transactions.readInClient(
            key.client(),
            () ->
                db.sql(
                        """
                        SELECT webhook_secret, settings ->> 'webhook_auth' AS mode,
                          settings ->> 'assistant_id' AS assistant
                        FROM provider_accounts
                        WHERE client_id = :client AND id = :id AND provider = 'vapi'
                        """)
                    .param("client", key.client().value())
                    .param("id", key.account().value())
                    .query(
                        (row, _) ->
                            new Account(
                                key.client(),
                                key.account(),
                                row.getString("webhook_secret"),
                                mode(row.getString("mode")),
                                row.getString("assistant")))
                    .optional());
    return new Read(account, clock.now());
  }

  /** One that cannot be read is the strictest. */
  private static Mode mode(@Nullable String text) {
    try {
      return text == null ? Mode.ANY : WireEnum.parse(Mode.class, text);
    } catch (IllegalArgumentException e) {
      return Mode.HMAC;
    }
  }
}
