package com.omnify.scheduler.client;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.kit.net.OutwardSockets;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.MergePatch;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.Channel;
import com.omnify.model.Provider;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.sequence.policy.Problems;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a client sends by: accounts at providers, and phone numbers. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Senders")
class SenderController {

  /**
   * An account at a provider.
   *
   * @param accountSid the account's or user's name there; may be left out where there is none
   * @param authToken its token, key or password; written only, never shown
   * @param baseUrl where its API stands; null: the provider's own address
   * @param settings what else this provider wants to know, such as the host of a mail server
   * @param webhookSecret what its webhooks are verified by; written only, never shown
   */
  record AccountBody(
      @Nullable String provider,
      @Nullable String name,
      @Nullable String accountSid,
      @Nullable String authToken,
      @Nullable String baseUrl,
      @Nullable JsonNode settings,
      @Nullable String webhookSecret,
      @Nullable Boolean active) {}

  /**
   * As it is shown.
   *
   * @param webhookSecretSet whether there is one
   */
  record AccountView(
      UUID id,
      String provider,
      String name,
      String accountSid,
      @Nullable String baseUrl,
      JsonNode settings,
      boolean webhookSecretSet,
      boolean active,
      Instant createdAt,
      Instant updatedAt) {}

  /**
   * A number that messages are sent from, and calls come from.
   *
   * @param perSecond messages in a real second
   * @param dailyCap messages a day
   * @param voiceAccountId an account at VAPI, by which it calls
   * @param voiceNumberId the number's id there
   * @param forwardTo where a person takes calls
   */
  record NumberBody(
      @Nullable UUID providerAccountId,
      @Nullable String e164,
      @Nullable Boolean smsEnabled,
      @Nullable Integer perSecond,
      @Nullable Integer dailyCap,
      @Nullable Boolean voiceEnabled,
      @Nullable UUID voiceAccountId,
      @Nullable String voiceNumberId,
      @Nullable String forwardTo,
      @Nullable Boolean active) {}

  record NumberView(
      UUID id,
      UUID providerAccountId,
      String e164,
      boolean smsEnabled,
      int perSecond,
      int dailyCap,
      boolean voiceEnabled,
      @Nullable UUID voiceAccountId,
      @Nullable String voiceNumberId,
      @Nullable String forwardTo,
      boolean active,
      Instant createdAt,
      Instant updatedAt) {}

  private static final String ACCOUNTS =
      """
      SELECT id, provider, name, account_sid, base_url, settings::text AS settings,
        webhook_secret IS NOT NULL AS webhook_secret_set, active, created_at, updated_at
      FROM provider_accounts
      WHERE client_id = :client
      """;

  private static final String NUMBERS =
      """
      SELECT id, provider_account_id, e164, sms_enabled, per_second, daily_cap, voice_enabled,
        voice_account_id, voice_number_id, forward_to, active, created_at, updated_at
      FROM phone_numbers WHERE client_id = :client
      """;

  private final Transactions tx;
  private final JdbcClient jdbc;
  private final Ids ids;
  private final JsonMapper json;
  private final OutwardSockets outward;

  SenderController(
      Transactions tx, JdbcClient jdbc, Ids ids, JsonMapper json, OutwardSockets outward) {
    this.tx = tx;
    this.jdbc = jdbc;
    this.ids = ids;
    this.json = json;
    this.outward = outward;
  }

  /** A page of one of the two lists, in the order in which they were made. */
  // ---- accounts

