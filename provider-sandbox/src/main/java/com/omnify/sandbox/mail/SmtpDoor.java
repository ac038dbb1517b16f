package com.omnify.sandbox.mail;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.mail.mime.ParsedMail;
import com.omnify.sandbox.mail.smtp.MailDrop;
import com.omnify.sandbox.mail.smtp.SmtpReply;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Takes mail over SMTP, with the faults that are switched on. */
final class SmtpDoor implements MailDrop {

  private static final SmtpReply ERROR =
      new SmtpReply(451, "4.3.0 Requested action aborted: local error in processing");
  private static final SmtpReply CLOSING = new SmtpReply(421, "4.3.2 Service not available");

  private final MailProvider provider;
  private final MailAccounts accounts;
  private final Faults faults;
  private final Refusals refusals;
  private final Clock clock;

  SmtpDoor(
      MailProvider provider, MailAccounts accounts, Faults faults, Refusals refusals, Clock clock) {
    this.provider = provider;
    this.accounts = accounts;
    this.faults = faults;
    this.refusals = refusals;
    this.clock = clock;
  }

  @Override
  public Optional<String> login(String user, String password) {
    return accounts.login(user, password);
  }

  @Override
  public boolean takesStrangers() {
    return !accounts.strict();
  }

  @Override
  public Optional<SmtpReply> refusal(Stage stage, Envelope soFar) {
    var refused = refusals.at(stage, soFar);
    refused.ifPresent(reply -> provider.refused(soFar, stage, reply));
    return refused;
  }

  @Override
  public Fate take(Envelope envelope, byte[] bytes) throws InterruptedException {
    Thread.sleep(faults.latency());
    var account = envelope.login().flatMap(accounts::find).orElse(null);
    var mail = MailReader.read(envelope, ParsedMail.read(bytes), account, clock.instant());
    var refused = refusals.at(Stage.DOT, envelope);
    if (refused.isPresent()) {
      return refused(mail, refused.get());
    }
    var outcome = faults.nextSend();
    if (outcome != Outcome.OK) {
      boolean dropped = outcome == Outcome.RESET_BEFORE || outcome == Outcome.HANG_BEFORE;
      provider
          .book()
          .append(
              mail.line(
                  Kind.FAULT,
                  null,
                  "fault=" + outcome.wire() + (dropped ? " request=dropped" : "")));
    }
    if (outcome.accepts() && !provider.awaitRoom()) {
      return refused(mail, new SmtpReply(451, "4.3.1 Too much mail is waiting"));
    }
    var hang = Duration.ofSeconds(faults.settings().hangSeconds());
    return switch (outcome) {
      case OK -> accepted(mail, bytes, taken(mail));
      case HANG_AFTER -> {
        provider.accept(mail, bytes, null, "");
        yield new Fate.Replied(taken(mail), hang);
      }
      case RESET_AFTER -> {
        provider.accept(mail, bytes, null, "");
        yield new Fate.Reset();
      }
      // after the dot a 4xx or 5xx says that nothing was taken (RFC 5321, 4.2.1): no server that
      // took the mail says one, it dies before it can say anything
      case ACCEPT_THEN_500, DROP_AFTER -> {
        provider.accept(mail, bytes, null, "");
        yield new Fate.HungUp();
      }
      case BAD_REQUEST -> refused(mail, new SmtpReply(554, "5.6.0 Message refused"));
      case TOO_MANY_REQUESTS -> refused(mail, new SmtpReply(450, "4.7.0 Too many messages"));
      case SERVER_ERROR -> refused(mail, ERROR);
      case UNAVAILABLE -> refused(mail, CLOSING);
      case RESET_BEFORE -> new Fate.Reset();
      case HANG_BEFORE -> new Fate.Replied(CLOSING, hang);
    };
  }

  private Fate accepted(Mail mail, byte[] bytes, SmtpReply reply) {
    provider.accept(mail, bytes, reply.code(), "");
    return new Fate.Replied(reply, Duration.ZERO);
  }

  private Fate refused(Mail mail, SmtpReply reply) {
    provider.book().append(mail.line(Kind.REFUSED, reply.code(), reply.text()));
    return new Fate.Replied(reply, Duration.ZERO);
  }

  private static SmtpReply taken(Mail mail) {
    return switch (mail.vendor()) {
      case SENDGRID -> new SmtpReply(250, "Ok: queued as " + mail.sid());
      case MAILGUN -> new SmtpReply(250, "Great success");
      case SES -> new SmtpReply(250, "Ok " + mail.sid());
      case SMTP, POSTMARK, RESEND -> new SmtpReply(250, "2.0.0 Ok: queued as " + mail.sid());
    };
  }
}
