package com.omnify.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.TwilioCodes.MatchedBy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwilioCodesTest {

  @ParameterizedTest
  @CsvSource({
    "21211, INVALID_NUMBER",
    "21614, INVALID_NUMBER",
    "30005, INVALID_NUMBER",
    "30003, SMS_UNDELIVERED",
    "30008, SMS_UNDELIVERED",
    "30004, SMS_FAILED",
    "30007, SMS_FAILED",
    "30034, SMS_FAILED",
    "21408, SMS_FAILED",
    "21612, SMS_FAILED",
    "21610, RECIPIENT_OPTED_OUT",
    "20429, CAPACITY_EXHAUSTED",
    "21611, CAPACITY_EXHAUSTED",
    "30001, CAPACITY_EXHAUSTED",
    "30022, CAPACITY_EXHAUSTED",
    "63038, CAPACITY_EXHAUSTED",
    "20003, ACCOUNT_PROBLEM",
    "30002, ACCOUNT_PROBLEM",
    "21602, BAD_REQUEST"
  })
  void knownCodeMeansWhatTheTableSays(String code, FailureType failure) {
    assertThat(TwilioCodes.read(code, null))
        .isEqualTo(new TwilioCodes.Reading(failure, MatchedBy.EXACT));
  }

  @ParameterizedTest
  @CsvSource({
    "30006, LANDLINE, LANDLINE_DETECTED",
    "30006, MOBILE, SMS_UNDELIVERED",
    "30006, , SMS_UNDELIVERED",
    "21635, LANDLINE, LANDLINE_DETECTED",
    "21635, , SMS_UNDELIVERED",
    "21614, LANDLINE, LANDLINE_DETECTED",
    "21614, MOBILE, SMS_UNDELIVERED",
    "21614, UNKNOWN, INVALID_NUMBER"
  })
  void onlyALookUpMakesALandline(String code, PhoneType lookedUp, FailureType failure) {
    assertThat(TwilioCodes.failureOf(code, lookedUp)).isEqualTo(failure);
  }

  @Test
  void unknownCodeIsReadByItsRangeOrNotAtAll() {
    assertThat(TwilioCodes.read("30999", null))
        .isEqualTo(new TwilioCodes.Reading(FailureType.SMS_UNDELIVERED, MatchedBy.PATTERN));
    assertThat(TwilioCodes.read("21699", null))
        .isEqualTo(new TwilioCodes.Reading(FailureType.BAD_REQUEST, MatchedBy.PATTERN));
    assertThat(TwilioCodes.read("99999", null).matchedBy()).isEqualTo(MatchedBy.DEFAULT);
    assertThat(TwilioCodes.failureOf(null, null)).isEqualTo(FailureType.OTHER);
    assertThat(TwilioCodes.failureOf(" ", null)).isEqualTo(FailureType.OTHER);
  }
}
