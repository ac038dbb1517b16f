package com.omnify.channels.email;

import com.omnify.channels.compose.policy.MailText;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.email.policy.Footer;
import com.omnify.channels.email.policy.Letter;
import com.omnify.model.EmailMessageId;
import com.omnify.model.Provider;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes a letter of the words of a dispatch. */
final class Letters {

  private Letters() {}

  static Letter of(
      DispatchKey dispatch, Sender.Mailbox from, String to, MailText words, Footer footer) {
    var headers = new LinkedHashMap<String, String>();
    // RFC 8058: one click, and no page asks whether one is sure.
    headers.put("List-Unsubscribe", "<" + footer.unsubscribe() + ">");
    headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    headers.putAll(vendor(from.account().provider(), dispatch));
    String configuration = from.account().settings().path("configuration_set").stringValue("");
    if (from.account().provider() == Provider.SES && configuration.matches("[A-Za-z0-9_-]{1,64}")) {
      headers.put("X-SES-CONFIGURATION-SET", configuration);
    }
    return new Letter(
        from.address(),
        from.displayName(),
        from.replyTo(),
        to,
        words.subject(),
        footer.under(words.body()),
        words.html() == null ? null : footer.underHtml(words.html()),
        EmailMessageId.of(dispatch.id(), dispatch.client(), from.address()).toString(),
        headers);
  }

  /**
   * In each provider's own words: which dispatch it is, for its reports to say, and that nothing is
   * to be woven into the mail to see what its reader does.
   */
  static Map<String, String> vendor(Provider provider, DispatchKey key) {
    return switch (provider) {
      case SENDGRID ->
          Map.of(
              "X-SMTPAPI",
              """
              {"unique_args": {"dispatch_id": "%s", "client_id": "%s"}, "filters": \
              {"clicktrack": {"settings": {"enable": 0}}, "opentrack": {"settings": {"enable": 0}}}}"""
                  .formatted(key.id(), key.client()));
      case POSTMARK ->
          Map.of(
              "X-PM-Metadata-dispatch_id",
              key.id().toString(),
              "X-PM-Metadata-client_id",
              key.client().toString(),
              "X-PM-TrackOpens",
              "false",
              "X-PM-TrackLinks",
              "None");
      case MAILGUN ->
          Map.of(
              "X-Mailgun-Variables",
              "{\"dispatch_id\": \"%s\", \"client_id\": \"%s\"}".formatted(key.id(), key.client()),
              "X-Mailgun-Track",
              "no");
      case SES ->
          Map.of(
              "X-SES-MESSAGE-TAGS",
              "dispatch_id=%s, client_id=%s".formatted(key.id(), key.client()));
      case SMTP, RESEND, TWILIO, VAPI -> Map.of();
    };
  }
}
