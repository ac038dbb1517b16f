package com.omnify.events.email.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.email.autoreply.policy.AutoReply;
import com.omnify.model.EmailMessageId;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InboundPostsTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
  private static final EmailMessageId OURS =
      new EmailMessageId(
          DispatchId.of("01930000-0000-7000-8000-00000000000a"),
          ClientId.of("01930000-0000-7000-8000-00000000000c"),
          "plumbing.example");

  private static final String HEADERS =
      "From: Bo Lee <bo@home.example>\nTo: ada@plumbing.example\nSubject: Re: Your boiler\n"
          + "Message-ID: <r1@home.example>\nIn-Reply-To: "
          + OURS
          + "\n";

  private static final String TEXT = "Yes\n\nOn 5/4/26 9:12 AM, Ada wrote:\n> Tuesday?";

  private static void isOurs(InboundEmail mail) {
    assertThat(mail.from()).isEqualTo("bo@home.example");
    assertThat(mail.to()).isEqualTo("reply@in.plumbing.example");
    assertThat(mail.subject()).isEqualTo("Re: Your boiler");
    assertThat(mail.visible()).isEqualTo("Yes");
    assertThat(mail.answers()).contains(OURS);
    assertThat(mail.answered(TODAY)).isEqualTo(new AutoReply.Person());
    assertThat(mail.key()).isNotEmpty();
  }

  @Test
  void sendGridParsed() {
    isOurs(
        InboundPosts.sendGrid(
                Map.of(
                    "headers", HEADERS,
                    "from", "Bo Lee <bo@home.example>",
                    "to", "ada@plumbing.example",
                    "envelope",
                        "{\"to\":[\"reply@in.plumbing.example\"],\"from\":\"bounce@home.example\"}",
                    "subject", "Re: Your boiler",
                    "text", TEXT))
            .orElseThrow());
  }

  @Test
  void sendGridRaw() {
    isOurs(
        InboundPosts.sendGrid(
                Map.of(
                    "email",
                    HEADERS + "Content-Type: text/plain\n\n" + TEXT,
                    "envelope",
                    "{\"to\":[\"reply@in.plumbing.example\"]}"))
            .orElseThrow());
  }

  @Test
  void postmark() {
    isOurs(
        InboundPosts.postmark(
                ("{\"FromFull\":{\"Email\":\"bo@home.example\"},\"OriginalRecipient\":\"reply@in.plumbing.example\",\"Subject\":\"Re: Your boiler\","
                        + "\"MessageID\":\"p1\",\"TextBody\":\"\",\"HtmlBody\":\"<div>Yes</div><blockquote>Tuesday?</blockquote>\","
                        + "\"Headers\":[{\"Name\":\"In-Reply-To\",\"Value\":\""
                        + OURS
                        + "\"}]}")
                    .getBytes(StandardCharsets.UTF_8))
            .orElseThrow());
  }

  @Test
  void mailgun() {
    isOurs(
        InboundPosts.mailgun(
                Map.of(
                    "message-headers",
                        "[[\"From\",\"Bo Lee <bo@home.example>\"],[\"In-Reply-To\",\""
                            + OURS
                            + "\"],[\"Subject\",\"Re: Your boiler\"]]",
                    "sender", "bounce@home.example",
                    "recipient", "reply@in.plumbing.example",
                    "subject", "Re: Your boiler",
                    "body-plain", TEXT,
                    "token", "t1"))
            .orElseThrow());
  }

  @Test
  void mailgunRaw() {
    isOurs(
        InboundPosts.mailgun(
                Map.of(
                    "body-mime", HEADERS + "\n" + TEXT,
                    "recipient", "reply@in.plumbing.example",
                    "token", "t1"))
            .orElseThrow());
  }

  @Test
  void anAutomaticReplyIsRecognised() {
    InboundEmail mail =
        InboundPosts.sendGrid(
                Map.of(
                    "headers", HEADERS + "Auto-Submitted: auto-replied\n",
                    "from", "bo@home.example",
                    "subject", "Automatic reply: Your boiler",
                    "text", "I am out of the office. Back on December 1."))
            .orElseThrow();
    assertThat(mail.answered(TODAY))
        .isEqualTo(new AutoReply.OutOfOffice(Optional.of(LocalDate.of(2026, 12, 1))));
  }

  @Test
  void aPostWithoutAnIdIsKnownByWhatItSays() {
    Map<String, String> fields = Map.of("headers", "From: a@b.example\n", "text", "x");
    String key = InboundPosts.sendGrid(fields).orElseThrow().key();
    assertThat(InboundPosts.sendGrid(fields).orElseThrow().key()).isEqualTo(key);
    assertThat(
            InboundPosts.sendGrid(Map.of("headers", "From: a@b.example\n", "text", "y"))
                .orElseThrow()
                .key())
        .isNotEqualTo(key);
  }
}
