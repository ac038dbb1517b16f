package com.omnify.events.vapi;

import com.omnify.events.vapi.VapiAccounts.Account;
import com.omnify.events.vapi.VapiCalls.Answer;
import com.omnify.events.vapi.policy.CallNews;
import com.omnify.events.vapi.policy.VapiProof;
import com.omnify.events.vapi.policy.VapiProof.Mode;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.OpenToAnybody;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where VAPI's server messages arrive. Nothing is read of one, nor written, before it is proven.
 */
@RestController
class VapiWebhookController {

  private static final Logger LOG = LoggerFactory.getLogger(VapiWebhookController.class);

  /** The report of a long call holds every word of it, several times over. */
  private static final int LARGEST_BODY = 4 << 20;

  private final VapiAccounts accounts;
  private final VapiCalls calls;
  private final RealClock clock;
  private final MeterRegistry metrics;

  VapiWebhookController(
      VapiAccounts accounts, VapiCalls calls, RealClock clock, MeterRegistry metrics) {
    this.accounts = accounts;
    this.calls = calls;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** A call goes its way, or its assistant wants something. */
  @OpenToAnybody(because = "the account's secret, or a signature by it, proves who calls")
  @PostMapping("/webhooks/vapi/{clientId}/{accountId}")
  ResponseEntity<Map<String, Object>> message(
      @PathVariable String clientId, @PathVariable String accountId, HttpServletRequest http)
      throws IOException {
    byte[] body = body(http);
    try {
      Account account = account(clientId, accountId, http, body);
      CallNews news = VapiMessages.read(body).orElseThrow(VapiWebhookController::noMessage);
      Answer answer = calls.hear(account, news, dispatch(http), sha256(body));
      count(answer.heard().wire());
      return ResponseEntity.ok(answer.body());
    } catch (DataAccessException | TransactionException e) {
      if (!SqlStates.unavailable(e) && !SqlStates.worthRepeating(e)) {
        throw e;
      }
      count("unavailable");
      LOG.warn("A webhook could not be taken, the sender may repeat it: {}", e.toString());
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "try_again",
          "The request could not be stored just now.",
          "Send it again in a moment.");
    }
  }

  private static byte[] body(HttpServletRequest http) throws IOException {
    byte[] body = http.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw Problem.of(
          HttpStatus.CONTENT_TOO_LARGE,
          "body_too_large",
          "The body has more than " + LARGEST_BODY + " bytes.",
          "VAPI's messages are smaller: check who calls this address.");
    }
    return body;
  }

  private Account account(String clientId, String accountId, HttpServletRequest http, byte[] body) {
    // a call of ours brings the secret as it was given to it, however the account proves itself
    boolean ofOurs = http.getParameter("dispatch") != null;
    Optional<Account> account;
    try {
      account =
          accounts.proven(
              ClientId.of(clientId),
              ProviderAccountId.of(accountId),
              each ->
                  VapiProof.holds(
                      ofOurs ? Mode.ANY : each.mode(),
                      each.secret(),
                      http::getHeader,
                      body,
                      clock.now()));
    } catch (IllegalArgumentException e) {
      account = Optional.empty();
    }
    return account.orElseThrow(
        () -> {
          count("refused");
          return Problem.of(
              HttpStatus.UNAUTHORIZED,
              "bad_signature",
              "Nothing proves that the request comes from this client's VAPI account.",
              "Set the account's webhook_secret to the server secret at VAPI, which sends it as"
                  + " X-Vapi-Secret or as a bearer token, or signs with it.");
        });
  }

  private static @Nullable DispatchId dispatch(HttpServletRequest http) {
    String text = http.getParameter("dispatch");
    try {
      return text == null ? null : DispatchId.of(text);
    } catch (IllegalArgumentException e) {
      throw Problem.notFound("dispatch", text);
    }
  }

  private static RuntimeException noMessage() {
    return Problem.of(
        HttpStatus.BAD_REQUEST,
        "no_message",
        "The body is proven but holds no server message.",
        "Send JSON with everything under 'message', and in it a 'type', as VAPI does.");
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void count(String result) {
    metrics.counter("omnify.webhooks", "kind", "vapi", "result", result).increment();
  }
}
