package com.omnify.events.lead;

import com.omnify.events.email.provider.StandardWebhookSignature;
import com.omnify.events.lead.LeadSource.Kind;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.OpenToAnybody;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadSourceId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where forms, Google and Facebook post leads. Who posts is proved over the raw bytes before
 * anything is read, and nothing is written for whoever cannot.
 */
@RestController
@RequestMapping("/webhooks/leads/{clientId}")
class LeadWebhookController {

  private static final Logger LOG = LoggerFactory.getLogger(LeadWebhookController.class);
  private static final int LARGEST_BODY = 256 * 1024;
  private static final String PROVED = "the source's secret, or its signature over the raw bytes";
  private static final String FACEBOOK_SIGNATURE = "sha256=";

  private final Transactions transactions;
  private final LeadSources sources;
  private final LeadBook book;
  private final RealClock realClock;
  private final MeterRegistry metrics;

  LeadWebhookController(
      Transactions transactions,
      LeadSources sources,
      LeadBook book,
      RealClock realClock,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.sources = sources;
    this.book = book;
    this.realClock = realClock;
    this.metrics = metrics;
  }

  /** A form of any kind, signed by the Standard Webhooks scheme or carrying the source's key. */
  @OpenToAnybody(because = PROVED)
  @PostMapping("/generic/{sourceId}")
  ResponseEntity<Void> generic(
      @PathVariable String clientId, @PathVariable String sourceId, HttpServletRequest http)
      throws IOException {
    byte[] body = body(http);
    return hear(
        Kind.GENERIC,
        () -> {
          LeadSource source = source(clientId, sourceId, Kind.GENERIC);
          String id = header(http, "webhook-id", "svix-id");
          if (!signed(source, http, id, body) && !carriesKey(source, http)) {
            throw refused();
          }
          ObjectNode lead = object(body);
          LeadPost post =
              LeadPosts.generic(lead, id.isEmpty() ? null : id)
                  .orElseThrow(
                      () ->
                          Problem.invalid(
                              "lead_id",
                              "is missing, or too long",
                              "Name each lead: the same name again is the same lead."));
          return List.of(book.take(source, post, StoredJson.of(lead)));
        });
  }

  /** A lead form of Google Ads; the key stands in the body. */
  @OpenToAnybody(because = PROVED)
  @PostMapping("/google/{sourceId}")
  ResponseEntity<Void> google(
      @PathVariable String clientId, @PathVariable String sourceId, HttpServletRequest http)
      throws IOException {
    byte[] body = body(http);
    return hear(
        Kind.GOOGLE,
        () -> {
          LeadSource source = source(clientId, sourceId, Kind.GOOGLE);
          JsonNode read = LeadPosts.object(body).orElseThrow(LeadWebhookController::refused);
          if (!same(source.secret(), LeadPosts.text(read.path("google_key")))) {
            throw refused();
          }
          ObjectNode lead = object(body);
          lead.remove("google_key");
          LeadPost post =
              LeadPosts.google(lead)
                  .orElseThrow(
                      () ->
                          Problem.invalid(
                              "lead_id", "is missing", "Google's lead forms send one with each."));
          return List.of(book.take(source, post, StoredJson.of(lead)));
        });
  }

  /** Leads of Facebook's pages, several in a post. */
  @OpenToAnybody(because = PROVED)
  @PostMapping("/facebook/{sourceId}")
  ResponseEntity<Void> facebook(
      @PathVariable String clientId, @PathVariable String sourceId, HttpServletRequest http)
      throws IOException {
    byte[] body = body(http);
    return hear(
        Kind.FACEBOOK,
        () -> {
          LeadSource source = source(clientId, sourceId, Kind.FACEBOOK);
          String signature = header(http, "X-Hub-Signature-256");
          if (!same(FACEBOOK_SIGNATURE + hmac(source.secret(), body), signature)) {
            throw refused();
          }
          ObjectNode posted = object(body);
          return LeadPosts.facebook(posted).stream()
              .map(each -> book.take(source, each.lead(), StoredJson.of(each.value())))
              .toList();
        });
  }

