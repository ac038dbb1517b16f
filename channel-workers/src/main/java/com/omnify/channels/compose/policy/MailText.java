package com.omnify.channels.compose.policy;

import org.jspecify.annotations.Nullable;

/**
 * The words of a mail.
 *
 * @param body its plain text
 */
public record MailText(String subject, String body, @Nullable String html) implements Message {

  @Override
  public int units() {
    return 1;
  }
}
