package com.omnify.channels.admit;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.id.ClientId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Permits to begin a request in a given second of real time, shared by all workers and leased a
 * batch at a time. A permit that is not used is gone with its second.
 */
@Component
public class RateLeases {

  /** What cannot begin within so many seconds is not worth holding. */
  static final int SECONDS_AHEAD = 5;

  /** The last permit of a second is for this moment of it: some time must be left to use it. */
  private static final Duration SPREAD = Duration.ofMillis(800);

  private static final String LEASE =
      """
      WITH wish AS (
        SELECT * FROM unnest(:clients, :scopes, :wanted, :limits) AS w (client_id, scope, wanted, lim))
      INSERT INTO rate_leases AS r (client_id, scope, second, used)
      SELECT client_id, scope, :second, least(wanted, lim) FROM wish ORDER BY client_id, scope
      ON CONFLICT (client_id, scope, second) DO UPDATE SET used = r.used + (
        SELECT least(w.wanted, greatest(0, w.lim - r.used)) FROM wish w
        WHERE w.client_id = r.client_id AND w.scope = r.scope)
      RETURNING client_id, scope, coalesce(old.used, 0) AS before, new.used AS after
      """;

  private static final String FORGET = "DELETE FROM rate_leases WHERE second < :before";

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final RealClock clock;

  RateLeases(JdbcClient jdbc, Transactions transactions, RealClock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Leases up to what each wish wants, from this second on.
   *
   * @return for each owner the moments from which a request may begin, within the second that its
   *     permit is for, earliest first; fewer than wanted where the next seconds are full
   */
  Map<Quota.Owner, List<Instant>> lease(List<Quota> wishes) {
    var permits = new HashMap<Quota.Owner, List<Instant>>();
    long now = clock.now().getEpochSecond();
    List<Quota> open =
        wishes.stream()
            .sorted(
                Comparator.comparing((Quota w) -> w.client().value()).thenComparing(Quota::scope))
            .toList();
    for (int ahead = 0; ahead < SECONDS_AHEAD && !open.isEmpty(); ahead++) {
      long second = now + ahead;
      Map<Quota.Owner, Granted> granted = leaseSecond(second, open);
      var still = new ArrayList<Quota>();
      for (Quota wish : open) {
        Granted got = granted.getOrDefault(wish.owner(), Granted.NONE);
        List<Instant> mine = permits.computeIfAbsent(wish.owner(), _ -> new ArrayList<>());
        for (int place = got.before(); place < got.after(); place++) {
          mine.add(moment(second, place, wish.limit()));
        }
        if (got.many() < wish.wanted()) {
          still.add(
              new Quota(wish.client(), wish.scope(), wish.wanted() - got.many(), wish.limit()));
        }
      }
      open = still;
    }
    return permits;
  }

  /** Places within a second, from the first to before the second. */
  private record Granted(int before, int after) {
    static final Granted NONE = new Granted(0, 0);

    int many() {
      return after - before;
    }
  }

  /**
   * Spread over the second: a number that may send a hundred does not begin them all at its first
   * moment, when whoever has one to send would find the machine and the provider busy.
   */
  static Instant moment(long second, int place, int limit) {
    return Instant.ofEpochSecond(second).plusNanos(SPREAD.toNanos() * place / limit);
  }

  private Map<Quota.Owner, Granted> leaseSecond(long second, List<Quota> wishes) {
    var granted = new HashMap<Quota.Owner, Granted>();
    transactions
        .inBackground(
            () ->
                jdbc.sql(LEASE)
                    .param("clients", Pg.uuids(wishes.stream().map(Quota::client).toList()))
                    .param("scopes", Pg.texts(wishes.stream().map(Quota::scope).toList()))
                    .param("wanted", Pg.ints(wishes.stream().map(Quota::wanted).toList()))
                    .param("limits", Pg.ints(wishes.stream().map(Quota::limit).toList()))
                    .param("second", second)
                    .query(
                        (row, _) ->
                            Map.entry(
                                new Quota.Owner(
                                    Pg.id(row, "client_id", ClientId::new), row.getString("scope")),
                                new Granted(row.getInt("before"), row.getInt("after"))))
                    .list())
        .forEach(one -> granted.put(one.getKey(), one.getValue()));
    return granted;
  }

  /** Forgets seconds that are long past. */
  public void forgetPast() {
    long before = clock.now().minus(Duration.ofMinutes(5)).getEpochSecond();
    transactions.inBackground(
        () -> {
          jdbc.sql(FORGET).param("before", before).update();
        });
  }
}
