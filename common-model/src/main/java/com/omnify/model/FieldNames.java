package com.omnify.model;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which field of a contact a column of a file or a question of a form is about, by its name. Leads
 * and imports read the same names, so that a person finds them in the same place.
 */
public final class FieldNames {

  /** A first and a last name in one. */
  public static final String FULL_NAME = "full_name";

  private static final int LONGEST_KEY = 60;

  private static final Map<String, String> KNOWN = new HashMap<>();

  static {
    known("first_name", "first_name firstname first given_name givenname fname forename vorname");
    known("last_name", "last_name lastname last surname family_name familyname lname nachname");
    known(FULL_NAME, "full_name fullname name your_name contact_name customer customer_name");
    known(
        "phone",
        "phone phone_number phonenumber phone_no mobile mobile_phone mobile_number cell cell_phone cellphone tel"
            + " telephone telefon handy work_phone user_phone primary_phone your_phone");
    known(
        "email",
        "email e_mail mail email_address e_mail_address emailaddress user_email work_email your_email primary_email");
    known("company", "company company_name organization organisation business business_name firma");
    known("time_zone", "time_zone timezone tz");
    known("state", "state region province us_state bundesland");
    known("postal_code", "postal_code postalcode zip zip_code zipcode postcode post_code plz");
    known("status", "status lead_status contact_status");
    known("source", "source lead_source");
    known("tags", "tags tag labels");
  }

  private FieldNames() {}

  private static void known(String field, String names) {
    for (String name : names.split(" ")) {
      KNOWN.put(name, field);
    }
  }

  /**
   * The contact's field of that name, as people and providers write it: {@code E-Mail}, {@code
   * PHONE_NUMBER}, {@code Vorname}.
   */
  public static Optional<String> contactField(String name) {
    return Optional.ofNullable(KNOWN.get(key(name)));
  }

  /**
   * The name as the key of a custom field: lower-case letters, digits and underscores, beginning
   * with a letter, at most 60; empty where nothing of it can be one.
   */
  public static Optional<String> customKey(String name) {
    String key = key(name).replaceAll("^[^a-z]+", "");
    String bounded = key.length() > LONGEST_KEY ? key.substring(0, LONGEST_KEY) : key;
    return bounded.isEmpty() ? Optional.empty() : Optional.of(bounded);
  }

  private static String key(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    return plain.replaceAll("\\p{M}+", "").replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
  }
}
