package com.omnify.events.email.door;

import com.omnify.events.email.provider.EmailEvent;
import com.omnify.events.email.provider.EmailProvider;
import com.omnify.events.email.provider.MailgunEvents;
import com.omnify.events.email.provider.PostmarkEvents;
import com.omnify.events.email.provider.ResendEvents;
import com.omnify.events.email.provider.SendGridEvents;
import com.omnify.events.email.provider.SesEvents;
import com.omnify.kit.db.SqlStates;
import com.omnify.kit.web.OpenToAnybody;
import com.omnify.kit.web.Problem;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
 * The doors of those who carry e-mail. What comes is proven over the bytes as they came, then heard
 * once. Nothing here asks the request for parameters: that would read the body away.
 */
@RestController
@Tag(name = "Webhooks")
class EmailWebhookController {

  private static final Logger LOG = LoggerFactory.getLogger(EmailWebhookController.class);

  private static final int LARGEST_EVENTS = 4 << 20;

  /** Of mails that are here, at a time; each takes some megabytes while it is read. */
  private static final int MAILS_AT_ONCE = 4;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final String OWN_KIND = "email_event";
  private static final String INBOUND_KIND = "email_inbound";

  private final Proofs proofs;
  private final IncomingMails incoming;
  private final SnsPosts sns;
  private final MailReports reports;
  private final InboundMails mails;
  private final MeterRegistry metrics;
  private final Semaphore room = new Semaphore(MAILS_AT_ONCE);

  EmailWebhookController(
      Proofs proofs,
      IncomingMails incoming,
      SnsPosts sns,
      MailReports reports,
      InboundMails mails,
      MeterRegistry metrics) {
    this.proofs = proofs;
    this.incoming = incoming;
    this.sns = sns;
    this.reports = reports;
    this.mails = mails;
    this.metrics = metrics;
  }

  /** What became of mails of ours. */
  @OpenToAnybody(because = "the provider's signature or password proves who calls")
  @Operation(summary = "Take what an e-mail provider reports")
  @PostMapping(
      "/webhooks/{provider:sendgrid|postmark|mailgun|ses|resend}/{clientId}/{accountId}/events")
  ResponseEntity<Void> events(
      @PathVariable String provider,
      @PathVariable String clientId,
      @PathVariable String accountId,
      HttpServletRequest http)
      throws IOException {
    answer(
        provider,
        OWN_KIND,
        () -> {
          WebhookPost post = post(provider, clientId, accountId, http);
          byte[] body = http.getInputStream().readNBytes(LARGEST_EVENTS + 1);
          if (body.length > LARGEST_EVENTS) {
            throw tooLarge();
          }
          hearEvents(post, body);
        });
    return ResponseEntity.ok().build();
  }

  /** Mail for us. */
  @OpenToAnybody(because = "the provider's signature or password proves who calls")
  @Operation(summary = "Take a mail that an e-mail provider hands over")
  @PostMapping("/webhooks/{provider:sendgrid|postmark|mailgun}/{clientId}/{accountId}/inbound")
  ResponseEntity<Void> inbound(
      @PathVariable String provider,
      @PathVariable String clientId,
      @PathVariable String accountId,
      HttpServletRequest http)
      throws IOException {
    answer(
        provider,
        INBOUND_KIND,
        () -> {
          WebhookPost post = post(provider, clientId, accountId, http);
          EmailAccount account = proofs.accountOfMail(post);
          Proofs.Mail proven;
          try (var received = incoming.take(post.client(), post.from(), http.getInputStream())) {
            proven = read(post, account, received);
          }
          if (proven.mail().isEmpty()) {
            unreadable(post, INBOUND_KIND);
          } else {
            count(
                post.provider(),
                INBOUND_KIND,
                used(mails.hear(post.client(), proven.token(), proven.mail().get())),
                1);
          }
        });
    return ResponseEntity.ok().build();
  }

