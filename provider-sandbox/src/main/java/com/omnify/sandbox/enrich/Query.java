package com.omnify.sandbox.enrich;

import org.jspecify.annotations.Nullable;

/** What is known of somebody; at least an e-mail, a phone, or a first and last name. */
record Query(
    @Nullable String name,
    @Nullable String firstName,
    @Nullable String lastName,
    @Nullable String company,
    @Nullable String email,
    @Nullable String phone) {

  /** The same with a name in one piece taken apart. */
  Query apart() {
    if (name == null || firstName != null || lastName != null || !name.contains(" ")) {
      return this;
    }
    int space = name.strip().lastIndexOf(' ');
    return new Query(
        name,
        name.strip().substring(0, space),
        name.strip().substring(space + 1),
        company,
        email,
        phone);
  }

  boolean isEnough() {
    return email != null || phone != null || (firstName != null && lastName != null);
  }

  /** Equal for equal questions. */
  String key() {
    return String.join(
        "|",
        String.valueOf(email),
        String.valueOf(phone),
        String.valueOf(firstName),
        String.valueOf(lastName),
        String.valueOf(company));
  }
}
