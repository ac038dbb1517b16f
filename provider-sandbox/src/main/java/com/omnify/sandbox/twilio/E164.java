package com.omnify.sandbox.twilio;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import java.util.Optional;

/** Phone numbers as Twilio reads them. */
public final class E164 {

  private E164() {}

  /**
   * The number in E.164, also from US national notation; empty when it is none. The length must be
   * possible for its country; that a range is assigned is not asked, since numbers for fiction
   * (555) must work.
   */
  public static Optional<String> of(String text) {
    var phones = PhoneNumberUtil.getInstance();
    try {
      var number = phones.parse(text.strip(), "US");
      return phones.isPossibleNumber(number)
          ? Optional.of(phones.format(number, PhoneNumberFormat.E164))
          : Optional.empty();
    } catch (NumberParseException _) {
      return Optional.empty();
    }
  }
}
