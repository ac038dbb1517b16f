package com.omnify.channels.compose;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a template can name, for one person. Empty values are absent, as {@code nil} is what {@code
 * if} and {@code default} look for.
 */
public final class Variables {

  /** What is known of a person, of the business, and of what was said. */
  public record Facts(
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String company,
      @Nullable String phone,
      @Nullable String email,
      @Nullable String state,
      @Nullable String postalCode,
      Map<String, Object> customFields,
      String clientName,
      @Nullable String clientPhone,
      @Nullable String clientWebsite,
      @Nullable String clientAddress,
      @Nullable String clientServiceArea,
      @Nullable String lastSmsReply,
      @Nullable String lastChannel,
      @Nullable Instant firstContactAt,
      int interactions) {}

  private Variables() {}

  /**
   * The values.
   *
   * @param now by the fleet clock
   */
  public static Map<String, Object> of(Facts facts, Instant now) {
    var values = new HashMap<String, Object>();
    put(values, "first_name", facts.firstName());
    put(values, "last_name", facts.lastName());
    put(
        values,
        "full_name",
        Stream.of(facts.firstName(), facts.lastName())
            .filter(name -> name != null && !name.isBlank())
            .collect(Collectors.joining(" ")));
    put(values, "company", facts.company());
    put(values, "phone", facts.phone());
    put(values, "email", facts.email());
    put(values, "state", facts.state());
    put(values, "postal_code", facts.postalCode());
    values.put("custom", facts.customFields());
    put(values, "client_name", facts.clientName());
    put(values, "client_phone", facts.clientPhone());
    put(values, "client_website", facts.clientWebsite());
    put(values, "client_address", facts.clientAddress());
    put(values, "client_service_area", facts.clientServiceArea());
    put(values, "last_sms_reply", facts.lastSmsReply());
    put(values, "last_channel_used", facts.lastChannel());
    Instant first = facts.firstContactAt();
    values.put(
        "days_since_first_contact",
        first == null ? 0L : Math.max(0, Duration.between(first, now).toDays()));
    values.put("interaction_count", facts.interactions());
    return values;
  }

  private static void put(Map<String, Object> values, String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      values.put(name, value.strip());
    }
  }
}
