package com.omnify.channels.voice;

import com.omnify.channels.admit.VoiceSlots;
import com.omnify.channels.compose.Templates;
import com.omnify.channels.compose.Templates.Rendered;
import com.omnify.channels.compose.Variables;
import com.omnify.channels.compose.policy.CallScript;
import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.dispatch.ReadyDispatch;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.voice.policy.SlotWait;
import com.omnify.channels.voice.policy.SpokenText;
import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Calls by VAPI. */
@Component
class VoiceChannel implements ChannelSender {

  static final int DEFAULT_MINUTES = 10;

  /** After this long a call whose end nobody has reported counts as over. */
  static final int MOST_MINUTES = 30;

  /** All must begin while the locks are held, and no client may place many calls at once. */
  private static final int MOST = 8;

  /** As long as VAPI takes one. */
  private static final int LONGEST_VOICEMAIL = 1_000;

  private static final int ACCOUNTS_KEPT = 10_000;

  private static final Logger log = LoggerFactory.getLogger(VoiceChannel.class);

  private final Templates templates;
  private final VapiCallSender sender;
  private final VoiceSlots slots;
  private final FleetClock fleetClock;
  private final String callbackBase;

  /**
   * The latest fleet time to which a call of each account was put off, as far as this one knows.
   */
  private final ConcurrentMap<ProviderAccountId, Instant> givenBackTo = new ConcurrentHashMap<>();

  VoiceChannel(
      Templates templates,
      OneShotHttp http,
      VoiceSlots slots,
      FleetClock fleetClock,
      OmnifyProperties properties) {
    this.templates = templates;
    this.sender = new VapiCallSender(http);
    this.slots = slots;
    this.fleetClock = fleetClock;
    String base = properties.publicUrl().toString();
    this.callbackBase = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
  }

  @Override
  public Channel channel() {
    return Channel.VOICE;
  }

  @Override
  public int most() {
    return MOST;
  }

  /** Of requests: calls that go on are counted by their slots. */
  @Override
  public int atOnce() {
    return MOST;
  }

  /** A little more than the longest silence. */
  @Override
  public Duration longestRequest() {
    return OneShotHttp.READ_TIMEOUT.plusSeconds(1);
  }

  @Override
  public Composition compose(ReadyDispatch dispatch, Sender from, Instant now) {
    if (!VapiAccount.of(from.account()).canProveItsReports()) {
      return new Composition.Held(
          HoldReason.NO_SENDER,
          "The voice account has no webhook secret, so nothing it reports could be believed");
    }
    JsonNode content = dispatch.content();
    if (content == null) {
      return new Composition.Held(HoldReason.TEMPLATE_FAULT, "There is no script for this step");
    }
    Map<String, Object> variables = Variables.of(dispatch.facts(), now);
    var texts = new HashMap<String, String>();
    for (String field : List.of("first_message", "system_prompt", "voicemail_message")) {
      switch (render(dispatch, field, variables)) {
        case null -> {}
        case Rendered.Held(HoldReason reason, String words) -> {
          return new Composition.Held(reason, field + ": " + words);
        }
        // Rendered here, once and for all: nobody's words are template, not even there.
        case Rendered.Text(String text) when !text.isBlank() ->
            texts.put(field, SpokenText.withoutTemplates(text.strip()));
        case Rendered.Text _ -> {}
      }
    }
    String left = texts.get("voicemail_message");
    if (left != null && left.length() > LONGEST_VOICEMAIL) {
      return new Composition.Held(
          HoldReason.TEMPLATE_FAULT,
          "The message for a machine has %d characters; %d are the most"
              .formatted(left.length(), LONGEST_VOICEMAIL));
    }
    String assistant = dispatch.content("assistant_id");
    String first = texts.get("first_message");
    String prompt = texts.get("system_prompt");
    if (assistant == null && (first == null || prompt == null)) {
      return new Composition.Held(
          HoldReason.TEMPLATE_FAULT,
          "The call has no " + (first == null ? "first message" : "prompt for the assistant"));
    }
    return new Composition.Ready(
        new CallScript(
            assistant,
            first == null ? "" : first,
            prompt,
            left,
            dispatch.content("transfer_number"),
            Math.clamp(content.path("max_minutes").intValue(DEFAULT_MINUTES), 1, MOST_MINUTES)));
  }

  private @Nullable Rendered render(
      ReadyDispatch dispatch, String field, Map<String, Object> variables) {
    String template = dispatch.content(field);
    Templates.Key key = dispatch.templateKey(field);
    return template == null || key == null ? null : templates.render(key, template, variables);
  }

  @Override
  public Map<DispatchKey, Withdrawal> reserve(List<Admitted> batch) {
    Set<DispatchKey> got =
        slots.take(
            batch.stream()
                .map(
                    one ->
                        new VoiceSlots.Wish(
                            one.key(),
                            one.sender().account().id(),
                            VapiAccount.of(one.sender().account()).concurrency(),
                            Duration.ofMinutes(script(one).maxMinutes())))
                .toList());
    var without = new HashMap<DispatchKey, Withdrawal>();
    for (Admitted one : batch) {
      if (!got.contains(one.key())) {
        without.put(
            one.key(),
            new Withdrawal.GivenBack(one.dispatch(), HoldReason.PROVIDER_BUSY, later(one)));
      }
    }
    return without;
  }

  /** Behind those of the account that were given back before it. */
  private Instant later(Admitted one) {
    VapiAccount account = VapiAccount.of(one.sender().account());
    Instant now = fleetClock.now();
    var wait = SlotWait.of(account.concurrency(), fleetClock.rate());
    if (givenBackTo.size() > ACCOUNTS_KEPT) {
      givenBackTo.clear();
    }
    return givenBackTo.compute(
        account.id(), (_, last) -> wait.next(last == null ? now : last, one.key().id(), now));
  }

  @Override
  public SendResult send(Admitted one, Attempt attempt) {
    return sender.call(
        order(
            one.sender().account(),
            one.sender() instanceof Sender.Line line ? line.numberId() : "",
            one.identity(),
            one.key(),
            script(one)),
        attempt);
  }

  private CallOrder order(
      ProviderAccount account, String numberId, String to, DispatchKey key, CallScript script) {
    return new CallOrder(
        VapiAccount.of(account),
        numberId,
        to,
        key.client(),
        key.id(),
        script,
        URI.create(
            "%s/webhooks/vapi/%s/%s?dispatch=%s"
                .formatted(callbackBase, key.client(), account.id(), key.id())));
  }

  private static CallScript script(Admitted one) {
    return (CallScript) one.message();
  }

  @Override
  public void warmUp() {
    var attempt = new Attempt(System.nanoTime(), () -> {});
    attempt.callOff();
    UUID nobody = new UUID(0, 0);
    var order =
        new CallOrder(
            new VapiAccount(
                new ProviderAccountId(nobody), "none", "none", 1, URI.create("http://127.0.0.1:1")),
            "none",
            "+15550101",
            new ClientId(nobody),
            new DispatchId(nobody),
            new CallScript(null, "warm up", "warm up", null, null, 1),
            URI.create(callbackBase));
    log.debug("Warmed up: {}", sender.call(order, attempt));
  }
}
