package com.omnify.events.email.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.provider.EmailEvent.Kind;
import com.omnify.model.EmailMessageId;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.testkit.TestJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads of each provider's shape, written by ourselves. */
class EmailEventsTest {

  private static final DispatchId DISPATCH = DispatchId.of("01930000-0000-7000-8000-00000000000a");
  private static final ClientId CLIENT = ClientId.of("01930000-0000-7000-8000-00000000000c");
  private static final String IDS =
      "\"dispatch_id\":\"" + DISPATCH + "\",\"client_id\":\"" + CLIENT + "\"";
  private static final String MESSAGE_ID =
      new EmailMessageId(DISPATCH, CLIENT, "plumbing.example").toString();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void isOurs(EmailEvent event) {
    assertThat(event.recipient()).isEqualTo("bo@home.example");
    assertThat(event.dispatch()).contains(DISPATCH);
    assertThat(event.client()).contains(CLIENT);
    assertThat(event.key()).isNotEmpty();
  }

  private static String outcome(EmailEvent event) {
    return event.kind().wire() + " " + event.bounceClass().label();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"event\":\"processed\" | queued none",
        "\"event\":\"deferred\",\"response\":\"421 later\" | delayed none",
        "\"event\":\"delivered\",\"response\":\"250 ok\" | delivered none",
        "\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.1.1\",\"reason\":\"550 5.1.1 no\" | bounced hard",
        "\"event\":\"bounce\",\"type\":\"blocked\",\"status\":\"5.0.0\",\"reason\":\"550 user unknown\" | bounced soft",
        "\"event\":\"bounce\",\"type\":\"blocked\",\"reason\":\"550 5.7.1 spam\" | bounced spam",
        "\"event\":\"dropped\",\"reason\":\"Bounced Address\" | rejected hard",
        "\"event\":\"dropped\",\"reason\":\"Unsubscribed Address\" | unsubscribed none",
        "\"event\":\"dropped\",\"reason\":\"Spam Reporting Address\" | rejected feedback",
        "\"event\":\"dropped\",\"reason\":\"Recipient List over Package Quota\" | rejected soft",
        "\"event\":\"spamreport\" | complained feedback",
        "\"event\":\"group_unsubscribe\" | unsubscribed none",
        "\"event\":\"open\" | opened none",
        "\"event\":\"click\" | clicked none",
        "\"event\":\"something new\" | other none"
      })
  void sendGrid(String fields, String outcome) {
    List<EmailEvent> events =
        SendGridEvents.read(
            bytes(
                "[{\"email\":\"bo@home.example\",\"timestamp\":1790000000,\"sg_event_id\":\"e1\","
                    + IDS
                    + ","
                    + fields
                    + "}]"));
    assertThat(events).hasSize(1);
    isOurs(events.getFirst());
    assertThat(outcome(events.getFirst())).isEqualTo(outcome);
    assertThat(events.getFirst().at()).contains(Instant.ofEpochSecond(1_790_000_000));
  }

  @Test
  void sendGridsMailIdNamesTheDispatchToo() {
    EmailEvent event =
        SendGridEvents.read(
                bytes(
                    "[{\"email\":\"bo@home.example\",\"sg_event_id\":\"e\",\"event\":\"open\",\"smtp-id\":\""
                        + MESSAGE_ID
                        + "\"}]"))
            .getFirst();
    isOurs(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"RecordType\":\"Delivery\",\"DeliveredAt\":\"2026-11-24T05:00:00.1234567-05:00\" | delivered none",
        "\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"HardBounce\",\"Details\":\"smtp;550 5.1.1 no\" | bounced hard",
        "\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"HardBounce\",\"Details\":\"smtp;550 5.7.1 spam\" | bounced spam",
        "\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"SoftBounce\",\"Details\":\"full\" | bounced soft",
        "\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"SpamNotification\" | bounced spam",
        "\"RecordType\":\"Bounce\",\"ID\":1,\"Type\":\"AutoResponder\" | auto_replied auto-reply",
        "\"RecordType\":\"SpamComplaint\",\"ID\":1 | complained feedback",
        "\"RecordType\":\"SubscriptionChange\",\"SuppressSending\":true,\"SuppressionReason\":\"ManualSuppression\" | unsubscribed none",
        "\"RecordType\":\"SubscriptionChange\",\"SuppressSending\":false | other none",
        "\"RecordType\":\"Open\" | opened none",
        "\"RecordType\":\"Click\" | clicked none",
        "\"RecordType\":\"New\" | other none"
      })
  void postmark(String fields, String outcome) {
    List<EmailEvent> events =
        PostmarkEvents.read(
            bytes(
                "{\"Recipient\":\"bo@home.example\",\"MessageID\":\"m\",\"Metadata\":{"
                    + IDS
                    + "},"
                    + fields
                    + "}"));
    assertThat(events).hasSize(1);
    isOurs(events.getFirst());
    assertThat(outcome(events.getFirst())).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"event\":\"accepted\" | queued none",
        "\"event\":\"delivered\" | delivered none",
        "\"event\":\"failed\",\"severity\":\"temporary\" | delayed none",
        "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":550,\"message\":\"5.1.1 No such user\"} | bounced hard",
        "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":552,\"message\":\"mailbox is full\"} | bounced soft",
        "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":550,\"enhanced-code\":\"5.7.1\"} | bounced spam",
        "\"event\":\"failed\",\"severity\":\"permanent\",\"reason\":\"suppress-bounce\" | rejected hard",
        "\"event\":\"failed\",\"severity\":\"permanent\",\"reason\":\"suppress-unsubscribe\" | unsubscribed none",
        "\"event\":\"rejected\" | rejected spam",
        "\"event\":\"complained\" | complained feedback",
        "\"event\":\"unsubscribed\" | unsubscribed none",
        "\"event\":\"opened\" | opened none",
        "\"event\":\"clicked\" | clicked none"
      })
  void mailgun(String fields, String outcome) {
    List<EmailEvent> events =
        MailgunEvents.read(
            bytes(
                "{\"signature\":{},\"event-data\":{\"id\":\"x\",\"timestamp\":1790000000.25,\"recipient\":\"bo@home.example\",\"user-variables\":{"
                    + IDS
                    + "},"
                    + fields
                    + "}}"));
    assertThat(events).hasSize(1);
    isOurs(events.getFirst());
    assertThat(outcome(events.getFirst())).isEqualTo(outcome);
    assertThat(events.getFirst().at()).contains(Instant.parse("2026-09-21T14:13:20.250Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"bo@home.example\",\"status\":\"5.1.1\"}]} | bounced hard",
        "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"bo@home.example\"}]} | bounced hard",
        "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"bo@home.example\",\"diagnosticCode\":\"smtp; 550 5.7.1 no\"}]} | bounced spam",
        "{\"eventType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Transient\",\"bounceSubType\":\"MailboxFull\",\"bouncedRecipients\":[{\"emailAddress\":\"bo@home.example\"}]} | bounced soft",
        "{\"eventType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Transient\",\"bounceSubType\":\"ContentRejected\",\"bouncedRecipients\":[{\"emailAddress\":\"bo@home.example\"}]} | bounced spam",
        "{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"bo@home.example\"}],\"complaintFeedbackType\":\"abuse\"} | complained feedback",
        "{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"bo@home.example\"}],\"complaintFeedbackType\":\"not-spam\"} | other none",
        "{\"notificationType\":\"Delivery\",\"delivery\":{\"recipients\":[\"bo@home.example\"]} | delivered none",
        "{\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{\"delayedRecipients\":[{\"emailAddress\":\"bo@home.example\"}]} | delayed none",
        "{\"eventType\":\"Send\",\"send\":{} | sent none",
        "{\"eventType\":\"Reject\",\"reject\":{\"reason\":\"Bad content\"} | rejected spam",
        "{\"eventType\":\"Open\",\"open\":{} | opened none",
        "{\"eventType\":\"Click\",\"click\":{} | clicked none",
        "{\"eventType\":\"New\",\"new\":{} | other none"
      })
  void ses(String event, String outcome) {
    String message =
        event
            + ",\"mail\":{\"messageId\":\"m\",\"destination\":[\"bo@home.example\"],\"headers\":[{\"name\":\"Message-ID\",\"value\":\""
            + MESSAGE_ID
            + "\"}]}}";
    List<EmailEvent> events =
        SesEvents.read(
            TestJson.MAPPER.writeValueAsBytes(
                Map.of("Type", "Notification", "MessageId", "s1", "Message", message)));
    assertThat(events).hasSize(1);
    isOurs(events.getFirst());
    assertThat(outcome(events.getFirst())).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "email.sent | {} | sent none",
        "email.delivered | {} | delivered none",
        "email.delivery_delayed | {} | delayed none",
        "email.bounced | {\"type\":\"Permanent\",\"message\":\"does not exist\"} | bounced hard",
        "email.bounced | {\"type\":\"Transient\",\"message\":\"full\"} | bounced soft",
        "email.bounced | {\"type\":\"Permanent\",\"message\":\"550 5.7.1 no\"} | bounced spam",
        "email.complained | {} | complained feedback",
        "email.failed | {} | rejected soft",
        "email.opened | {} | opened none",
        "email.clicked | {} | clicked none",
        "email.new | {} | other none"
      })
  void resend(String type, String bounce, String outcome) {
    for (String tags :
        List.of(
            "{" + IDS + "}",
            "[{\"name\":\"dispatch_id\",\"value\":\""
                + DISPATCH
                + "\"},{\"name\":\"client_id\",\"value\":\""
                + CLIENT
                + "\"}]")) {
      List<EmailEvent> events =
          ResendEvents.read(
              "msg_1",
              bytes(
                  "{\"type\":\"%s\",\"created_at\":\"2026-11-24T10:00:00.5Z\",\"data\":{\"to\":[\"Bo <bo@home.example>\"],\"tags\":%s,\"bounce\":%s}}"
                      .formatted(type, tags, bounce)));
      assertThat(events).hasSize(1);
      isOurs(events.getFirst());
      assertThat(outcome(events.getFirst())).isEqualTo(outcome);
      assertThat(events.getFirst().at()).contains(Instant.parse("2026-11-24T10:00:00.500Z"));
    }
  }

  @Test
  void everyRecipientOfOnePostHasAKeyOfItsOwn() {
    List<EmailEvent> events =
        ResendEvents.read(
            "msg_1",
            bytes("{\"type\":\"email.sent\",\"data\":{\"to\":[\"a@x.example\",\"b@x.example\"]}}"));
    assertThat(events).extracting(EmailEvent::key).doesNotHaveDuplicates().hasSize(2);
    assertThat(events).allSatisfy(event -> assertThat(event.kind()).isEqualTo(Kind.SENT));
    assertThat(events)
        .allSatisfy(event -> assertThat(event.bounceClass()).isEqualTo(BounceClass.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "[[1]]",
        "{\"event-data\":1}",
        "{\"Message\":\"{\"}",
        "\"x\"",
        "{"
      })
  void garbageIsNoEvent(String body) {
    assertThat(SendGridEvents.read(bytes(body))).isEmpty();
    assertThat(PostmarkEvents.read(bytes(body))).isEmpty();
    assertThat(MailgunEvents.read(bytes(body))).isEmpty();
    assertThat(SesEvents.read(bytes(body))).isEmpty();
    assertThat(ResendEvents.read("x", bytes(body))).isEmpty();
    assertThat(InboundPosts.postmark(bytes(body))).isEmpty();
    assertThat(InboundPosts.sendGrid(Map.of())).isEmpty();
    assertThat(InboundPosts.mailgun(Map.of("x", body))).isEmpty();
  }

  @Test
  void alteredPayloadsNeverThrow() {
    var random = new Random(11);
    String body =
        "[{\"email\":\"bo@home.example\",\"timestamp\":1790000000,\"sg_event_id\":\"e1\",\"event\":\"bounce\",\"RecordType\":\"Bounce\",\"ID\":[],\"type\":\"email.bounced\",\"data\":{\"to\":[1,{}],\"tags\":3}}]";
    for (int round = 0; round < 2_000; round++) {
      byte[] altered = bytes(random.nextBoolean() ? body : body.substring(1, body.length() - 1));
      for (int n = random.nextInt(6); n > 0; n--) {
        altered[random.nextInt(altered.length)] = (byte) "0{}[],:\"\\xé".charAt(random.nextInt(11));
      }
      SendGridEvents.read(altered);
      PostmarkEvents.read(altered);
      MailgunEvents.read(altered);
      SesEvents.read(altered);
      ResendEvents.read("x", altered);
      InboundPosts.postmark(altered);
    }
  }
}
