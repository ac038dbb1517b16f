package com.omnify.events.email.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.events.email.provider.EmailEvent.Kind;
import com.omnify.testkit.TestJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Published payloads and what another library makes of them, where they lie beside us. */
class ProviderSuiteTest {

  private static final Map<String, Kind> KINDS =
      Map.of(
          "queued", Kind.QUEUED,
          "sent", Kind.SENT,
          "delivered", Kind.DELIVERED,
          "deferred", Kind.DELAYED,
          "bounced", Kind.BOUNCED,
          "rejected", Kind.REJECTED,
          "complained", Kind.COMPLAINED);

  private static JsonNode cases(String name) throws Exception {
    return TestJson.MAPPER.readTree(Files.readString(SharedData.of("esp_webhooks/" + name)));
  }

  private static byte[] bytes(JsonNode node) {
    return TestJson.MAPPER.writeValueAsBytes(node);
  }

  private static List<String> expected(JsonNode one, String field) {
    var values = new ArrayList<String>();
    for (JsonNode pair : one.path("expect")) {
      if (pair.path(0).asString().equals(field) && pair.path(1).isString()) {
        values.add(pair.path(1).asString());
      }
    }
    return values;
  }

  private static @Nullable String first(JsonNode one, String field) {
    List<String> values = expected(one, field);
    return values.isEmpty() ? null : values.getFirst();
  }

  private static void agrees(JsonNode one, List<EmailEvent> events) {
    String name = one.path("test").asString();
    assertThat(events).as(name).isNotEmpty();
    EmailEvent event = events.getFirst();
    String kind = first(one, "event.event_type");
    assertThat(event.kind()).as(name).isEqualTo(KINDS.get(kind));
    assertThat(event.key()).as(name).isNotEmpty();
    List<String> recipients = expected(one, "event.recipient");
    // several are expected of an event only where each has one of its own
    assertThat(events.stream().map(EmailEvent::recipient).toList())
        .as(name)
        .containsAll(recipients);
    String response = first(one, "event.mta_response");
    if (response != null) {
      assertThat(event.detail()).as(name).isEqualTo(response);
    }
    String at = first(one, "event.timestamp");
    // the published Postmark times have lost their zone; of SES' two we take the event's own
    boolean comparable =
        event.provider() != EmailProvider.POSTMARK && event.provider() != EmailProvider.SES;
    if (at != null && comparable) {
      assertThat(event.at().map(time -> time.truncatedTo(ChronoUnit.MILLIS)))
          .as(name)
          .contains(Instant.parse(at).truncatedTo(ChronoUnit.MILLIS));
    }
  }

  @Test
  void eventsAgree() throws Exception {
    int count = 0;
    for (JsonNode one : cases("sendgrid_webhooks.json")) {
      agrees(one, SendGridEvents.read(bytes(one.path("payload").path("raw_events"))));
      count++;
    }
    for (JsonNode one : cases("postmark_webhooks.json")) {
      agrees(one, PostmarkEvents.read(bytes(one.path("payload").path("raw_event"))));
      count++;
    }
    for (JsonNode one : cases("mailgun_webhooks.json")) {
      // the other case is of a signature, not of an event
      if (one.path("payload").has("raw_event")) {
        agrees(
            one, withoutStatus(MailgunEvents.read(bytes(one.path("payload").path("raw_event")))));
        count++;
      }
    }
    for (JsonNode one : cases("resend_webhooks.json")) {
      agrees(one, ResendEvents.read("msg_1", bytes(one.path("payload").path("raw_event"))));
      count++;
    }
    for (JsonNode one : cases("amazon_ses_webhooks.json")) {
      agrees(one, SesEvents.read(sns(one)));
      count++;
    }
    System.out.println("Provider events: " + count + " agree");
    assertThat(count).isPositive();
  }

  /** The other library reads the server's words of Mailgun alone, we the code, too. */
  private static List<EmailEvent> withoutStatus(List<EmailEvent> events) {
    return events.stream()
        .map(
            e ->
                new EmailEvent(
                    e.provider(),
                    e.key(),
                    e.kind(),
                    e.recipient(),
                    e.at(),
                    e.bounceClass(),
                    e.status(),
                    e.detail().replaceFirst("^\\d+\\s+", ""),
                    e.providerMessageId(),
                    e.dispatch(),
                    e.client()))
        .toList();
  }

  private static byte[] sns(JsonNode one) {
    JsonNode message = one.path("payload").path("raw_sns_message");
    if (message.isObject()) {
      return bytes(message);
    }
    return TestJson.MAPPER.writeValueAsBytes(
        Map.of(
            "Type", "Notification",
            "MessageId", "m",
            "Message", StringNode.valueOf(one.path("payload").path("raw_ses_event").toString())));
  }

  @Test
  void oldBounceNotificationsAreUnderstood() throws Exception {
    byte[] body = Files.readAllBytes(SharedData.of("bounces/obsoleted/json-amazonses-02.json"));
    assertThat(SesEvents.read(body))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.status()).isEqualTo("5.1.1");
              assertThat(event.bounceClass().label()).isEqualTo("hard");
            });
  }

  @Test
  void inboundAgrees() throws Exception {
    for (JsonNode one : cases("postmark_inbound.json")) {
      InboundEmail mail =
          InboundPosts.postmark(bytes(one.path("payload").path("raw_event"))).orElseThrow();
      agrees(one, mail);
    }
    JsonNode mailgun = cases("mailgun_inbound.json").path(0);
    var fields = new HashMap<String, String>();
    mailgun
        .path("payload")
        .path("raw_event")
        .forEachEntry((name, value) -> fields.put(name, value.asString("")));
    agrees(mailgun, InboundPosts.mailgun(fields).orElseThrow());
    assertThat(
            InboundPosts.postmark(
                Files.readAllBytes(
                    SharedData.of("esp_webhooks/postmark-inbound-test-payload.json"))))
        .hasValueSatisfying(
            mail -> assertThat(mail.visible()).isEqualTo("This is a test text body."));
  }

  private static void agrees(JsonNode one, InboundEmail mail) {
    Map<String, String> read =
        Map.of(
            "event.event_id", mail.key(),
            "message.from_email.addr_spec", mail.from(),
            "message.subject", mail.subject(),
            "message.text", mail.text(),
            "message.html", mail.html(),
            "message.envelope_recipient", mail.to());
    read.forEach(
        (field, value) -> {
          String wanted = first(one, field);
          if (wanted != null) {
            assertThat(value).as("%s %s", one.path("test").asString(), field).isEqualTo(wanted);
          }
        });
  }

  @Test
  void sendGridsOwnSampleIsRead() throws Exception {
    String form =
        Files.readString(
            SharedData.of("esp_webhooks/sendgrid_inbound_default_data.txt"),
            StandardCharsets.UTF_8);
    var fields = new HashMap<String, String>();
    for (String part : form.split("--xYzZY")) {
      var name = Pattern.compile("name=\"([^\"]+)\"").matcher(part);
      if (name.find()) {
        fields.put(name.group(1), part.substring(part.indexOf("\n\n") + 2).strip());
      }
    }
    assertThat(InboundPosts.sendGrid(fields))
        .hasValueSatisfying(
            mail -> {
              assertThat(mail.from()).isEqualTo("test@example.com");
              assertThat(mail.to()).isEqualTo("inbound@inbound.example.com");
              assertThat(mail.visible()).isEqualTo("Hello Twilio SendGrid!");
            });
  }
}
