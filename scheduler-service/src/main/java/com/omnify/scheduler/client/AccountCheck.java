package com.omnify.scheduler.client;

import com.omnify.kit.net.OutwardSockets;
import com.omnify.model.Channel;
import com.omnify.model.Provider;
import com.omnify.model.WireEnum;
import com.omnify.scheduler.client.SenderController.AccountBody;
import com.omnify.scheduler.client.SenderController.AccountView;
import com.omnify.scheduler.sequence.policy.Problems;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an account at each provider must and may say. */
final class AccountCheck {

  /**
   * A setting.
   *
   * @param is whether a value makes sense
   * @param words what does
   */
  private record Setting(Predicate<JsonNode> is, String words) {}

  private static final Setting HOST =
      text("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", "a host name or address");
  private static final Setting PORT = number(1, 65_535);
  private static final Setting TEXT = text("\\S[\\S ]{0,199}", "a text of 1 to 200 characters");

  private static final Map<String, Setting> OF_MAIL =
      Map.of(
          "host", HOST,
          "port", PORT,
          "tls", text("none|starttls|tls", "\"none\", \"starttls\" or \"tls\""),
          "imap_host", HOST,
          "imap_port", PORT,
          "imap_tls", TEXT,
          "imap_user", TEXT);

  private static final Map<String, Setting> OF_SES =
      with(
          OF_MAIL,
          Map.of(
              "topic_arn", text("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:\\S{1,256}", "an SNS ARN"),
              "sns_signature_version", TEXT,
              "configuration_set", text("[A-Za-z0-9_-]{1,64}", "the name of a configuration set")));

  private static final Map<String, Setting> OF_VAPI =
      Map.of("concurrency", number(1, 1_000), "webhook_auth", TEXT, "assistant_id", TEXT);

  private AccountCheck() {}

  /**
   * Adds what is wrong with an account.
   *
   * @param isNew whether its secret must be given
   * @param outward says which servers may be named
   */
  static void check(AccountBody body, boolean isNew, OutwardSockets outward, Problems problems) {
    Provider provider = provider(body.provider());
    if (provider == null) {
      problems.add(
          "provider",
          "'" + body.provider() + "' is no provider here",
          "use one of " + Arrays.stream(Provider.values()).map(Provider::wire).toList());
      return;
    }
    user(provider, body, problems);
    boolean secretless = provider == Provider.SMTP && isBlank(body.accountSid());
    if (secretless ? !isBlank(body.authToken()) : isNew || body.authToken() != null) {
      secret(body.authToken(), problems);
    }
    if (body.webhookSecret() != null
        && (body.webhookSecret().isBlank() || body.webhookSecret().length() > 2_000)) {
      problems.add(
          "webhook_secret",
          "it has 1 to 2000 characters",
          "copy it from the provider's console, or leave it out");
    }
    if (body.baseUrl() != null && !isHttp(body.baseUrl())) {
      problems.add(
          "base_url", "it is no http(s) address", "leave it out for the provider's own address");
    }
    settings(provider, body.settings(), problems);
    for (String name : new String[] {"host", "imap_host"}) {
      String host = setting(body.settings(), name);
      if (!host.isEmpty() && !outward.mayBeNamed(host)) {
        problems.add(
            "settings." + name,
            host + " is no address of the public internet",
            "name a server that the public internet reaches; whoever runs this fleet can allow one"
                + " of their own network by OMNIFY_INTERNAL_HOSTS");
      }
    }
  }

  /**
   * Adds what a change forgets: secrets are written and never shown, so none that is stored goes to
   * another server than the one it was given for.
   *
   * @param hasToken whether an auth token is stored
   */
  static void checkMove(
      AccountView before, AccountBody after, boolean hasToken, Problems problems) {
    boolean sameProvider = before.provider().equals(after.provider());
    boolean stays =
        sameProvider
            && Objects.equals(before.baseUrl(), after.baseUrl())
            && same(before.settings(), after.settings(), "host", "port", "tls");
    if (!stays && hasToken && after.authToken() == null) {
      problems.add(
          "auth_token",
          "the stored one was given for another server",
          "send it again with whatever changes the provider, base_url, host, port or tls");
    }
    boolean readElsewhere =
        !setting(after.settings(), "imap_host").isEmpty()
            && !(sameProvider
                && same(before.settings(), after.settings(), "imap_host", "imap_port", "imap_tls"));
    // The mailbox's password is the webhook secret, or else the token.
    if (readElsewhere && after.webhookSecret() == null) {
      if (before.webhookSecretSet()) {
        problems.add(
            "webhook_secret",
            "the stored one was given for another mailbox server",
            "send it again with whatever changes imap_host, imap_port or imap_tls");
      } else if (stays && hasToken && after.authToken() == null) {
        problems.add(
            "auth_token",
            "the stored one was not given for that mailbox server",
            "send it again, or the mailbox's own password as webhook_secret, with whatever changes"
                + " imap_host, imap_port or imap_tls");
      }
    }
  }