  /** Facebook asks whether this address wants its posts. */
  @OpenToAnybody(because = "it says back what only Facebook and the source's owner know")
  @GetMapping("/facebook/{sourceId}")
  ResponseEntity<String> challenge(
      @PathVariable String clientId, @PathVariable String sourceId, HttpServletRequest http) {
    LeadSource source = source(clientId, sourceId, Kind.FACEBOOK);
    String challenge = http.getParameter("hub.challenge");
    String token = http.getParameter("hub.verify_token");
    if (!"subscribe".equals(http.getParameter("hub.mode"))
        || challenge == null
        || token == null
        || source.verifyToken() == null
        || !same(source.verifyToken(), token)) {
      throw refused();
    }
    return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(challenge);
  }

  private ResponseEntity<Void> hear(Kind kind, Supplier<List<Boolean>> listener) {
    try {
      for (boolean isNew : listener.get()) {
        count(kind, isNew ? "new" : "repeat");
      }
      return ResponseEntity.ok().build();
    } catch (Problem problem) {
      count(kind, problem.status() == HttpStatus.UNAUTHORIZED ? "refused" : "invalid");
      throw problem;
    } catch (DataAccessException | TransactionException e) {
      if (!SqlStates.unavailable(e) && !SqlStates.worthRepeating(e)) {
        throw e;
      }
      count(kind, "unavailable");
      LOG.warn("A lead could not be taken, the sender will repeat it: {}", e.toString());
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "try_again",
          "The lead could not be stored just now.",
          "Send it again in a moment.");
    }
  }

  private void count(Kind kind, String result) {
    metrics.counter("omnify.webhooks", "kind", "lead_" + kind.wire(), "result", result).increment();
  }

  /** A source that was switched off takes nothing in. */
  private LeadSource source(String clientId, String sourceId, Kind kind) {
    ClientId client;
    LeadSourceId id;
    try {
      client = ClientId.of(clientId);
      id = LeadSourceId.of(sourceId);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    return transactions
        .readInClient(client, () -> sources.find(client, id))
        .filter(source -> source.kind() == kind && source.active())
        .orElseThrow(LeadWebhookController::refused);
  }

  private boolean signed(LeadSource source, HttpServletRequest http, String id, byte[] body) {
    String timestamp = header(http, "webhook-timestamp", "svix-timestamp");
    String signatures = header(http, "webhook-signature", "svix-signature");
    return StandardWebhookSignature.signs(
        source.secret(), id, timestamp, body, signatures, realClock.now());
  }

  private static boolean carriesKey(LeadSource source, HttpServletRequest http) {
    String bearer = header(http, "Authorization");
    return same(source.secret(), header(http, "X-Lead-Key"))
        || bearer.startsWith("Bearer ")
            && same(source.secret(), bearer.substring("Bearer ".length()));
  }

  private static String header(HttpServletRequest http, String... names) {
    for (String name : names) {
      String value = http.getHeader(name);
      if (value != null) {
        return value.strip();
      }
    }
    return "";
  }

  private static byte[] body(HttpServletRequest http) throws IOException {
    byte[] body = http.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw Problem.of(
          HttpStatus.CONTENT_TOO_LARGE,
          "body_too_large",
          "The body has more than " + LARGEST_BODY + " bytes.",
          "A lead is smaller: check what is posted here.");
    }
    return body;
  }

  private static ObjectNode object(byte[] body) {
    return LeadPosts.object(body)
        .map(ObjectNode.class::cast)
        .orElseThrow(
            () ->
                Problem.of(
                    HttpStatus.BAD_REQUEST,
                    "malformed_json",
                    "The body is no JSON object.",
                    "Send one, such as {\"lead_id\": \"1\", \"phone\": \"+1 206 555 0100\"}."));
  }

  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static String hmac(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** The same answer whether there is no such source or a wrong proof: it tells nothing. */
  private static Problem refused() {
    return Problem.of(
        HttpStatus.UNAUTHORIZED,
        "bad_signature",
        "The request does not prove that it comes from an active source of this client.",
        "Check the address, the source's secret, and the clock of whoever signs.");
  }
}
