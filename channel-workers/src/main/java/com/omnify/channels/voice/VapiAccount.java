package com.omnify.channels.voice;

import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.model.id.ProviderAccountId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A client's account at VAPI.
 *
 * @param webhookSecret sent along by VAPI with all that it reports
 * @param concurrency calls that may be under way at once
 * @param baseUrl where the API stands, null for VAPI's own address
 */
record VapiAccount(
    ProviderAccountId id,
    String privateKey,
    String webhookSecret,
    int concurrency,
    @Nullable URI baseUrl) {

  /** Where no other number is set: as many as VAPI gives to everyone. */
  static final int DEFAULT_CONCURRENCY = 10;

  private static final URI VAPI = URI.create("https://api.vapi.ai");

  static VapiAccount of(ProviderAccount account) {
    String secret = account.webhookSecret();
    return new VapiAccount(
        account.id(),
        account.secret(),
        secret == null ? "" : secret,
        Math.max(0, account.settings().path("concurrency").intValue(DEFAULT_CONCURRENCY)),
        account.baseUrl());
  }

  /**
   * Whether reports of its calls could be told from anybody's: without, nobody hears of their end.
   */
  boolean canProveItsReports() {
    return !webhookSecret.isBlank();
  }

  /** The address of one of its resources. */
  URI at(String path) {
    String base = (baseUrl == null ? VAPI : baseUrl).toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /** Without the secrets: accounts end up in logs. */
  @Override
  public String toString() {
    return "VapiAccount[" + id + "]";
  }
}
