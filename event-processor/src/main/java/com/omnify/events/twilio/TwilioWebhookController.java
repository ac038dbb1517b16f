package com.omnify.events.twilio;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.web.OpenToAnybody;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Twilio's door. The signature is checked over the bytes as they came; Spring's form handling would
 * have taken them apart, so nothing here asks the request for parameters.
 */
@RestController
@RequestMapping("/webhooks/twilio/{clientId}")
class TwilioWebhookController {

  private static final Logger LOG = LoggerFactory.getLogger(TwilioWebhookController.class);

  /** Ten media and 1,600 characters, escaped, stay far below. */
  private static final int LARGEST_BODY = 64 * 1024;

  /** No TwiML: nothing is said in answer here. */
  private static final String NOTHING_TO_SAY =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

  private final TwilioAccounts accounts;
  private final StatusReports statusReports;
  private final InboundMessages inboundMessages;
  private final VoiceStatuses voiceStatuses;
  private final JsonMapper json;
  private final MeterRegistry metrics;
  private final String publicUrl;

  TwilioWebhookController(
      TwilioAccounts accounts,
      StatusReports statusReports,
      InboundMessages inboundMessages,
      VoiceStatuses voiceStatuses,
      JsonMapper json,
      MeterRegistry metrics,
      OmnifyProperties properties) {
    this.accounts = accounts;
    this.statusReports = statusReports;
    this.inboundMessages = inboundMessages;
    this.voiceStatuses = voiceStatuses;
    this.json = json;
    this.metrics = metrics;
    this.publicUrl = properties.publicUrl().toString().replaceAll("/+$", "");
  }

  /** A message of ours went on its way, arrived, or did not. */
  @OpenToAnybody(because = "the provider's signature over the raw bytes proves who calls")
  @PostMapping("/status")
  ResponseEntity<Void> status(@PathVariable String clientId, HttpServletRequest http)
      throws IOException {
    hear("sms_status", clientId, http, statusReports::hear);
    return ResponseEntity.ok().build();
  }

  /** Somebody wrote. */
  @OpenToAnybody(because = "the provider's signature over the raw bytes proves who calls")
  @PostMapping("/inbound")
  ResponseEntity<String> inbound(@PathVariable String clientId, HttpServletRequest http)
      throws IOException {
    hear("sms_inbound", clientId, http, inboundMessages::hear);
    return ResponseEntity.ok().contentType(MediaType.TEXT_XML).body(NOTHING_TO_SAY);
  }

  /** Somebody called one of our numbers, and it rang, was taken, or was not. */
  @OpenToAnybody(because = "the provider's signature over the raw bytes proves who calls")
  @PostMapping("/voice-status")
  ResponseEntity<String> voiceStatus(@PathVariable String clientId, HttpServletRequest http)
      throws IOException {
    hear("voice_status", clientId, http, voiceStatuses::hear);
    return ResponseEntity.ok().contentType(MediaType.TEXT_XML).body(NOTHING_TO_SAY);
  }

  private void hear(
      String kind,
      String clientId,
      HttpServletRequest http,
      BiFunction<ClientId, TwilioRequest, Heard> listener)
      throws IOException {
    try {
      ClientId client = client(clientId);
      Heard heard = listener.apply(client, authenticated(client, http));
      count(kind, heard.wire());
      if (heard == Heard.ANOTHER_MESSAGE) {
        LOG.warn("Twilio reports a second message for one dispatch of client {}", client);
      }
    } catch (Refused refused) {
      count(kind, "refused");
      throw Problem.of(
          HttpStatus.UNAUTHORIZED,
          "bad_signature",
          "The request is not signed by one of this client's Twilio accounts.",
          "Check the account's auth token, and that the public URL set here is the one Twilio calls.");
    } catch (DataAccessException | TransactionException e) {
      if (!SqlStates.unavailable(e) && !SqlStates.worthRepeating(e)) {
        throw e;
      }
      count(kind, "unavailable");
      LOG.warn("A webhook could not be taken, the sender will repeat it: {}", e.toString());
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "try_again",
          "The request could not be stored just now.",
          "Send it again in a moment.");
    }
  }

  private void count(String kind, String result) {
    metrics.counter("omnify.webhooks", "kind", kind, "result", result).increment();
  }

  private static ClientId client(String text) throws Refused {
    try {
      return ClientId.of(text);
    } catch (IllegalArgumentException e) {
      throw new Refused();
    }
  }

  private TwilioRequest authenticated(ClientId client, HttpServletRequest http)
      throws IOException, Refused {
    byte[] body = http.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw Problem.of(
          HttpStatus.CONTENT_TOO_LARGE,
          "body_too_large",
          "The body has more than " + LARGEST_BODY + " bytes.",
          "Twilio's webhooks are smaller: check who calls this address.");
    }
    String signature = http.getHeader("X-Twilio-Signature");
    FormBody query = FormBody.decodeQuery(http.getQueryString()).orElseThrow(Refused::new);
    if (signature == null) {
      throw new Refused();
    }
    String url = url(http);
    if (!isForm(http.getContentType())) {
      if (!accounts.any(
          client,
          account -> TwilioSignature.signsBody(account.authToken(), url, body, signature))) {
        throw new Refused();
      }
      return new TwilioRequest(fields(body), query);
    }
    FormBody form = FormBody.decode(body).orElseThrow(Refused::new);
    if (!accounts.any(
        client,
        account ->
            account.sid().equals(form.first("AccountSid"))
                && TwilioSignature.signsForm(account.authToken(), url, form, signature))) {
      throw new Refused();
    }
    return new TwilioRequest(form, query);
  }

  /** As Twilio knows it: behind a gateway the request itself shows another host. */
  private String url(HttpServletRequest http) {
    String query = http.getQueryString();
    return publicUrl + http.getRequestURI() + (query == null ? "" : "?" + query);
  }

  private static boolean isForm(@Nullable String contentType) {
    return contentType == null
        || contentType
            .toLowerCase(Locale.ROOT)
            .startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
  }

  private FormBody fields(byte[] body) {
    try {
      Map<String, List<String>> fields = new HashMap<>();
      for (Map.Entry<String, JsonNode> field : json.readTree(body).properties()) {
        if (field.getValue().isValueNode() && !field.getValue().isNull()) {
          fields.put(field.getKey(), List.of(field.getValue().asString()));
        }
      }
      return new FormBody(fields);
    } catch (JacksonException e) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST,
          "malformed_json",
          "The body is signed but is neither a form nor JSON.",
          "Send a form, as Twilio does for messages.");
    }
  }

  /** Not signed by whom it should be. */
  private static final class Refused extends Exception {
    Refused() {
      super(null, null, false, false);
    }
  }
}
