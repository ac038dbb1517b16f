package com.omnify.events.email.message.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as they stand in reports, not as RFC 5322 would have them. */
public final class MailAddresses {

  /** As part of other patterns; its one group is the address. */
  public static final String FORM =
      "([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,250})";

  private static final Pattern ANY = Pattern.compile("(?<![A-Za-z0-9.!#$%&'*+/=?^_`{|}~-])" + FORM);

  private MailAddresses() {}

  /** The first address in a field, or empty. */
  public static String first(String text) {
    Matcher found = ANY.matcher(text.length() > 4_000 ? text.substring(0, 4_000) : text);
    return found.find() ? trimmed(found.group(1)) : "";
  }

  public static String trimmed(String address) {
    int end = address.length();
    while (end > 0 && (address.charAt(end - 1) == '.' || address.charAt(end - 1) == '-')) {
      end--;
    }
    return address.substring(0, end);
  }
}
