package com.omnify.channels.email;

import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.channels.email.policy.SmtpServer.Tls;
import com.omnify.model.Provider;
import org.jspecify.annotations.Nullable;

/** Which server takes the mail of which account. */
final class SmtpServers {

  private SmtpServers() {}

  /**
   * Of an account.
   *
   * @throws IllegalArgumentException where its settings name no server
   */
  static SmtpServer of(ProviderAccount account) {
    String host = account.settings().path("host").stringValue(host(account.provider()));
    if (host == null || host.isBlank()) {
      throw new IllegalArgumentException("The account's settings name no host");
    }
    Tls tls =
        switch (account.settings().path("tls").stringValue("starttls")) {
          case "none" -> Tls.NONE;
          case "tls" -> Tls.TLS;
          default -> Tls.STARTTLS;
        };
    int port = account.settings().path("port").intValue(tls == Tls.TLS ? 465 : 587);
    String user = user(account);
    return new SmtpServer(host, port, tls, user.isEmpty() ? null : user, account.secret());
  }

  private static @Nullable String host(Provider provider) {
    return switch (provider) {
      case SENDGRID -> "smtp.sendgrid.net";
      case POSTMARK -> "smtp.postmarkapp.com";
      case MAILGUN -> "smtp.mailgun.org";
      case SMTP, SES, RESEND, TWILIO, VAPI -> null;
    };
  }

  /** Two of them have one secret for both, or one name for all. */
  private static String user(ProviderAccount account) {
    if (!account.user().isEmpty()) {
      return account.user();
    }
    return switch (account.provider()) {
      case SENDGRID -> "apikey";
      case POSTMARK -> account.secret();
      case SMTP, MAILGUN, SES, RESEND, TWILIO, VAPI -> "";
    };
  }
}
