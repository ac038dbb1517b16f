package com.omnify.channels.sms;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.compose.Templates;
import com.omnify.channels.compose.Variables;
import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.OmnifyProperties;
import com.omnify.model.Channel;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ProviderAccountId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** SMS by Twilio. */
@Component
class SmsChannel implements ChannelSender {

  private static final Logger log = LoggerFactory.getLogger(SmsChannel.class);

  private final Templates templates;
  private final TwilioSmsSender sender;
  private final ChannelSettings settings;
  private final String callbackBase;

  SmsChannel(
      Templates templates,
      OneShotHttp http,
      ChannelSettings settings,
      OmnifyProperties properties) {
    this.templates = templates;
    this.sender = new TwilioSmsSender(http);
    this.settings = settings;
    String base = properties.publicUrl().toString();
    this.callbackBase = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
  }

  @Override
  public Channel channel() {
    return Channel.SMS;
  }

  @Override
  public int most() {
    return 64;
  }

  @Override
  public int atOnce() {
    return settings.connectionsPerAccount();
  }

  /** A little more than the longest silence. */
  @Override
  public Duration longestRequest() {
    return OneShotHttp.READ_TIMEOUT.plusSeconds(1);
  }

  @Override
  public Composition compose(ReadyDispatch dispatch, Sender from, Instant now) {
    ReadyDispatch.OwnText own = dispatch.ownText();
    if (own != null) {
      return Composition.of(SmsText.judge(own.body()));
    }
    String template = dispatch.content("body");
    Templates.Key key = dispatch.templateKey("body");
    if (template == null || key == null) {
      return new Composition.Held(HoldReason.TEMPLATE_FAULT, "There is no text for this step");
    }
    return Composition.of(templates.sms(key, template, Variables.of(dispatch.facts(), now)));
  }

  @Override
  public SendResult send(Admitted one, Attempt attempt) {
    return sender.send(
        new SmsOrder(
            account(one.sender().account()),
            one.sender().address(),
            one.identity(),
            one.message().body(),
            URI.create(
                "%s/webhooks/twilio/%s/status?dispatch=%s"
                    .formatted(callbackBase, one.key().client(), one.key().id()))),
        attempt);
  }

  private static TwilioAccount account(ProviderAccount account) {
    return new TwilioAccount(account.id(), account.user(), account.secret(), account.baseUrl());
  }

  @Override
  public void warmUp() {
    var nowhere =
        new TwilioAccount(
            new ProviderAccountId(new UUID(0, 0)), "AC0", "none", URI.create("http://127.0.0.1:1"));
    var attempt = new Attempt(System.nanoTime(), () -> {});
    attempt.callOff();
    SendResult result =
        sender.send(
            new SmsOrder(nowhere, "+15550100", "+15550101", "warm up", URI.create(callbackBase)),
            attempt);
    log.debug("Warmed up: {}", result);
  }
}
