package com.omnify.memory.contact;

import com.omnify.model.PhoneType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be edited of a contact, checked and in its stored form. */
public record ContactFields(
    @Nullable String firstName,
    @Nullable String lastName,
    @Nullable String company,
    @Nullable String phone,
    PhoneType phoneType,
    List<String> phoneTimeZones,
    @Nullable String email,
    @Nullable String timeZone,
    @Nullable String state,
    @Nullable String postalCode,
    String status,
    String source,
    List<String> tags,
    Map<String, Object> customFields) {

  static final ContactFields BLANK =
      new ContactFields(
          null,
          null,
          null,
          null,
          PhoneType.UNKNOWN,
          List.of(),
          null,
          null,
          null,
          null,
          "new",
          "api",
          List.of(),
          Map.of());

  /** The same of another source. */
  ContactFields from(String otherSource) {
    return new ContactFields(
        firstName,
        lastName,
        company,
        phone,
        phoneType,
        phoneTimeZones,
        email,
        timeZone,
        state,
        postalCode,
        status,
        otherSource,
        tags,
        customFields);
  }
}
