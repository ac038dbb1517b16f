package com.omnify.events.email.door;

import com.omnify.events.email.provider.BasicCredentials;
import com.omnify.events.email.provider.EmailProvider;
import com.omnify.events.email.provider.InboundEmail;
import com.omnify.events.email.provider.InboundPosts;
import com.omnify.events.email.provider.MailgunSignature;
import com.omnify.events.email.provider.MailgunSignature.Signed;
import com.omnify.events.email.provider.MultipartForm;
import com.omnify.events.email.provider.PostedForm;
import com.omnify.events.email.provider.SendGridSignature;
import com.omnify.events.email.provider.StandardWebhookSignature;
import com.omnify.events.twilio.FormBody;
import com.omnify.kit.time.RealClock;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Asks of everything that comes in whether the account's provider sent it, over the raw bytes. */
@Component
class Proofs {

  /**
   * Longer than each provider goes on trying, shorter than the keys of what came are remembered, so
   * that what is caught and posted again is either a repeat or too old.
   */
  static final Duration OLDEST = Duration.ofDays(2);

  /** A form without attachments; with them it is a multipart one. */
  private static final int LONGEST_FORM = 8 << 20;

  private static final String TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp";
  private static final String SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature";

  private final EmailAccounts accounts;
  private final SnsPosts sns;
  private final RealClock clock;

  Proofs(EmailAccounts accounts, SnsPosts sns, RealClock clock) {
    this.accounts = accounts;
    this.sns = sns;
    this.clock = clock;
  }

  /**
   * The bytes of an event post are the provider's.
   *
   * @return Mailgun's token, which is to be taken once; empty for the others
   * @throws IOException where the proof cannot be had just now
   */
  Optional<String> ofEvents(WebhookPost post, byte[] body) throws Refused, IOException {
    Optional<EmailAccount> known = accounts.find(post.client(), post.account(), post.provider());
    if (known.isEmpty() || !proves(known.get(), post, body)) {
      Optional<EmailAccount> recent =
          accounts.recent(post.client(), post.account(), post.provider());
      if (recent.isEmpty() || recent.equals(known) || !proves(recent.get(), post, body)) {
        throw new Refused();
      }
    }
    return post.provider() == EmailProvider.MAILGUN
        ? Optional.of(MailgunSignature.of(body).token())
        : Optional.empty();
  }

  private boolean proves(EmailAccount account, WebhookPost post, byte[] body) throws IOException {
    Instant now = clock.now();
    return switch (post.provider()) {
      case SENDGRID ->
          account.secrets().stream()
              .anyMatch(
                  key ->
                      SendGridSignature.signs(
                          key, post.header(TIMESTAMP), body, post.header(SIGNATURE), now, OLDEST));
      case RESEND ->
          account.secrets().stream()
              .anyMatch(
                  secret ->
                      StandardWebhookSignature.signs(
                          secret,
                          post.standard("id"),
                          post.standard("timestamp"),
                          body,
                          post.standard("signature"),
                          now));
      case POSTMARK -> sends(account, post);
      case MAILGUN -> signs(account, MailgunSignature.of(body), now);
      case SES -> sns.proves(account, body, OLDEST);
      case MAILBOX -> false;
    };
  }

  /** A mail that is proven to come from the provider. */
  record Mail(Optional<InboundEmail> mail, Optional<String> token) {}

  /**
   * The account that a mail may come from, as far as that can be seen before the mail: whoever is
   * refused here sends it for nothing.
   */
  EmailAccount accountOfMail(WebhookPost post) throws Refused {
    // its signature comes after it, so there is no second look at it
    EmailAccount account =
        accounts.recent(post.client(), post.account(), post.provider()).orElseThrow(Refused::new);
    boolean may =
        switch (post.provider()) {
          case SENDGRID -> !checks(post, account).isEmpty() && !post.header(SIGNATURE).isEmpty();
          case POSTMARK -> sends(account, post);
          case MAILGUN -> true;
          case SES, RESEND, MAILBOX -> false;
        };
    if (!may) {
      throw new Refused();
    }
    return account;
  }

  /**
   * The mail that an inbound post hands over, read as it streams in.
   *
   * @throws IOException where it breaks off
   */
  Mail ofMail(WebhookPost post, EmailAccount account, InputStream body)
      throws Refused, IOException {
    return switch (post.provider()) {
      case SENDGRID -> sendGrid(post, account, body);
      case POSTMARK -> new Mail(InboundPosts.postmark(body), Optional.empty());
      case MAILGUN -> {
        PostedForm form = form(post, body);
        var signed = new Signed(form.text("timestamp"), form.text("token"), form.text("signature"));
        if (!signs(account, signed, clock.now())) {
          throw new Refused();
        }
        yield new Mail(InboundPosts.mailgun(form), Optional.of(signed.token()));
      }
      case SES, RESEND, MAILBOX -> throw new Refused();
    };
  }

  private Mail sendGrid(WebhookPost post, EmailAccount account, InputStream body)
      throws Refused, IOException {
    List<SendGridSignature> checks = checks(post, account);
    PostedForm form = form(post, new Checked(body, checks));
    if (checks.stream().noneMatch(check -> check.isOf(post.header(SIGNATURE)))) {
      throw new Refused();
    }
    return new Mail(InboundPosts.sendGrid(form), Optional.empty());
  }

  private List<SendGridSignature> checks(WebhookPost post, EmailAccount account) {
    return account.secrets().stream()
        .map(key -> SendGridSignature.begin(key, post.header(TIMESTAMP), clock.now(), OLDEST))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What goes by is checked as it does. */
  private static final class Checked extends FilterInputStream {

    private final List<SendGridSignature> checks;

    Checked(InputStream in, List<SendGridSignature> checks) {
      super(in);
      this.checks = checks;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int got = super.read(into, from, length);
      if (got > 0) {
        checks.forEach(check -> check.update(into, from, got));
      }
      return got;
    }
  }

  private static PostedForm form(WebhookPost post, InputStream body) throws Refused, IOException {
    Optional<PostedForm> multipart = MultipartForm.read(body, post.contentType());
    if (multipart.isPresent()) {
      return multipart.get();
    }
    byte[] bytes = body.readNBytes(LONGEST_FORM + 1);
    if (bytes.length > LONGEST_FORM) {
      throw new Refused();
    }
    FormBody form = FormBody.decode(bytes).orElseThrow(Refused::new);
    var texts = new LinkedHashMap<String, String>();
    form.values().forEach((name, values) -> texts.put(name, values.getFirst()));
    return PostedForm.of(texts);
  }

  private static boolean sends(EmailAccount account, WebhookPost post) {
    return account.secrets().stream()
        .filter(secret -> secret.indexOf(':') > 0)
        .anyMatch(
            secret ->
                BasicCredentials.match(
                    secret.substring(0, secret.indexOf(':')),
                    secret.substring(secret.indexOf(':') + 1),
                    post.header("Authorization")));
  }

  private static boolean signs(EmailAccount account, Signed signed, Instant now) {
    return account.secrets().stream()
        .anyMatch(
            key ->
                MailgunSignature.signs(
                    key, signed.timestamp(), signed.token(), signed.signature(), now, OLDEST));
  }
}
