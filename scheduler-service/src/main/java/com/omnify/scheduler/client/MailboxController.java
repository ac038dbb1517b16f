package com.omnify.scheduler.client;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.MergePatch;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.sequence.policy.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The addresses that a client's mail comes from. */
@RestController
@RequestMapping("/api/v1/mailboxes")
@Tag(name = "Senders")
class MailboxController {

  /**
   * An address that mail is sent from.
   *
   * @param displayName the name that people see
   * @param replyTo where answers go; null: to the address itself
   * @param perSecond mails in a real second
   * @param dailyCap mails a day, when it is warm
   * @param warmupFrom its first day, from which the day's cap rises; null: it is warm
   */
  record MailboxBody(
      @Nullable UUID providerAccountId,
      @Nullable String address,
      @Nullable String displayName,
      @Nullable String replyTo,
      @Nullable Integer perSecond,
      @Nullable Integer dailyCap,
      @Nullable LocalDate warmupFrom,
      @Nullable Boolean active) {}

  record MailboxView(
      UUID id,
      UUID providerAccountId,
      String address,
      String displayName,
      @Nullable String replyTo,
      int perSecond,
      int dailyCap,
      @Nullable LocalDate warmupFrom,
      boolean active,
      Instant createdAt,
      Instant updatedAt) {}

  private static final String MAILBOXES =
      """
      SELECT id, provider_account_id, address, display_name, reply_to, per_second, daily_cap,
        warmup_from, active, created_at, updated_at
      FROM mailboxes WHERE client_id = :client
      """;

  private static final String ADDRESS =
      "[^\\s@\"<>,;:\\\\()\\[\\]\\p{Cntrl}]{1,64}@[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?";

  private final Transactions tx;
  private final JdbcClient jdbc;
  private final Ids ids;
  private final JsonMapper json;

  MailboxController(Transactions tx, JdbcClient jdbc, Ids ids, JsonMapper json) {
    this.tx = tx;
    this.jdbc = jdbc;
    this.ids = ids;
    this.json = json;
  }

