package com.omnify.channels.admit;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.IdentityLock;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Calls that are, or may be, under way, at most so many at a client's provider account at once, for
 * all workers together. Each holds a lease: it ends with the call, or with the proof that there was
 * none; a call whose end is never reported holds it for its longest length and a little more, and
 * an UNKNOWN one does so too.
 */
@Component
public class VoiceSlots {

  /** Until a call rings and after it has ended, the report of its end included. */
  static final Duration AROUND_A_CALL = Duration.ofMinutes(3);

  // Whoever counts must see what others have taken, so they come one after the other. Each
  // statement then sees what was committed before it.
  private static final String ONE_AT_A_TIME =
      """
      SELECT pg_advisory_xact_lock(k) FROM (
        SELECT k FROM unnest(:keys) AS k ORDER BY k OFFSET 0) AS sorted
      """;

  private static final String FORGET_PAST =
      """
      DELETE FROM voice_slots s
      USING (SELECT DISTINCT * FROM unnest(:clients, :accounts) AS w (client_id, account_id)) w
      WHERE s.client_id = w.client_id AND s.provider_account_id = w.account_id AND s.until <= now()
      """;

  // One that has a slot already, because its worker died before the fence, goes first.
  private static final String TAKE =
      """
      WITH wish AS (
        SELECT w.*, EXISTS (
            SELECT FROM voice_slots s
            WHERE s.client_id = w.client_id AND s.dispatch_id = w.dispatch_id
              AND s.provider_account_id = w.account_id) AS holds
        FROM unnest(:clients, :accounts, :dispatches, :limits, :seconds) WITH ORDINALITY
          AS w (client_id, account_id, dispatch_id, lim, seconds, n)),
      turn AS (
        SELECT *, row_number() OVER (PARTITION BY client_id, account_id ORDER BY holds DESC, n) AS place
        FROM wish),
      used AS (
        SELECT a.client_id, a.account_id, count(s.dispatch_id) AS slots
        FROM (SELECT DISTINCT client_id, account_id FROM wish) a
        LEFT JOIN voice_slots s ON s.client_id = a.client_id
          AND s.provider_account_id = a.account_id AND NOT (s.dispatch_id = ANY (:dispatches))
        GROUP BY a.client_id, a.account_id)
      INSERT INTO voice_slots AS v (client_id, dispatch_id, provider_account_id, until)
      SELECT t.client_id, t.dispatch_id, t.account_id, now() + make_interval(secs => t.seconds)
      FROM turn t JOIN used u ON u.client_id = t.client_id AND u.account_id = t.account_id
      WHERE t.place + u.slots <= t.lim
      ON CONFLICT (client_id, dispatch_id) DO UPDATE
        SET until = excluded.until, provider_account_id = excluded.provider_account_id
      RETURNING client_id, dispatch_id
      """;

  private static final String FREE =
      """
      DELETE FROM voice_slots s USING unnest(:clients, :ids) AS w (client_id, id)
      WHERE s.client_id = w.client_id AND s.dispatch_id = w.id
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;

  VoiceSlots(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * A call that wants a slot.
   *
   * @param limit of calls under way at the account
   * @param longest after which the provider ends the call
   */
  public record Wish(DispatchKey key, ProviderAccountId account, int limit, Duration longest) {}

  /** Takes as many slots as there are; those who got one. Earlier wishes go first. */
  public Set<DispatchKey> take(List<Wish> wishes) {
    return wishes.isEmpty() ? Set.of() : transactions.inBackground(() -> taken(wishes));
  }

  private Set<DispatchKey> taken(List<Wish> wishes) {
    List<Long> keys = wishes.stream().map(VoiceSlots::lock).distinct().toList();
    Object clients = Pg.uuids(wishes.stream().map(wish -> wish.key().client()).toList());
    Object accounts = Pg.uuids(wishes.stream().map(Wish::account).toList());
    jdbc.sql(ONE_AT_A_TIME).param("keys", Pg.longs(keys)).query((_, _) -> true).list();
    jdbc.sql(FORGET_PAST).param("clients", clients).param("accounts", accounts).update();
    return new HashSet<>(
        jdbc.sql(TAKE)
            .param("clients", clients)
            .param("accounts", accounts)
            .param("dispatches", Pg.uuids(wishes.stream().map(wish -> wish.key().id()).toList()))
            .param("limits", Pg.ints(wishes.stream().map(Wish::limit).toList()))
            .param(
                "seconds",
                Pg.ints(
                    wishes.stream()
                        .map(wish -> wish.longest().plus(AROUND_A_CALL))
                        .map(span -> Math.toIntExact(span.toSeconds()))
                        .toList()))
            .query(
                (row, _) ->
                    new DispatchKey(
                        Pg.id(row, "client_id", ClientId::new),
                        Pg.id(row, "dispatch_id", DispatchId::new)))
            .list());
  }

  /** The lock on an account's count: of another kind than those on addresses, and beside them. */
  private static long lock(Wish wish) {
    return IdentityLock.key(wish.key().client(), "voice slots of " + wish.account());
  }

  /**
   * Ends the leases of calls that are over, or were never placed, in the running background
   * transaction. Who holds none is passed over.
   */
  public void free(Collection<DispatchKey> ended) {
    if (ended.isEmpty()) {
      return;
    }
    jdbc.sql(FREE)
        .param("clients", Pg.uuids(ended.stream().map(DispatchKey::client).toList()))
        .param("ids", Pg.uuids(ended.stream().map(DispatchKey::id).toList()))
        .update();
  }
}
