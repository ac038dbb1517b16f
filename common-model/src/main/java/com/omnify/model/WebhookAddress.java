package com.omnify.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Whether an address can be called at all; where it leads is judged when it is called. */
public final class WebhookAddress {

  private static final int LONGEST = 2_000;

  private WebhookAddress() {}

  /** What is wrong with it. */
  public static Optional<String> faults(String address) {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      return Optional.of("'" + address + "' is no address");
    }
    if (address.length() > LONGEST) {
      return Optional.of("the address is longer than " + LONGEST + " characters");
    }
    if (!"https".equalsIgnoreCase(uri.getScheme()) && !"http".equalsIgnoreCase(uri.getScheme())) {
      return Optional.of("an address begins with https:// or http://");
    }
    if (uri.getHost() == null) {
      return Optional.of("the address names no host");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("an address holds no user name or password");
    }
    return uri.getRawFragment() == null
        ? Optional.empty()
        : Optional.of("an address to call has no fragment");
  }
}
