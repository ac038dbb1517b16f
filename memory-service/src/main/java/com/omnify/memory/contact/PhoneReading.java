package com.omnify.memory.contact;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberToTimeZonesMapper;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import com.omnify.model.PhoneType;
import java.util.List;

/** What a text says as a phone number. */
public sealed interface PhoneReading {

  /**
   * A number that can exist.
   *
   * @param e164 its one spelling
   * @param type what its range tells; {@code UNKNOWN} for ordinary US numbers, which may be either
   * @param timeZones every IANA zone it may lie in; empty where the number says nothing of a place
   */
  record Valid(String e164, PhoneType type, List<String> timeZones) implements PhoneReading {}

  /**
   * A number that cannot exist.
   *
   * @param message what is wrong, to follow the field's name
   * @param fix what to do about it
   */
  record Invalid(String message, String fix) implements PhoneReading {}

  /** The same national format as in the field's examples. */
  String EXAMPLE = "write it with country code, such as +1 206 555 0100";

  /**
   * Reads a number as people write it.
   *
   * @param region where numbers without country code lie, such as {@code US}
   */
  static PhoneReading read(String text, String region) {
    var library = PhoneNumberUtil.getInstance();
    PhoneNumber number;
    try {
      number = library.parse(text, region);
    } catch (NumberParseException e) {
      return switch (e.getErrorType()) {
        case INVALID_COUNTRY_CODE -> new Invalid("has a country code that does not exist", EXAMPLE);
        case TOO_SHORT_AFTER_IDD, TOO_SHORT_NSN -> tooShort();
        case TOO_LONG -> tooLong();
        case NOT_A_NUMBER -> new Invalid("is not a phone number", EXAMPLE);
      };
    }
    if (number.hasExtension()) {
      return new Invalid(
          "has an extension, which neither SMS nor calls can reach", "give the direct number");
    }
    return switch (library.isPossibleNumberWithReason(number)) {
      case TOO_SHORT -> tooShort();
      case TOO_LONG -> tooLong();
      case IS_POSSIBLE_LOCAL_ONLY ->
          new Invalid("lacks its area code", "put the area code in front: " + EXAMPLE);
      case INVALID_COUNTRY_CODE -> new Invalid("has a country code that does not exist", EXAMPLE);
      case INVALID_LENGTH -> new Invalid("has a wrong number of digits", EXAMPLE);
      case IS_POSSIBLE ->
          library.isValidNumber(number) ? valid(library, number) : nonexistent(library, number);
    };
  }

  private static PhoneReading valid(PhoneNumberUtil library, PhoneNumber number) {
    var type = library.getNumberType(number);
    return new Valid(
        library.format(number, PhoneNumberFormat.E164),
        switch (type) {
          case MOBILE -> PhoneType.MOBILE;
          case FIXED_LINE -> PhoneType.LANDLINE;
          case VOIP -> PhoneType.VOIP;
          default -> PhoneType.UNKNOWN;
        },
        switch (type) {
          // a toll-free number rings anywhere: the mapper would list every zone of its country
          case FIXED_LINE, MOBILE, FIXED_LINE_OR_MOBILE, VOIP -> timeZones(number);
          default -> List.of();
        });
  }

  private static List<String> timeZones(PhoneNumber number) {
    return PhoneNumberToTimeZonesMapper.getInstance().getTimeZonesForNumber(number).stream()
        .filter(zone -> !zone.equals(PhoneNumberToTimeZonesMapper.getUnknownTimeZone()))
        .toList();
  }

  private static Invalid nonexistent(PhoneNumberUtil library, PhoneNumber number) {
    String region = library.getRegionCodeForCountryCode(number.getCountryCode());
    return new Invalid(
        "is no number that exists in " + ("ZZ".equals(region) ? "any country" : region),
        "check its area code and first digits; a number of another country needs its + and country code");
  }

  private static Invalid tooShort() {
    return new Invalid("has too few digits", EXAMPLE);
  }

  private static Invalid tooLong() {
    return new Invalid("has too many digits", EXAMPLE);
  }
}