  @Needs(Role.ADMIN)
  @PostMapping
  @Operation(summary = "Add a mailbox to send from")
  ResponseEntity<MailboxView> create(@RequestBody MailboxBody body, Caller caller) {
    ClientId client = caller.client();
    check(body);
    UUID id = ids.next();
    MailboxView view =
        tx.inClient(
            client,
            () -> {
              requireMailAccount(client, Objects.requireNonNull(body.providerAccountId()));
              requireFree(client, id, lower(body.address()));
              return write(
                  client,
                  id,
                  body,
                  """
                  INSERT INTO mailboxes (client_id, id, provider_account_id, address, display_name, reply_to,
                    per_second, daily_cap, warmup_from, active)
                  VALUES (:client, :id, :account, :address, :name, :reply_to, :per_second, :cap, :warmup, :active)
                  """);
            });
    return ResponseEntity.created(URI.create("/api/v1/mailboxes/" + id)).body(view);
  }

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List mailboxes to send from")
  Page<MailboxView> list(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    return SenderParts.page(
        tx, jdbc, caller, limit, cursor, MAILBOXES, (row, _) -> mailbox(row), MailboxView::id);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One mailbox")
  MailboxView get(@PathVariable UUID id, Caller caller) {
    ClientId client = caller.client();
    return tx.readInClient(client, () -> mailbox(client, id));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/{id}")
  @Operation(summary = "Change a mailbox's limits; switch it on or off")
  MailboxView patch(@PathVariable UUID id, @RequestBody ObjectNode patch, Caller caller) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          MailboxView current = mailbox(client, id);
          MailboxBody body =
              MergePatch.apply(
                  json,
                  new MailboxBody(
                      current.providerAccountId(),
                      current.address(),
                      current.displayName(),
                      current.replyTo(),
                      current.perSecond(),
                      current.dailyCap(),
                      current.warmupFrom(),
                      current.active()),
                  patch,
                  MailboxBody.class);
          check(body);
          requireMailAccount(client, Objects.requireNonNull(body.providerAccountId()));
          requireFree(client, id, lower(body.address()));
          return write(
              client,
              id,
              body,
              """
              UPDATE mailboxes SET provider_account_id = :account, address = :address, display_name = :name,
                reply_to = :reply_to, per_second = :per_second, daily_cap = :cap, warmup_from = :warmup,
                active = :active, updated_at = now()
              WHERE client_id = :client AND id = :id
              """);
        });
  }

  private MailboxView write(ClientId client, UUID id, MailboxBody body, String statement) {
    jdbc.sql(statement)
        .param("client", client.value())
        .param("id", id)
        .param("account", body.providerAccountId())
        .param("address", lower(body.address()))
        .param("name", Objects.requireNonNullElse(body.displayName(), ""))
        .param("reply_to", body.replyTo())
        .param("per_second", Objects.requireNonNullElse(body.perSecond(), 5))
        .param("cap", Objects.requireNonNullElse(body.dailyCap(), 2_000))
        .param("warmup", body.warmupFrom())
        .param("active", !Boolean.FALSE.equals(body.active()))
        .update();
    return mailbox(client, id);
  }

  private static String lower(@Nullable String address) {
    return Objects.requireNonNull(address).toLowerCase(java.util.Locale.ROOT);
  }

  private static void check(MailboxBody body) {
    var problems = new Problems();
    if (body.providerAccountId() == null) {
      problems.add(
          "provider_account_id", "the account is missing", "name the account that sends its mail");
    }
    if (body.address() == null || !lower(body.address()).matches(ADDRESS)) {
      problems.add(
          "address",
          "'" + body.address() + "' is no e-mail address",
          "write it as \"hello@example.com\"");
    }
    if (body.displayName() != null && !body.displayName().matches("\\P{Cntrl}{0,200}")) {
      problems.add("display_name", "it is one line of up to 200 characters", "send a name");
    }
    if (body.replyTo() != null
        && !body.replyTo().toLowerCase(java.util.Locale.ROOT).matches(ADDRESS)) {
      problems.add("reply_to", "it is no e-mail address", "leave it out for the address itself");
    }
    SenderParts.checkLimits(body.perSecond(), body.dailyCap(), problems);
    SenderParts.refuse(problems);
  }

  private void requireMailAccount(ClientId client, UUID account) {
    String provider =
        jdbc.sql("SELECT provider FROM provider_accounts WHERE client_id = :client AND id = :id")
            .param("client", client.value())
            .param("id", account)
            .query(String.class)
            .optional()
            .orElseThrow(() -> Problem.notFound("provider account", account));
    if (!AccountCheck.serves(provider, Channel.EMAIL)) {
      throw Problem.invalid(
          "provider_account_id",
          "an account at " + provider + " sends no mail",
          "Name one at a mail server or an e-mail provider.");
    }
  }

  private void requireFree(ClientId client, UUID id, String address) {
    boolean taken =
        jdbc.sql(
                "SELECT 1 FROM mailboxes WHERE client_id = :client AND address = :address AND id <> :id")
            .param("client", client.value())
            .param("address", address)
            .param("id", id)
            .query(Integer.class)
            .optional()
            .isPresent();
    if (taken) {
      throw Problem.conflict(
          "mailbox_exists", "The client has this mailbox already.", "Change it by PATCH.");
    }
  }

  private MailboxView mailbox(ClientId client, UUID id) {
    return jdbc.sql(MAILBOXES + " AND id = :id")
        .param("client", client.value())
        .param("id", id)
        .query((row, _) -> mailbox(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("mailbox", id));
  }

  private static MailboxView mailbox(ResultSet row) throws SQLException {
    return new MailboxView(
        Pg.uuid(row, "id"),
        Pg.uuid(row, "provider_account_id"),
        row.getString("address"),
        row.getString("display_name"),
        row.getString("reply_to"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        row.getObject("warmup_from", LocalDate.class),
        row.getBoolean("active"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }
}
