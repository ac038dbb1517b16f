package com.omnify.channels.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatchQueueTest {

  private final DispatchQueue queue =
      new DispatchQueue(
          Channel.SMS,
          new ChannelSettings(
              1,
              2,
              1,
              1,
              Duration.ZERO,
              Duration.ZERO,
              Duration.ZERO,
              Duration.ZERO,
              Duration.ZERO),
          new SimpleMeterRegistry());

  @BeforeEach
  void open() {
    queue.open();
  }

  private static DispatchKey key() {
    return new DispatchKey(new ClientId(UUID.randomUUID()), new DispatchId(UUID.randomUUID()));
  }

  @Test
  void whatIsInHandIsNotTakenAgain() throws Exception {
    var key = key();
    queue.put(key);
    queue.put(key);
    assertThat(queue.offer(key)).isFalse();
    assertThat(queue.take(10, 0, Pace.ANY)).containsExactly(key);
    queue.put(key);
    assertThat(queue.take(10, 0, Pace.ANY)).isEmpty();
    queue.done(key);
    queue.put(key);
    assertThat(queue.take(10, 0, Pace.ANY)).containsExactly(key);
  }

  @Test
  void aFullQueueHoldsTheListenerUp() throws Exception {
    queue.put(key());
    queue.put(key());
    assertThat(queue.offer(key())).isFalse();
    var third = key();
    var listener =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    queue.put(third);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await().until(() -> queue.inHand() == 3);
    assertThat(listener.isAlive()).isTrue();
    assertThat(queue.take(1, 0, Pace.ANY)).hasSize(1);
    listener.join();
    assertThat(queue.take(10, 0, Pace.ANY)).hasSize(2).contains(third);
  }

  @Test
  void closingLetsTheListenerGo() throws Exception {
    queue.put(key());
    queue.put(key());
    var listener =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    queue.put(key());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await().until(() -> queue.inHand() == 3);
    queue.close();
    listener.join();
    assertThat(queue.take(10, 0, Pace.ANY)).isEmpty();
    assertThat(queue.inHand()).isZero();
  }
}
