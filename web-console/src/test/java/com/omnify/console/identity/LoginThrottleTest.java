package com.omnify.console.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

  private final AtomicLong nanos = new AtomicLong();
  private final LoginThrottle throttle = new LoginThrottle(nanos::get);

  @Test
  void guessingAtOneAccountEndsSoon() {
    fail("ada@example.com", "10.0.0.1", LoginThrottle.MOST_PER_ACCOUNT);
    assertThat(throttle.allows("ada@example.com", "10.0.0.1")).isFalse();
    assertThat(throttle.allows("ada@example.com", "10.0.0.2")).isTrue();
    assertThat(throttle.allows("bob@example.com", "10.0.0.1")).isTrue();
  }

  @Test
  void tryingOnePasswordOnManyAccountsEndsToo() {
    for (int n = 0; n < LoginThrottle.MOST_PER_ADDRESS; n++) {
      throttle.failed("user" + n + "@example.com", "10.0.0.1");
    }
    assertThat(throttle.allows("ada@example.com", "10.0.0.1")).isFalse();
  }

  @Test
  void aRightPasswordForgivesWrongOnes() {
    fail("ada@example.com", "10.0.0.1", LoginThrottle.MOST_PER_ACCOUNT - 1);
    throttle.succeeded("ada@example.com", "10.0.0.1");
    fail("ada@example.com", "10.0.0.1", LoginThrottle.MOST_PER_ACCOUNT - 1);
    assertThat(throttle.allows("ada@example.com", "10.0.0.1")).isTrue();
  }

  @Test
  void waitingHelps() {
    fail("ada@example.com", "10.0.0.1", LoginThrottle.MOST_PER_ACCOUNT);
    nanos.addAndGet(LoginThrottle.WINDOW.plusSeconds(1).toNanos());
    assertThat(throttle.allows("ada@example.com", "10.0.0.1")).isTrue();
  }

  private void fail(String email, String address, int times) {
    for (int n = 0; n < times; n++) {
      throttle.failed(email, address);
    }
  }
}