  @Needs(Role.ADMIN)
  @PostMapping("/provider-accounts")
  @Operation(summary = "Add an account at a provider")
  ResponseEntity<AccountView> createAccount(@RequestBody AccountBody body, Caller caller) {
    ClientId client = caller.client();
    checkAccount(body, true);
    UUID id = ids.next();
    AccountView view =
        tx.inClient(
            client,
            () -> {
              requireFreeSid(client, id, body);
              return write(
                  client,
                  id,
                  body,
                  """
                  INSERT INTO provider_accounts (client_id, id, provider, name, account_sid, auth_token, base_url,
                    settings, webhook_secret, active)
                  VALUES (:client, :id, :provider, :name, :sid, coalesce(:token, ''), :url, :settings, :webhook_secret,
                    :active)
                  """);
            });
    return ResponseEntity.created(URI.create("/api/v1/provider-accounts/" + id)).body(view);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/provider-accounts")
  @Operation(summary = "List accounts at providers")
  Page<AccountView> accounts(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    return SenderParts.page(
        tx, jdbc, caller, limit, cursor, ACCOUNTS, (row, _) -> account(row), AccountView::id);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/provider-accounts/{id}")
  @Operation(summary = "One account at a provider")
  AccountView getAccount(@PathVariable UUID id, Caller caller) {
    ClientId client = caller.client();
    return tx.readInClient(client, () -> account(client, id));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/provider-accounts/{id}")
  @Operation(summary = "Change an account; its secrets are kept where none are given")
  AccountView patchAccount(@PathVariable UUID id, @RequestBody ObjectNode patch, Caller caller) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          AccountView current = account(client, id);
          AccountBody body =
              MergePatch.apply(
                  json,
                  new AccountBody(
                      current.provider(),
                      current.name(),
                      current.accountSid(),
                      null,
                      current.baseUrl(),
                      current.settings(),
                      null,
                      current.active()),
                  patch,
                  AccountBody.class);
          checkAccount(body, false);
          checkMove(client, id, current, body);
          requireFreeSid(client, id, body);
          return write(
              client,
              id,
              body,
              """
              UPDATE provider_accounts SET provider = :provider, name = :name, account_sid = :sid,
                auth_token = coalesce(:token, auth_token), base_url = :url, settings = :settings,
                webhook_secret = coalesce(:webhook_secret, webhook_secret), active = :active, updated_at = now()
              WHERE client_id = :client AND id = :id
              """);
        });
  }

  private AccountView write(ClientId client, UUID id, AccountBody body, String statement) {
    jdbc.sql(statement)
        .param("client", client.value())
        .param("id", id)
        .param("provider", body.provider())
        .param("name", body.name())
        .param("sid", Objects.requireNonNullElse(body.accountSid(), ""))
        .param("token", body.authToken())
        .param("url", body.baseUrl())
        .param("settings", Pg.jsonb(body.settings() == null ? Map.of() : body.settings()))
        .param("webhook_secret", body.webhookSecret())
        .param("active", !Boolean.FALSE.equals(body.active()))
        .update();
    return account(client, id);
  }

  private void checkAccount(AccountBody body, boolean isNew) {
    var problems = new Problems();
    require(body.name(), "name", 200, problems);
    AccountCheck.check(body, isNew, outward, problems);
    SenderParts.refuse(problems);
  }

  private void checkMove(ClientId client, UUID id, AccountView before, AccountBody after) {
    boolean hasToken =
        jdbc.sql(
                "SELECT auth_token <> '' FROM provider_accounts WHERE client_id = :client AND id = :id")
            .param("client", client.value())
            .param("id", id)
            .query(Boolean.class)
            .single();
    var problems = new Problems();
    AccountCheck.checkMove(before, after, hasToken, problems);
    SenderParts.refuse(problems);
  }

  /** Only Twilio's names an account; a mail server's user may stand for several. */
  private void requireFreeSid(ClientId client, UUID id, AccountBody body) {
    if (!Provider.TWILIO.wire().equals(body.provider())) {
      return;
    }
    boolean taken =
        jdbc.sql(
                """
                SELECT 1 FROM provider_accounts
                WHERE client_id = :client AND provider = :provider AND account_sid = :sid AND id <> :id
                """)
            .param("client", client.value())
            .param("provider", body.provider())
            .param("sid", body.accountSid())
            .param("id", id)
            .query(Integer.class)
            .optional()
            .isPresent();
    if (taken) {
      throw Problem.conflict(
          "account_exists", "The client has this account already.", "Change it by PATCH.");
    }
  }

