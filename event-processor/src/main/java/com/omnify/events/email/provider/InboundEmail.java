package com.omnify.events.email.provider;

import com.omnify.events.email.autoreply.policy.AutoReplies;
import com.omnify.events.email.autoreply.policy.AutoReply;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import com.omnify.events.email.reply.Replies;
import com.omnify.model.EmailMessageId;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A mail that someone sent to us, as any provider hands it over.
 *
 * @param key the same for every repetition of this post, unique within the provider
 * @param from the address of its author; empty where none can be read
 * @param to the address it was delivered to
 * @param text its plain form, or empty
 * @param html its HTML form, or empty
 * @param mail its parts, as far as they were handed over
 */
public record InboundEmail(
    EmailProvider provider,
    String key,
    String from,
    String to,
    String subject,
    String text,
    String html,
    MailHeaders headers,
    MailPart mail) {

  /** Longer ones are no answer to anything; what a person wrote stands at the top. */
  private static final int LONGEST = 1 << 20;

  public InboundEmail {
    text = cut(text);
    html = cut(html);
  }

  /** What the author wrote, without quotations and signature. */
  public String visible() {
    return Replies.visible(text, html);
  }

  /**
   * Whether a person or a machine answered.
   *
   * @param received the day it came
   */
  public AutoReply answered(LocalDate received) {
    return AutoReplies.recognise(headers, subject, visible(), received);
  }

  /** The mail of ours that it answers. */
  public Optional<EmailMessageId> answers() {
    return Stream.of("in-reply-to", "references")
        .flatMap(name -> headers.all(name).stream())
        .map(EmailMessageId::in)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }
}
