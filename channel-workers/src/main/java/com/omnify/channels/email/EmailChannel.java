package com.omnify.channels.email;

import com.omnify.channels.compose.Templates;
import com.omnify.channels.compose.Templates.Rendered;
import com.omnify.channels.compose.Variables;
import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.compose.policy.MailText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.email.policy.Footer;
import com.omnify.channels.email.policy.Html;
import com.omnify.channels.email.policy.Letter;
import com.omnify.channels.email.policy.MailWords;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.net.OutwardSockets;
import com.omnify.kit.security.UnsubscribeToken;
import com.omnify.kit.time.RealClock;
import com.omnify.model.Channel;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** E-mail: by SMTP, or by Resend's API. */
@Component
class EmailChannel implements ChannelSender, AutoCloseable {

  /** More connections than these are more than a server likes of one. */
  private static final int CONNECTIONS = 8;

  private static final Logger log = LoggerFactory.getLogger(EmailChannel.class);

  private final Templates templates;
  private final SmtpConnections connections;
  private final SmtpSender smtp;
  private final ResendSender resend;

  /** Mails that stand before their dot. */
  private final Map<DispatchKey, SmtpHandover> handovers = new ConcurrentHashMap<>();

  private final String publicUrl;
  private final String secret;

  EmailChannel(
      Templates templates,
      OneShotHttp http,
      RealClock clock,
      OutwardSockets outward,
      OmnifyProperties properties) {
    this.templates = templates;
    this.publicUrl = properties.publicUrl().toString().replaceAll("/+$", "");
    this.secret = properties.tokenSecret();
    this.connections = new SmtpConnections(greeting(properties.publicUrl().getHost()), outward);
    this.smtp = new SmtpSender(connections, clock);
    this.resend = new ResendSender(http);
  }

  /** A name where we have one; to look up this machine's own may take its time. */
  private static String greeting(@Nullable String host) {
    return host != null && host.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}")
        ? host
        : "[127.0.0.1]";
  }

  @Override
  public Channel channel() {
    return Channel.EMAIL;
  }

  @Override
  public int most() {
    return CONNECTIONS;
  }

  @Override
  public int atOnce() {
    return CONNECTIONS;
  }

  @Override
  public Duration longestRequest() {
    return SmtpConnection.DOT_TIMEOUT.plusSeconds(1);
  }

  @Override
  public Composition compose(ReadyDispatch dispatch, Sender sender, Instant now) {
    Map<String, Object> variables = Variables.of(dispatch.facts(), now);
    var texts = new HashMap<String, String>();
    for (String field : List.of("subject", "text", "html")) {
      Templates.Key key = dispatch.templateKey(field);
      String template = dispatch.content(field);
      if (key == null || template == null) {
        continue;
      }
      var values = field.equals("html") ? Html.escaped(variables) : variables;
      switch (templates.render(key, template, values)) {
        case Rendered.Text(String text) -> texts.put(field, text);
        case Rendered.Held(HoldReason reason, String words) -> {
          return new Composition.Held(reason, field + ": " + words);
        }
      }
    }
    String html = texts.get("html");
    String text = texts.get("text");
    return MailWords.judge(
        texts.get("subject"), text == null && html != null ? PlainText.of(html) : text, html);
  }

  @Override
  public Duration longestPreparation() {
    return SmtpSender.LONGEST_TALK;
  }

  @Override
  public void prepare(Admitted one) throws InterruptedException {
    if (one.sender().account().provider() == Provider.RESEND) {
      return;
    }
    SmtpHandover handover;
    try {
      handover = smtp.handOver(SmtpServers.of(one.sender().account()), letter(one));
    } catch (RuntimeException e) {
      // Nothing was begun; it is told when it is sent.
      log.debug("Dispatch {} cannot be prepared", one.key().id(), e);
      return;
    }
    handovers.put(one.key(), handover);
    handover.await(SmtpSender.LONGEST_TALK);
  }

  @Override
  public void discard(Admitted one) {
    SmtpHandover handover = handovers.remove(one.key());
    if (handover != null) {
      handover.drop();
    }
  }

  @Override
  public SendResult send(Admitted one, Attempt attempt) {
    SmtpHandover prepared = handovers.remove(one.key());
    if (prepared != null) {
      return prepared.send(attempt);
    }
    Letter letter;
    try {
      letter = letter(one);
    } catch (RuntimeException e) {
      // The fault of this mail alone: its account goes on.
      log.warn("Dispatch {} cannot be made a mail", one.key().id(), e);
      attempt.over();
      return new SendResult.Rejected(FailureType.BAD_REQUEST, "letter", e.getMessage(), null);
    }
    try {
      return one.sender().account().provider() == Provider.RESEND
          ? resend.send(one.sender().account(), one.key(), letter, attempt)
          : smtp.send(SmtpServers.of(one.sender().account()), letter, attempt);
    } catch (RuntimeException e) {
      log.warn("Dispatch {} cannot be handed over", one.key().id(), e);
      attempt.over();
      return attempt.begun()
          ? new SendResult.Unknown("error", e.getMessage())
          : new SendResult.Rejected(FailureType.ACCOUNT_PROBLEM, "settings", e.getMessage(), null);
    }
  }

  private Letter letter(Admitted one) {
    if (!(one.sender() instanceof Sender.Mailbox mailbox)
        || !(one.message() instanceof MailText words)) {
      throw new IllegalStateException("Not a mail: " + one.channel());
    }
    var token = new UnsubscribeToken(one.key().client(), one.key().id()).sign(secret);
    var facts = one.dispatch().facts();
    var footer = new Footer(facts.clientName(), facts.clientAddress(), publicUrl + "/u/" + token);
    return Letters.of(one.key(), mailbox, one.identity(), words, footer);
  }

  @Override
  public void warmUp() {
    var attempt = new Attempt(System.nanoTime(), () -> {});
    attempt.callOff();
    var letter =
        new Letter(
            "a@example.invalid",
            "A",
            null,
            "b@example.invalid",
            "Warm up",
            "Warm up",
            "<p>Warm up</p>",
            "<warm.up@example.invalid>",
            Map.of());
    var nowhere = new SmtpServer("127.0.0.1", 1, SmtpServer.Tls.NONE, null, "");
    log.debug("Warmed up: {}", smtp.send(nowhere, letter, attempt));
  }

  @Override
  public void close() {
    connections.close();
  }
}
