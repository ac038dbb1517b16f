package com.omnify.memory.contact;

import java.util.Map;

/**
 * What holds for contacts of a client beyond what holds for all.
 *
 * @param region where phone numbers without a country code lie, such as US
 * @param types of the custom fields that are defined; others may hold anything
 */
public record ContactRules(String region, Map<String, CustomFieldType> types) {

  public ContactRules {
    types = Map.copyOf(types);
  }

  /** The same for numbers of another country. */
  public ContactRules in(String otherRegion) {
    return new ContactRules(otherRegion, types);
  }
}
