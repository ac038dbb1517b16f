package com.omnify.healer.diagnosis.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.FailureType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {

  private static Duration wait(FailureType type, int attempt, double rate) {
    var failure = new Failure(type, attempt, true);
    var diagnosis =
        Outage.outlast(
            HealingPolicy.diagnose(failure, History.NONE, Reachability.UNKNOWN), failure, rate);
    return ((HealingAction.Retry) diagnosis.action()).after();
  }

  @Test
  void boundedAttemptsOutlastAQuarterOfAnHourAtAnyRate() {
    for (double rate : new double[] {1, 60, 1_000, 5_000}) {
      double real = 0;
      for (int attempt = 1; attempt < HealingPolicy.MOST_ATTEMPTS; attempt++) {
        real += wait(FailureType.CAPACITY_EXHAUSTED, attempt, rate).toMillis() / 1e3 / rate;
      }
      assertThat(real).as("at " + rate).isGreaterThan(900);
    }
  }

  @Test
  void atTheRealRateNothingChanges() {
    assertThat(wait(FailureType.UNREACHABLE_PROVIDER, 1, 1)).isEqualTo(Duration.ofMinutes(1));
    assertThat(wait(FailureType.CAPACITY_EXHAUSTED, 7, 1)).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void whatIsNoFaultOfTheProvidersFollowsTheFleetClockAlone() {
    assertThat(wait(FailureType.SMS_UNDELIVERED, 1, 5_000)).isEqualTo(Duration.ofMinutes(5));
  }
}
