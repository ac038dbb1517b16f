package com.omnify.channels.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class ResultsTest {

  private final Results results;

  ResultsTest(@Autowired Results results) {
    this.results = results;
  }

  private static DispatchRef sending(TestDatabase database, Fixtures fixtures, ClientId client) {
    var sequence = fixtures.sequence(client, 1);
    var contact = fixtures.contact(client);
    var ref =
        fixtures.dispatch(
            client, contact, fixtures.enrollment(client, contact, sequence), sequence, 1);
    database
        .admin()
        .sql(
            """
            UPDATE dispatches SET state = 'sending', fenced_at = now(), post_deadline = now() + interval '5 s',
              sent_at = now(), own_address = '+14255550000' WHERE id = :id
            """)
        .param("id", ref.dispatchId().value())
        .update();
    return ref;
  }

  @Test
  void aResultThatCannotBeWrittenDoesNotKeepTheOthers(TestDatabase database, Fixtures fixtures) {
    ClientId lost = fixtures.client();
    database
        .admin()
        .sql("UPDATE clients SET time_zone = 'Mars/Olympus' WHERE id = :id")
        .param("id", lost.value())
        .update();
    DispatchRef unwritable = sending(database, fixtures, lost);
    DispatchRef fine = sending(database, fixtures, fixtures.client());
    var settled = new CountDownLatch(2);

    results.add(
        new Outcome(
            DispatchKey.of(unwritable),
            DispatchState.REJECTED,
            null,
            FailureType.BAD_REQUEST,
            "1",
            null),
        settled::countDown);
    results.add(Outcome.accepted(DispatchKey.of(fine), "SM1"), settled::countDown);

    await().atMost(Duration.ofSeconds(30)).until(() -> settled.getCount() == 0);
    assertThat(
            database.lines(
                "SELECT state FROM dispatches WHERE id IN ('%s', '%s') ORDER BY id"
                    .formatted(unwritable.dispatchId(), fine.dispatchId())))
        .containsExactly("sending", "accepted");
  }
}
