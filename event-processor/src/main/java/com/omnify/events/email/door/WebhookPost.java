package com.omnify.events.email.door;

import com.omnify.events.email.provider.EmailProvider;
import com.omnify.model.id.ClientId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;

/** Whose door was knocked at, by what. */
record WebhookPost(EmailProvider provider, ClientId client, UUID account, HttpServletRequest http) {

  /** Empty where it is not there. */
  String header(String name) {
    String value = http.getHeader(name);
    return value == null ? "" : value;
  }

  /** Resend's headers are Svix', and may be named by the standard that came of them. */
  String standard(String name) {
    String value = header("svix-" + name);
    return value.isEmpty() ? header("webhook-" + name) : value;
  }

  /** The address that it comes from; the gateway says whose. */
  String from() {
    String said = header("X-Forwarded-For");
    return said.isEmpty() ? String.valueOf(http.getRemoteAddr()) : said;
  }

  String contentType() {
    String value = http.getContentType();
    return value == null ? "" : value;
  }
}
