package com.omnify.model;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Message-ID} of a mail that a dispatch sends: {@code <dispatch.client@domain>}. It
 * follows from the dispatch alone, so that every attempt to hand over the same dispatch carries the
 * same one, and a bounce or a reply that quotes it names its dispatch without a look-up.
 *
 * @param domain the sender's, in lower case
 */
public record EmailMessageId(DispatchId dispatch, ClientId client, String domain) {

  private static final String UUID_TEXT =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9][a-z0-9.-]{0,252}");

  private static final Pattern FORM =
      Pattern.compile(
          "(?<![0-9a-zA-Z.-])("
              + UUID_TEXT
              + ")\\.("
              + UUID_TEXT
              + ")@([a-zA-Z0-9][a-zA-Z0-9.-]*)");

  /** How much of a header is looked through; a longer one is no work of a mail program. */
  private static final int LONGEST = 16_384;

  public EmailMessageId {
    domain = domain.toLowerCase(java.util.Locale.ROOT);
    if (!DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException("'" + domain + "' is no domain name");
    }
  }

  /** Of what goes out from that address. */
  public static EmailMessageId of(DispatchId dispatch, ClientId client, String address) {
    return new EmailMessageId(dispatch, client, address.substring(address.lastIndexOf('@') + 1));
  }

  /**
   * The first of ours in a header's value, as in {@code In-Reply-To} or {@code References}, with or
   * without the angle brackets; none in text that holds none, however it is formed.
   */
  public static Optional<EmailMessageId> in(String text) {
    Matcher found = FORM.matcher(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    while (found.find()) {
      String domain = stripDots(found.group(3));
      if (domain.length() <= 253) {
        return Optional.of(
            new EmailMessageId(
                new DispatchId(UUID.fromString(found.group(1))),
                new ClientId(UUID.fromString(found.group(2))),
                domain));
      }
    }
    return Optional.empty();
  }

  /** The header's value, angle brackets included. */
  @Override
  public String toString() {
    return "<" + bare() + ">";
  }

  /** Without the angle brackets, as rows hold it. */
  public String bare() {
    return dispatch + "." + client + "@" + domain;
  }

  private static String stripDots(String domain) {
    int end = domain.length();
    while (end > 1 && (domain.charAt(end - 1) == '.' || domain.charAt(end - 1) == '-')) {
      end--;
    }
    return domain.substring(0, end);
  }
}
