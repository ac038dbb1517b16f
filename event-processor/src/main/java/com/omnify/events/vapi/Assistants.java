package com.omnify.events.vapi;

import com.omnify.events.vapi.VapiAccounts.Account;
import com.omnify.events.vapi.policy.CallRef;
import com.omnify.events.vapi.policy.VapiProof.Mode;
import com.omnify.kit.OmnifyProperties;
import com.omnify.model.id.ContactId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who talks to somebody who calls us. */
@Component
class Assistants {

  /** What we want to hear of a call; VAPI's own choice holds much that nothing here depends on. */
  private static final List<String> MESSAGES =
      List.of(
          "status-update",
          "end-of-call-report",
          "tool-calls",
          "hang",
          "transcript[transcriptType=\"final\"]");

  private final JdbcClient db;
  private final String publicUrl;

  Assistants(JdbcClient db, OmnifyProperties properties) {
    this.db = db;
    this.publicUrl = properties.publicUrl().toString().replaceAll("/+$", "");
  }

  /**
   * The answer to an assistant request: the account's assistant, else the number that ours is put
   * through to, else that there is nobody; VAPI says that last one to the caller. Runs in the
   * caller's transaction.
   *
   * @param caller null for a stranger
   */
  Map<String, Object> answer(Account account, CallRef call, @Nullable ContactId caller) {
    if (account.assistant() != null) {
      return Map.of(
          "assistantId", account.assistant(), "assistantOverrides", overrides(account, caller));
    }
    return forwardTo(account, call)
        .<Map<String, Object>>map(
            number -> Map.of("destination", Map.of("type", "number", "number", number)))
        .orElse(
            Map.of("error", "Sorry, nobody can take your call right now. We will call you back."));
  }

  private Map<String, Object> overrides(Account account, @Nullable ContactId caller) {
    var overrides = new LinkedHashMap<String, Object>();
    overrides.put("serverMessages", MESSAGES);
    server(account).ifPresent(server -> overrides.put("server", server));
    overrides.put("variableValues", variables(account, caller));
    return overrides;
  }

  /**
   * Where the call's messages go. VAPI signs only for servers that are set up at its dashboard:
   * with HMAC the one set up there has to stay.
   */
  private Optional<Map<String, Object>> server(Account account) {
    String secret = account.secret();
    if (secret == null || account.mode() == Mode.HMAC) {
      return Optional.empty();
    }
    return Optional.of(
        Map.of(
            "url",
            publicUrl + "/webhooks/vapi/" + account.client() + "/" + account.id(),
            "timeoutSeconds",
            20,
            "headers",
            account.mode() == Mode.BEARER
                ? Map.of("Authorization", "Bearer " + secret)
                : Map.of("X-Vapi-Secret", secret),
            "backoffPlan",
            Map.of("type", "exponential", "maxRetries", 5, "baseDelaySeconds", 1)));
  }

  /** For the assistant's own templates; VAPI renders what looks like one, so no brace goes out. */
  private Map<String, String> variables(Account account, @Nullable ContactId caller) {
    if (caller == null) {
      return Map.of("first_name", "", "last_name", "", "known_caller", "false");
    }
    return db.sql(
            "SELECT first_name, last_name FROM contacts WHERE client_id = :client AND id = :id")
        .param("client", account.client().value())
        .param("id", caller.value())
        .query(
            (row, _) ->
                Map.of(
                    "first_name", plain(row.getString(1)),
                    "last_name", plain(row.getString(2)),
                    "known_caller", "true"))
        .optional()
        .orElse(Map.of());
  }

  private static String plain(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[{}%\\p{Cntrl}]+", " ").strip();
  }

  private Optional<String> forwardTo(Account account, CallRef call) {
    return db.sql(
            """
            SELECT forward_to FROM phone_numbers
            WHERE client_id = :client AND forward_to IS NOT NULL
              AND (voice_account_id = :account AND voice_number_id = :number OR e164 = :ours)
            ORDER BY (voice_number_id = :number) DESC NULLS LAST LIMIT 1
            """)
        .param("client", account.client().value())
        .param("account", account.id().value())
        .param("number", call.numberId())
        .param("ours", call.ours())
        .query(String.class)
        .optional();
  }
}
