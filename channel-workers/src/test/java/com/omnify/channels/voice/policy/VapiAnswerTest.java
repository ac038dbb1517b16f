package com.omnify.channels.voice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VapiAnswerTest {

  private static SendResult answered(int status, @Nullable String id, @Nullable String message) {
    return VapiAnswer.read(
        new VapiAnswer.Seen(
            true, status, null, id, /* concurrencyBlocked= */ false, message, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | customer.number must be a valid phone number in the E.164 format | INVALID_NUMBER
          400 | Over Concurrency Limit. Contact support | CAPACITY_EXHAUSTED
          400 | Numbers bought on Vapi have a daily outbound call limit | CAPACITY_EXHAUSTED
          400 | Wallet balance is too low: purchase more credits | ACCOUNT_PROBLEM
          400 | Your subscription is frozen | ACCOUNT_PROBLEM
          400 | assistant.firstMessage must be a string | BAD_REQUEST
          401 | Invalid Key | ACCOUNT_PROBLEM
          403 | Forbidden | ACCOUNT_PROBLEM
          404 | Phone number not found | BAD_REQUEST
          429 | Too many requests | CAPACITY_EXHAUSTED
          """)
  void refusalsSayWhoIsToBlame(int status, String message, FailureType failure) {
    assertThat(answered(status, null, message))
        .isInstanceOfSatisfying(
            SendResult.Rejected.class, it -> assertThat(it.failure()).isEqualTo(failure));
  }

  @Test
  void itSaysSoByAFieldToo() {
    var seen = new VapiAnswer.Seen(true, 400, null, null, true, "no", null);
    assertThat(VapiAnswer.read(seen))
        .isEqualTo(
            new SendResult.Rejected(
                FailureType.CAPACITY_EXHAUSTED, "concurrency_limit", "no", null));
  }

  @ParameterizedTest
  @CsvSource({"408", "409", "500", "502", "503", "307"})
  void whatIsNotCertainIsUnknown(int status) {
    assertThat(answered(status, null, "?")).isInstanceOf(SendResult.Unknown.class);
  }

  @Test
  void aCallIsAcceptedByItsId() {
    assertThat(answered(201, "call-1", null)).isEqualTo(new SendResult.Accepted("call-1"));
    assertThat(answered(201, null, null)).isInstanceOf(SendResult.Unknown.class);
  }

  @Test
  void withoutAnAnswerItDependsOnWhetherItHasBegun() {
    assertThat(VapiAnswer.read(new VapiAnswer.Seen(true, null, null, null, false, null, "reset")))
        .isInstanceOf(SendResult.Unknown.class);
    assertThat(VapiAnswer.read(new VapiAnswer.Seen(false, null, null, null, false, null, "dns")))
        .isEqualTo(new SendResult.NotSent("dns", null));
  }
}
