package com.omnify.memory.contact;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A contact as callers write it. In a PATCH, what is left out stays and an explicit null clears.
 *
 * @param phone in any usual form; stored as E.164
 * @param timeZone IANA name, such as America/Chicago
 * @param tags slugs
 * @param customFields at most 50 texts, numbers or booleans
 * @param consent added to the ledger, per channel
 * @param version in a PATCH: the version it was made for; refused where another is there by now
 */
public record ContactBody(
    @Nullable String firstName,
    @Nullable String lastName,
    @Nullable String company,
    @Nullable String phone,
    @Nullable String email,
    @Nullable String timeZone,
    @Nullable String state,
    @Nullable String postalCode,
    @Nullable String status,
    @Nullable String source,
    @Nullable List<@Nullable String> tags,
    @Nullable Map<String, @Nullable Object> customFields,
    @Nullable ConsentsBody consent,
    @Nullable Integer version) {

  /** Consent by channel. */
  public record ConsentsBody(
      @Nullable ConsentBody sms, @Nullable ConsentBody email, @Nullable ConsentBody voice) {}

  /**
   * One statement of consent, or of its end.
   *
   * @param source where it was given, such as web_form
   * @param textShown what the person read
   * @param at now, where left out
   */
  public record ConsentBody(
      @Nullable Boolean granted,
      @Nullable String source,
      @Nullable String textShown,
      @Nullable Instant at) {}
}
