package com.omnify.events.lead.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a lead says of a person, as it was written; memory-service checks it. The columns {@code
 * leads.contact} hold this as JSON.
 *
 * @param country where numbers without a country code lie, such as {@code US}
 * @param consent by channel
 */
public record LeadContact(
    @Nullable String firstName,
    @Nullable String lastName,
    @Nullable String company,
    @Nullable String phone,
    @Nullable String email,
    @Nullable String timeZone,
    @Nullable String state,
    @Nullable String postalCode,
    String source,
    List<String> tags,
    Map<String, Object> customFields,
    Map<String, Consent> consent,
    String country) {

  /**
   * What the person agreed to, with its proof.
   *
   * @param at ISO-8601; when the lead came, where null
   */
  public record Consent(
      boolean granted, String source, @Nullable String textShown, @Nullable String at) {}

  /** Whether there is a way to reach them, as far as one can see. */
  public boolean hasAddress() {
    return phone != null || email != null;
  }
}
