package com.omnify.channels.web;

import com.omnify.channels.breaker.Breakers;
import com.omnify.channels.breaker.policy.Breaker;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Whether the provider accounts work. */
@RestController
@RequestMapping("/api/v1/provider-health")
class ProviderHealthController {

  private static final String LIST =
      """
      SELECT a.id, a.name, a.provider, b.account_id, b.state, b.trouble, b.code, b.level, b.until_at, b.since
      FROM provider_accounts a
      LEFT JOIN provider_breakers b ON b.client_id = a.client_id AND b.account_id = a.id
      WHERE a.client_id = :client AND a.active AND (CAST(:after AS uuid) IS NULL OR a.id > :after)
      ORDER BY a.id LIMIT :most
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;

  ProviderHealthController(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * One account in use.
   *
   * @param state closed where requests go to it; open where it is left alone; half open while one
   *     request tries
   * @param trouble why it is left alone
   * @param code the provider's or our short code of that
   * @param since real time of the state, null where it never was another
   * @param retryAt real time of the next try, null where it is closed
   */
  record HealthBody(
      UUID providerAccountId,
      String name,
      String provider,
      Breaker.State state,
      @Nullable Trouble trouble,
      @Nullable String code,
      @Nullable Instant since,
      @Nullable Instant retryAt) {}

  @Needs(Role.MEMBER)
  @GetMapping
  Page<HealthBody> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID after = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    ClientId client = caller.client();
    List<HealthBody> rows =
        transactions.readInClient(
            client,
            () ->
                jdbc.sql(LIST)
                    .param("client", client.value())
                    .param("after", after)
                    .param("most", size + 1)
                    .query((row, _) -> body(row))
                    .list());
    return Page.of(rows, size, last -> Cursor.encode(last.providerAccountId().toString()));
  }

  private static HealthBody body(ResultSet row) throws SQLException {
    UUID account = Pg.uuid(row, "id");
    String name = row.getString("name");
    String provider = row.getString("provider");
    if (row.getString("account_id") == null) {
      return new HealthBody(account, name, provider, Breaker.State.CLOSED, null, null, null, null);
    }
    Breaker breaker = Breakers.breaker(row);
    boolean closed = breaker.state() == Breaker.State.CLOSED;
    return new HealthBody(
        account,
        name,
        provider,
        breaker.state(),
        closed ? null : breaker.trouble(),
        closed ? null : breaker.code(),
        breaker.since(),
        closed ? null : breaker.until());
  }
}