  private AccountView account(ClientId client, UUID id) {
    return jdbc.sql(ACCOUNTS + " AND id = :id")
        .param("client", client.value())
        .param("id", id)
        .query((row, _) -> account(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("provider account", id));
  }

  private static AccountView account(ResultSet row) throws SQLException {
    return new AccountView(
        Pg.uuid(row, "id"),
        row.getString("provider"),
        row.getString("name"),
        row.getString("account_sid"),
        row.getString("base_url"),
        Pg.read(row.getString("settings"), JsonNode.class),
        row.getBoolean("webhook_secret_set"),
        row.getBoolean("active"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }

  // ---- numbers

  @Needs(Role.ADMIN)
  @PostMapping("/phone-numbers")
  @Operation(summary = "Add a number to send from")
  ResponseEntity<NumberView> createNumber(@RequestBody NumberBody body, Caller caller) {
    ClientId client = caller.client();
    checkNumber(body);
    UUID id = ids.next();
    NumberView view =
        tx.inClient(
            client,
            () -> {
              requireAccounts(client, body);
              requireFreeNumber(client, id, Objects.requireNonNull(body.e164()));
              return write(
                  client,
                  id,
                  body,
                  """
                  INSERT INTO phone_numbers (client_id, id, provider_account_id, e164, sms_enabled, per_second,
                    daily_cap, voice_enabled, voice_account_id, voice_number_id, forward_to, active)
                  VALUES (:client, :id, :account, :e164, :sms, :per_second, :cap, :voice, :voice_account,
                    :voice_number, :forward_to, :active)
                  """);
            });
    return ResponseEntity.created(URI.create("/api/v1/phone-numbers/" + id)).body(view);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/phone-numbers")
  @Operation(summary = "List numbers to send from")
  Page<NumberView> numbers(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    return SenderParts.page(
        tx, jdbc, caller, limit, cursor, NUMBERS, (row, _) -> number(row), NumberView::id);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/phone-numbers/{id}")
  @Operation(summary = "One number")
  NumberView getNumber(@PathVariable UUID id, Caller caller) {
    ClientId client = caller.client();
    return tx.readInClient(client, () -> number(client, id));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/phone-numbers/{id}")
  @Operation(summary = "Change a number's limits; switch it on or off")
  NumberView patchNumber(@PathVariable UUID id, @RequestBody ObjectNode patch, Caller caller) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          NumberView current = number(client, id);
          NumberBody body =
              MergePatch.apply(
                  json,
                  new NumberBody(
                      current.providerAccountId(),
                      current.e164(),
                      current.smsEnabled(),
                      current.perSecond(),
                      current.dailyCap(),
                      current.voiceEnabled(),
                      current.voiceAccountId(),
                      current.voiceNumberId(),
                      current.forwardTo(),
                      current.active()),
                  patch,
                  NumberBody.class);
          checkNumber(body);
          requireAccounts(client, body);
          requireFreeNumber(client, id, Objects.requireNonNull(body.e164()));
          return write(
              client,
              id,
              body,
              """
              UPDATE phone_numbers SET provider_account_id = :account, e164 = :e164, sms_enabled = :sms,
                per_second = :per_second, daily_cap = :cap, voice_enabled = :voice, voice_account_id = :voice_account,
                voice_number_id = :voice_number, forward_to = :forward_to, active = :active, updated_at = now()
              WHERE client_id = :client AND id = :id
              """);
        });
  }

  /** Each of its accounts is the client's, and of a kind that can do what it is for. */
  private void requireAccounts(ClientId client, NumberBody body) {
    requireAccount(
        client,
        Objects.requireNonNull(body.providerAccountId()),
        Channel.SMS,
        "provider_account_id");
    if (body.voiceAccountId() != null) {
      requireAccount(client, body.voiceAccountId(), Channel.VOICE, "voice_account_id");
    }
  }

  private void requireAccount(ClientId client, UUID id, Channel channel, String field) {
    String provider = account(client, id).provider();
    if (!AccountCheck.serves(provider, channel)) {
      throw Problem.invalid(
          field,
          "an account at " + provider + " serves no " + channel.wire(),
          "Name one at "
              + Provider.of(channel).stream().map(Provider::wire).collect(Collectors.joining(", "))
              + ".");
    }
  }

  private NumberView write(ClientId client, UUID id, NumberBody body, String statement) {
    jdbc.sql(statement)
        .param("client", client.value())
        .param("id", id)
        .param("account", body.providerAccountId())
        .param("e164", body.e164())
        .param("sms", !Boolean.FALSE.equals(body.smsEnabled()))
        .param("per_second", Objects.requireNonNullElse(body.perSecond(), 10))
        .param("cap", Objects.requireNonNullElse(body.dailyCap(), 10_000))
        .param("voice", Boolean.TRUE.equals(body.voiceEnabled()))
        .param("voice_account", body.voiceAccountId())
        .param("voice_number", body.voiceNumberId())
        .param("forward_to", body.forwardTo())
        .param("active", !Boolean.FALSE.equals(body.active()))
        .update();
    return number(client, id);
  }

  private static void checkNumber(NumberBody body) {
    var problems = new Problems();
    if (body.providerAccountId() == null) {
      problems.add(
          "provider_account_id",
          "the account is missing",
          "name the account that holds the number");
    }
    if (body.e164() == null || !body.e164().matches("\\+[1-9][0-9]{6,14}")) {
      problems.add(
          "e164", "'" + body.e164() + "' is no number in E.164", "write it as \"+15551234567\"");
    }
    SenderParts.checkLimits(body.perSecond(), body.dailyCap(), problems);
    if (Boolean.TRUE.equals(body.voiceEnabled())) {
      if (body.voiceAccountId() == null) {
        problems.add(
            "voice_account_id", "calls need an account at VAPI", "name one, or leave calls out");
      }
      if (body.voiceNumberId() == null || body.voiceNumberId().isBlank()) {
        problems.add(
            "voice_number_id", "VAPI's id of the number is missing", "copy it from VAPI's console");
      }
    }
    if (body.forwardTo() != null && !body.forwardTo().matches("\\+[1-9][0-9]{6,14}")) {
      problems.add(
          "forward_to",
          "'" + body.forwardTo() + "' is no number in E.164",
          "write it as \"+15551234567\"");
    }
    SenderParts.refuse(problems);
  }

  private void requireFreeNumber(ClientId client, UUID id, String e164) {
    boolean taken =
        jdbc.sql(
                "SELECT 1 FROM phone_numbers WHERE client_id = :client AND e164 = :e164 AND id <> :id")
            .param("client", client.value())
            .param("e164", e164)
            .param("id", id)
            .query(Integer.class)
            .optional()
            .isPresent();
    if (taken) {
      throw Problem.conflict(
          "number_exists", "The client has this number already.", "Change it by PATCH.");
    }
  }

  private NumberView number(ClientId client, UUID id) {
    return jdbc.sql(NUMBERS + " AND id = :id")
        .param("client", client.value())
        .param("id", id)
        .query((row, _) -> number(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("phone number", id));
  }

  private static NumberView number(ResultSet row) throws SQLException {
    return new NumberView(
        Pg.uuid(row, "id"),
        Pg.uuid(row, "provider_account_id"),
        row.getString("e164"),
        row.getBoolean("sms_enabled"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        row.getBoolean("voice_enabled"),
        row.getObject("voice_account_id", UUID.class),
        row.getString("voice_number_id"),
        row.getString("forward_to"),
        row.getBoolean("active"),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }

  // ---- common

  private static void require(@Nullable String text, String field, int longest, Problems problems) {
    if (text == null || text.isBlank() || text.length() > longest) {
      problems.add(field, "it has 1 to " + longest + " characters", "send a text of that length");
    }
  }
}
