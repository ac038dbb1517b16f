package com.omnify.channels.admit;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How much a number has sent on a day. Taken before the fence and given back when it is certain
 * that nothing was sent; a crash in between keeps what it took, so the cap is never exceeded.
 */
@Component
public class DailyCaps {

  private static final String TAKE =
      """
      WITH wish AS (
        SELECT * FROM unnest(:clients, :scopes, CAST(:days AS date[]), :wanted, :limits)
          AS w (client_id, scope, day, wanted, lim))
      INSERT INTO cap_counters AS c (client_id, scope, day, used)
      SELECT client_id, scope, day, least(wanted, lim) FROM wish ORDER BY client_id, scope, day
      ON CONFLICT (client_id, scope, day) DO UPDATE SET used = c.used + (
        SELECT least(w.wanted, greatest(0, w.lim - c.used)) FROM wish w
        WHERE w.client_id = c.client_id AND w.scope = c.scope AND w.day = c.day)
      RETURNING client_id, scope, day, new.used - coalesce(old.used, 0) AS granted
      """;

  private static final String GIVE_BACK =
      """
      UPDATE cap_counters c SET used = greatest(0, c.used - b.n)
      FROM unnest(:clients, :scopes, CAST(:days AS date[]), :counts) AS b (client_id, scope, day, n)
      WHERE c.client_id = b.client_id AND c.scope = b.scope AND c.day = b.day
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;

  DailyCaps(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /** One message of a number on a day. */
  public record Use(ClientId client, String scope, LocalDate day) {}

  /** Takes as much of each wish as is left, in a transaction of its own; what was granted. */
  Map<Use, Integer> take(Map<Use, Quota> wishes) {
    if (wishes.isEmpty()) {
      return Map.of();
    }
    List<Map.Entry<Use, Quota>> sorted =
        wishes.entrySet().stream().sorted(Map.Entry.comparingByKey(ORDER)).toList();
    var granted = new HashMap<Use, Integer>();
    transactions
        .inBackground(
            () ->
                jdbc.sql(TAKE)
                    .param(
                        "clients", Pg.uuids(sorted.stream().map(w -> w.getKey().client()).toList()))
                    .param(
                        "scopes", Pg.texts(sorted.stream().map(w -> w.getKey().scope()).toList()))
                    .param(
                        "days",
                        Pg.texts(sorted.stream().map(w -> w.getKey().day().toString()).toList()))
                    .param(
                        "wanted", Pg.ints(sorted.stream().map(w -> w.getValue().wanted()).toList()))
                    .param(
                        "limits", Pg.ints(sorted.stream().map(w -> w.getValue().limit()).toList()))
                    .query(
                        (row, _) ->
                            Map.entry(
                                new Use(
                                    Pg.id(row, "client_id", ClientId::new),
                                    row.getString("scope"),
                                    row.getObject("day", LocalDate.class)),
                                row.getInt("granted")))
                    .list())
        .forEach(one -> granted.put(one.getKey(), one.getValue()));
    return granted;
  }

  /** Gives back in the running transaction: together with the state that says nothing was sent. */
  public void giveBack(List<Use> unused) {
    if (unused.isEmpty()) {
      return;
    }
    var counts = new HashMap<Use, Integer>();
    unused.forEach(use -> counts.merge(use, 1, Integer::sum));
    List<Use> sorted = counts.keySet().stream().sorted(ORDER).toList();
    jdbc.sql(GIVE_BACK)
        .param("clients", Pg.uuids(sorted.stream().map(Use::client).toList()))
        .param("scopes", Pg.texts(sorted.stream().map(Use::scope).toList()))
        .param("days", Pg.texts(sorted.stream().map(use -> use.day().toString()).toList()))
        .param("counts", Pg.ints(sorted.stream().map(counts::get).toList()))
        .update();
  }

  /** Everyone locks in the same order. */
  private static final Comparator<Use> ORDER =
      Comparator.comparing((Use use) -> use.client().value())
          .thenComparing(Use::scope)
          .thenComparing(Use::day);
}
