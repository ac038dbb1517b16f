package com.omnify.sandbox.twilio;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.persona.policy.Persona;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lookup v2. A number that cannot be is no error: 200 with {@code valid: false} and the reason.
 * Packages that were not asked for are null. Types are those of Twilio's line type intelligence:
 * mobile, landline, nonFixedVoip …
 */
final class Lookup {

  private static final List<String> PACKAGES_NOT_SIMULATED =
      List.of(
          "caller_name",
          "sim_swap",
          "call_forwarding",
          "line_status",
          "identity_match",
          "reassigned_number",
          "sms_pumping_risk",
          "phone_number_quality_score",
          "pre_fill");

  private Lookup() {}

  static Reply answer(String asked, Form query, Function<String, Persona> personas) {
    var phones = PhoneNumberUtil.getInstance();
    PhoneNumber number = null;
    String wrong = null;
    try {
      number = phones.parse(asked, query.text("CountryCode").orElse("US"));
      wrong = wrong(phones.isPossibleNumberWithReason(number));
    } catch (NumberParseException e) {
      wrong =
          e.getErrorType() == NumberParseException.ErrorType.INVALID_COUNTRY_CODE
              ? "INVALID_COUNTRY_CODE"
              : "NOT_A_NUMBER";
    }
    var e164 = number == null ? asked : phones.format(number, PhoneNumberFormat.E164);
    var persona = wrong == null ? personas.apply(e164) : Persona.INVALID;
    if (wrong == null && persona == Persona.INVALID) {
      wrong = "INVALID_BUT_POSSIBLE";
    }
    boolean valid = wrong == null && number != null;

    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put(
        "calling_country_code",
        valid && number != null ? Integer.toString(number.getCountryCode()) : null);
    body.put("country_code", valid && number != null ? country(phones, number) : null);
    body.put("phone_number", e164);
    body.put(
        "national_format",
        valid && number != null ? phones.format(number, PhoneNumberFormat.NATIONAL) : null);
    body.put("valid", valid);
    body.put("validation_errors", valid ? null : List.of(String.valueOf(wrong)));
    PACKAGES_NOT_SIMULATED.forEach(name -> body.put(name, null));
    boolean lineType =
        query
            .text("Fields")
            .map(f -> List.of(f.split(",")).contains("line_type_intelligence"))
            .orElse(false);
    body.put("line_type_intelligence", valid && lineType ? lineType(persona) : null);
    body.put("url", "https://lookups.twilio.com/v2/PhoneNumbers/" + e164);
    return Json.reply(200, body);
  }

  private static Map<String, @Nullable Object> lineType(Persona persona) {
    var type = new LinkedHashMap<String, @Nullable Object>();
    type.put("error_code", null);
    type.put("mobile_country_code", persona == Persona.LANDLINE ? null : "310");
    type.put("mobile_network_code", persona == Persona.LANDLINE ? null : "260");
    type.put(
        "carrier_name",
        switch (persona) {
          case LANDLINE -> "Sandbox Local Exchange";
          case VOIP -> "Sandbox Internet Telephony";
          default -> "Sandbox Wireless";
        });
    type.put(
        "type",
        switch (persona) {
          case LANDLINE -> "landline";
          case VOIP -> "nonFixedVoip";
          default -> "mobile";
        });
    return type;
  }

  private static String country(PhoneNumberUtil phones, PhoneNumber number) {
    var region = phones.getRegionCodeForNumber(number);
    return region != null ? region : phones.getRegionCodeForCountryCode(number.getCountryCode());
  }

  private static @Nullable String wrong(ValidationResult result) {
    return switch (result) {
      case IS_POSSIBLE -> null;
      case TOO_SHORT, IS_POSSIBLE_LOCAL_ONLY -> "TOO_SHORT";
      case TOO_LONG -> "TOO_LONG";
      case INVALID_COUNTRY_CODE -> "INVALID_COUNTRY_CODE";
      case INVALID_LENGTH -> "INVALID_LENGTH";
    };
  }
}