  private Proofs.Mail read(WebhookPost post, EmailAccount account, IncomingMails.Received received)
      throws Refused, IOException {
    try {
      if (!room.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw again("Other mails are being read.");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw again("The service is going down.");
    }
    try (InputStream body = received.open()) {
      return proofs.ofMail(post, account, body);
    } finally {
      room.release();
    }
  }

  private void hearEvents(WebhookPost post, byte[] body) throws Refused {
    Optional<String> token;
    try {
      token = proofs.ofEvents(post, body);
      if (post.provider() == EmailProvider.SES && sns.confirm(body)) {
        return;
      }
    } catch (IOException e) {
      LOG.warn("Amazon SNS could not be asked: {}", e.toString());
      throw again("Amazon SNS could not be asked just now.");
    }
    List<MailReport> read = read(post, body).stream().map(MailReport::of).toList();
    if (read.isEmpty()) {
      unreadable(post, OWN_KIND);
      return;
    }
    Map<Heard, Integer> heard =
        token.isPresent()
            ? Map.of(used(reports.hear(post.client(), token.get(), read.getFirst())), 1)
            : reports.hear(post.client(), read);
    heard.forEach((what, times) -> count(post.provider(), OWN_KIND, what, times));
    if (heard.containsKey(Heard.ANOTHER_MESSAGE)) {
      LOG.warn(
          "{} reports a second mail for one dispatch of client {}", post.provider(), post.client());
    }
  }

  private static List<EmailEvent> read(WebhookPost post, byte[] body) {
    return switch (post.provider()) {
      case SENDGRID -> SendGridEvents.read(body);
      case POSTMARK -> PostmarkEvents.read(body);
      case MAILGUN -> MailgunEvents.read(body);
      case SES -> SesEvents.read(body);
      case RESEND -> ResendEvents.read(post.standard("id"), body);
      case MAILBOX -> List.of();
    };
  }

  private void unreadable(WebhookPost post, String kind) {
    count(post.provider(), kind, Heard.UNREADABLE, 1);
    LOG.info("{} posted something proven that is no {} we know", post.provider().wire(), kind);
  }

  private static Heard used(Heard heard) {
    if (heard == Heard.USED_PROOF) {
      throw Problem.of(
          HttpStatus.NOT_ACCEPTABLE,
          "token_used",
          "This token has served for another post.",
          "Nothing to do: each token is taken once.");
    }
    return heard;
  }

  private interface Listening {
    void listen() throws Refused, IOException;
  }

  private void answer(String provider, String kind, Listening listening) throws IOException {
    EmailProvider who = WireEnum.parse(EmailProvider.class, provider);
    try {
      listening.listen();
    } catch (Refused refused) {
      metrics
          .counter("omnify.webhooks", "kind", who.wire() + "_" + kind, "result", "refused")
          .increment();
      throw Problem.of(
          // Postmark gives up at a 403 and goes on trying at all else
          who == EmailProvider.POSTMARK ? HttpStatus.FORBIDDEN : HttpStatus.UNAUTHORIZED,
          "bad_signature",
          "The request is not proven to come from this account's provider.",
          "Check the account's webhook secret, and that the provider signs its webhooks by it.");
    } catch (DataAccessException | TransactionException e) {
      if (!SqlStates.unavailable(e) && !SqlStates.worthRepeating(e)) {
        throw e;
      }
      LOG.warn("A webhook could not be taken, the sender will repeat it: {}", e.toString());
      throw again("The request could not be stored just now.");
    }
  }

  private void count(EmailProvider provider, String kind, Heard heard, int times) {
    metrics
        .counter("omnify.webhooks", "kind", provider.wire() + "_" + kind, "result", heard.wire())
        .increment(times);
  }

  private static WebhookPost post(
      String provider, String clientId, String accountId, HttpServletRequest http) throws Refused {
    try {
      return new WebhookPost(
          WireEnum.parse(EmailProvider.class, provider),
          ClientId.of(clientId),
          UUID.fromString(accountId),
          http);
    } catch (IllegalArgumentException e) {
      throw new Refused();
    }
  }

  private static Problem again(String why) {
    return Problem.of(
        HttpStatus.SERVICE_UNAVAILABLE, "try_again", why, "Send it again in a moment.");
  }

  private static Problem tooLarge() {
    return Problem.of(
        HttpStatus.CONTENT_TOO_LARGE,
        "body_too_large",
        "The body has more than " + LARGEST_EVENTS + " bytes.",
        "Let the provider post smaller batches.");
  }
}
