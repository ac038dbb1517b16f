package com.omnify.channels.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.UuidV7;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class SweeperTest {

  @Test
  void whatWasLeftOpenBeforeALongNightIsFoundAtTheStart(
      TestDatabase database, Fixtures fixtures, @Autowired AutowireCapableBeanFactory beans) {
    database
        .admin()
        .sql(
            """
            CREATE TABLE omnify.dispatches_of_old PARTITION OF omnify.dispatches
            FOR VALUES FROM (omnify.uuid7_floor(now() - interval '12 days'))
            TO (omnify.uuid7_floor(now() - interval '5 days'))
            """)
        .update();
    Instant then = Instant.now().minus(Duration.ofDays(9));
    ClientId client = fixtures.client();
    var sequence = fixtures.sequence(client, 1);
    var contact = fixtures.contact(client);
    DispatchRef left =
        Fixtures.ref(
            client,
            contact,
            fixtures.enrollment(client, contact, sequence),
            sequence,
            1,
            new DispatchId(UuidV7.floor(then)),
            1);
    fixtures.insert(left, DispatchState.READY);
    database
        .admin()
        .sql("UPDATE dispatches SET created_at = now() - interval '9 days' WHERE id = :id")
        .param("id", left.dispatchId().value())
        .update();

    Sweeper sweeper = beans.createBean(Sweeper.class);
    int looks = 1;
    while (sweeper.sweep()) {
      looks++;
    }
    // A day a look: it holds nobody up for long.
    assertThat(looks).isBetween(10, 31);

    // Too old to be said: the scheduler decides anew.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        database.lines(
                            "SELECT state FROM dispatches WHERE id = '%s'"
                                .formatted(left.dispatchId())))
                    .containsExactly("expired"));
  }
}
