package com.omnify.healer.codes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.healer.codes.policy.Meaning.CodeClass;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes.MatchedBy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderCodesTest {

  @ParameterizedTest
  @CsvSource({
    "twilio:30003, SMS_UNDELIVERED, TRANSIENT, EXACT",
    "twilio:30034, SMS_FAILED, SENDER, EXACT",
    "twilio:21610, RECIPIENT_OPTED_OUT, OPTED_OUT, EXACT",
    "twilio:30999, SMS_UNDELIVERED, TRANSIENT, PATTERN",
    "twilio:12345, OTHER, UNKNOWN, DEFAULT",
    "smtp:5.1.1, EMAIL_BOUNCED, HARD, EXACT",
    "smtp:5.1.10, EMAIL_BOUNCED, HARD, EXACT",
    "smtp:5.2.2, EMAIL_BOUNCED, SOFT, EXACT",
    "smtp:4.4.7, EMAIL_BOUNCED, SOFT, PATTERN",
    "smtp:5.7.26, EMAIL_SPAM, SPAM, PATTERN",
    "smtp:5.3.4, EMAIL_BOUNCED, SOFT, PATTERN",
    "smtp:full, EMAIL_BOUNCED, UNKNOWN, DEFAULT",
    "vapi:customer-busy, CALL_BUSY, TRANSIENT, EXACT",
    "customer-did-not-answer, CALL_NO_ANSWER, TRANSIENT, EXACT",
    "twilio-reported-customer-misdialed, INVALID_NUMBER, PERMANENT, EXACT",
    "call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable, CALL_NO_ANSWER, TRANSIENT, PATTERN",
    "call.in-progress.error-providerfault-outbound-sip-503-service-unavailable, CALL_FAILED, TRANSIENT, PATTERN",
    "call.in-progress.error-providerfault-outbound-sip-403-forbidden, CALL_FAILED, CONFIGURATION, PATTERN",
    "call.in-progress.error-sip-outbound-call-failed-to-connect, CALL_FAILED, TRANSIENT, PATTERN",
    "call.start.error-subscription-concurrency-limit-reached, CAPACITY_EXHAUSTED, CAPACITY, EXACT",
    "pipeline-error-openai-llm-failed, CALL_FAILED, ANSWERED_THEN_BROKEN, PATTERN",
    "call.in-progress.error-vapifault-worker-died, CALL_FAILED, ANSWERED_THEN_BROKEN, EXACT",
    "assistant-not-found, CALL_FAILED, CONFIGURATION, EXACT",
    "something-vapi-invents-tomorrow, CALL_FAILED, UNKNOWN, DEFAULT",
    "carrier-pigeon:lost, OTHER, UNKNOWN, DEFAULT"
  })
  void codeMeansWhatTheTableSays(
      String code, FailureType failure, CodeClass codeClass, MatchedBy matchedBy) {
    assertThat(ProviderCodes.read(code)).isEqualTo(new Meaning(failure, codeClass, matchedBy));
  }

  @ParameterizedTest
  @CsvSource({
    "customer-ended-call, COMPLETED",
    "silence-timed-out, COMPLETED",
    "exceeded-max-duration, COMPLETED",
    "voicemail, VOICEMAIL",
    "call.forwarding.operator-busy, COMPLETED",
    "manually-canceled, CANCELLED"
  })
  void endThatIsNoFailure(String code, CodeClass codeClass) {
    assertThat(ProviderCodes.read(code).failure()).isNull();
    assertThat(ProviderCodes.read(code).codeClass()).isEqualTo(codeClass);
  }

  @Test
  void operatorsBusyLineIsNoBusyCustomer() {
    assertThat(ProviderCodes.read("call.forwarding.operator-busy-again").failure()).isNull();
  }
}
