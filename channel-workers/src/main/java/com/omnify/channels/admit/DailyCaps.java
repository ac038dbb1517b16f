package com.omnify.channels.admit;

import com.omnify.channels.dispatch.Admitted;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.DispatchKind;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * How much a number or mailbox has sent on a day. A message is counted in the fence's own
 * transaction and uncounted in the one that records that nothing was sent, so whoever dies, and
 * wherever, the counter is the number of messages that were sent or may have been.
 */
@Component
public class DailyCaps {

  private static final String LEFT =
      """
      SELECT w.client_id, w.scope, w.day, greatest(0, w.lim - coalesce(c.used, 0)) AS granted
      FROM unnest(:clients, :scopes, CAST(:days AS date[]), :limits) AS w (client_id, scope, day, lim)
      LEFT JOIN cap_counters c
        ON c.client_id = w.client_id AND c.scope = w.scope AND c.day = w.day
      """;

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

  /** One message of a sender on a day. */
  public record Use(ClientId client, String scope, LocalDate day) {

    /** The message that is about to be sent, on the client's day at that fleet time. */
    public static Use of(Admitted one, Instant now) {
      return new Use(
          one.sender().client(),
          one.sender().scope(),
          now.atZone(one.dispatch().clientZone()).toLocalDate());
    }
  }

  /** Part of a batch. */
  public record Share(List<Admitted> within, List<Admitted> beyond) {}

  /**
   * Looks how many of the batch there is room for, and counts nothing: others may be quicker. What
   * is beyond need not go on to the fence.
   */
  Share look(List<Admitted> batch, Instant now) {
    Map<Use, Quota> wishes = wishes(batch, now);
    Map<Use, Integer> left =
        wishes.isEmpty()
            ? Map.of()
            : transactions.readInBackground(() -> granted(bind(LEFT, wishes, /* wanted= */ false)));
    return share(batch, now, left);
  }

  /**
   * Counts as many of the batch as there is room for, in the running transaction, which keeps the
   * counters locked until it ends.
   */
  public Share take(List<Admitted> batch, Instant now) {
    return share(batch, now, take(wishes(batch, now)));
  }

  /** As much of each wish as is left, in the running transaction. */
  Map<Use, Integer> take(Map<Use, Quota> wishes) {
    return wishes.isEmpty() ? Map.of() : granted(bind(TAKE, wishes, /* wanted= */ true));
  }

  /**
   * Whether it is counted. The one answer to somebody who asks to be left alone is not: no cap may
   * keep it back.
   */
  public static boolean counts(DispatchKind kind) {
    return kind != DispatchKind.OPT_OUT_CONFIRMATION;
  }

  private static boolean counts(Admitted one) {
    return counts(one.dispatch().ref().kind());
  }

  private static Map<Use, Quota> wishes(List<Admitted> batch, Instant now) {
    var wishes = new HashMap<Use, Quota>();
    for (Admitted one : batch) {
      if (!counts(one)) {
        continue;
      }
      var sender = one.sender();
      Use use = Use.of(one, now);
      wishes.merge(
          use,
          new Quota(sender.client(), sender.scope(), 1, sender.dailyCap(use.day())),
          (a, _) -> new Quota(a.client(), a.scope(), a.wanted() + 1, a.limit()));
    }
    return wishes;
  }

  private static Share share(List<Admitted> batch, Instant now, Map<Use, Integer> granted) {
    var left = new HashMap<>(granted);
    var within = new ArrayList<Admitted>();
    var beyond = new ArrayList<Admitted>();
    for (Admitted one : batch) {
      boolean room = !counts(one) || left.merge(Use.of(one, now), -1, Integer::sum) >= 0;
      (room ? within : beyond).add(one);
    }
    return new Share(within, beyond);
  }

  private StatementSpec bind(String sql, Map<Use, Quota> wishes, boolean wanted) {
    List<Map.Entry<Use, Quota>> sorted =
        wishes.entrySet().stream().sorted(Map.Entry.comparingByKey(ORDER)).toList();
    StatementSpec statement =
        bind(sql, sorted.stream().map(Map.Entry::getKey).toList())
            .param("limits", Pg.ints(sorted.stream().map(w -> w.getValue().limit()).toList()));
    return wanted
        ? statement.param(
            "wanted", Pg.ints(sorted.stream().map(w -> w.getValue().wanted()).toList()))
        : statement;
  }

  private StatementSpec bind(String sql, List<Use> uses) {
    return jdbc.sql(sql)
        .param("clients", Pg.uuids(uses.stream().map(Use::client).toList()))
        .param("scopes", Pg.texts(uses.stream().map(Use::scope).toList()))
        .param("days", Pg.texts(uses.stream().map(use -> use.day().toString()).toList()));
  }

  private static Map<Use, Integer> granted(StatementSpec statement) {
    var granted = new HashMap<Use, Integer>();
    statement.query(
        (ResultSet row) -> {
          granted.put(use(row), row.getInt("granted"));
        });
    return granted;
  }

  private static Use use(ResultSet row) throws SQLException {
    return new Use(
        Pg.id(row, "client_id", ClientId::new),
        row.getString("scope"),
        row.getObject("day", LocalDate.class));
  }

  /** Uncounts in the running transaction: together with the state that says nothing was sent. */
  public void giveBack(Collection<Use> unused) {
    if (unused.isEmpty()) {
      return;
    }
    var counts = new HashMap<Use, Integer>();
    unused.forEach(use -> counts.merge(use, 1, Integer::sum));
    List<Use> sorted = counts.keySet().stream().sorted(ORDER).toList();
    bind(GIVE_BACK, sorted)
        .param("counts", Pg.ints(sorted.stream().map(counts::get).toList()))
        .update();
  }

  /** Everyone locks in the same order. */
  private static final Comparator<Use> ORDER =
      Comparator.comparing((Use use) -> use.client().value())
          .thenComparing(Use::scope)
          .thenComparing(Use::day);
}