  private static boolean same(
      @Nullable JsonNode before, @Nullable JsonNode after, String... settings) {
    return Arrays.stream(settings)
        .allMatch(name -> setting(before, name).equals(setting(after, name)));
  }

  /** Empty where there is none. */
  private static String setting(@Nullable JsonNode settings, String name) {
    return settings == null ? "" : settings.path(name).asString("");
  }

  private static void user(Provider provider, AccountBody body, Problems problems) {
    String user = body.accountSid();
    switch (provider) {
      case TWILIO -> {
        if (user == null || !user.matches("AC[0-9a-fA-F]{32}")) {
          problems.add(
              "account_sid",
              "an account SID is AC and 32 hexadecimal digits",
              "copy it from the provider's console");
        }
      }
      case MAILGUN, SES -> {
        if (isBlank(user)) {
          problems.add("account_sid", "the SMTP user name is missing", "copy it from the console");
        }
      }
      case VAPI, SMTP, RESEND, SENDGRID, POSTMARK -> {}
    }
    if (user != null && (user.length() > 200 || !user.matches("\\P{Cntrl}*"))) {
      problems.add("account_sid", "it has up to 200 characters", "send a user name");
    }
  }

  private static void secret(@Nullable String secret, Problems problems) {
    if (secret == null || secret.isBlank() || secret.length() > 2_000) {
      problems.add(
          "auth_token", "it has 1 to 2000 characters", "send the account's token, key or password");
    }
  }

  private static void settings(Provider provider, @Nullable JsonNode settings, Problems problems) {
    Map<String, Setting> known =
        switch (provider) {
          case TWILIO, RESEND -> Map.of();
          case VAPI -> OF_VAPI;
          case SES -> OF_SES;
          case SMTP, SENDGRID, POSTMARK, MAILGUN -> OF_MAIL;
        };
    if (settings != null && !settings.isObject()) {
      problems.add("settings", "they are no object", "send {\"name\": value}");
      return;
    }
    if (settings != null) {
      for (var one : settings.properties()) {
        Setting setting = known.get(one.getKey());
        if (setting == null) {
          problems.add(
              "settings." + one.getKey(),
              "there is no such setting of " + provider.wire(),
              known.isEmpty() ? "leave it out" : "use some of " + new TreeMap<>(known).keySet());
        } else if (!setting.is().test(one.getValue())) {
          problems.add(
              "settings." + one.getKey(),
              "it is not " + setting.words(),
              "send " + setting.words());
        }
      }
    }
    if (Set.of(Provider.SMTP, Provider.SES).contains(provider)
        && (settings == null || !settings.hasNonNull("host"))) {
      problems.add("settings.host", "the server is missing", "name the host that takes mail");
    }
  }

  static @Nullable Provider provider(@Nullable String wire) {
    try {
      return wire == null ? null : WireEnum.parse(Provider.class, wire);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Whether something can be said by it on that channel. */
  static boolean serves(String provider, Channel channel) {
    Provider known = provider(provider);
    return known != null && known.channel() == channel;
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  private static boolean isHttp(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static Setting text(String pattern, String words) {
    return new Setting(value -> value.isString() && value.stringValue().matches(pattern), words);
  }

  private static Setting number(int least, int most) {
    return new Setting(
        value -> value.isInt() && value.intValue() >= least && value.intValue() <= most,
        "a whole number between " + least + " and " + most);
  }

  private static Map<String, Setting> with(Map<String, Setting> some, Map<String, Setting> more) {
    var all = new TreeMap<>(some);
    all.putAll(more);
    return Map.copyOf(all);
  }
}
