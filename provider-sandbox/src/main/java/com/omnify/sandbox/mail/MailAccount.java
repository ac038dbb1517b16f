package com.omnify.sandbox.mail;

import org.jspecify.annotations.Nullable;

/**
 * An account at an e-mail provider.
 *
 * @param id as the sender's own side knows it: it is part of the webhook addresses
 * @param username of SMTP; empty where the vendor knows none
 * @param secret password of SMTP, or key of the HTTP API
 * @param clientId whose webhooks hear of its mail
 * @param webhookSecret signs or proves the webhooks: Mailgun's signing key, Resend's {@code
 *     whsec_…}, Postmark's {@code user:password}. SendGrid's are signed by the sandbox's key pair
 * @param eventsUrl instead of the address made of public URL, client and id
 * @param inboundUrl likewise, for mail that comes in
 * @param returns how mail that cannot be delivered comes back; null as the vendor does it
 * @param registered false for an account that was taken as it came
 */
public record MailAccount(
    String id,
    Vendor vendor,
    String username,
    String secret,
    @Nullable String clientId,
    @Nullable String webhookSecret,
    @Nullable String eventsUrl,
    @Nullable String inboundUrl,
    @Nullable Returns returns,
    boolean registered) {

  /** How mail comes back that cannot be delivered. */
  public enum Returns {
    /** The provider posts an event. */
    EVENT,
    /** A delivery report is posted like any other mail that comes in. */
    INBOUND,
    /** A delivery report is put into the mailbox of the return path. */
    MAILBOX
  }

  public MailAccount {
    if (id.isBlank() || id.indexOf(' ') >= 0) {
      throw new IllegalArgumentException("an account's id is one word");
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("secret is empty: it is the SMTP password or the API key");
    }
    if (returns == Returns.INBOUND && !vendor.postsInbound()) {
      throw new IllegalArgumentException(vendor.wire() + " posts no mail that comes in");
    }
    if (returns == Returns.EVENT && !vendor.postsEvents()) {
      throw new IllegalArgumentException(vendor.wire() + " posts no events");
    }
  }

  Returns way() {
    return returns != null ? returns : vendor.postsEvents() ? Returns.EVENT : Returns.MAILBOX;
  }
}
