package com.omnify.kit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class InboxTest {

  private Transactions transactions;
  private Inbox inbox;
  private Housekeeping housekeeping;

  @BeforeEach
  void logIn(TestDatabase database) {
    var source = database.as("learning");
    var jdbc = JdbcClient.create(source);
    transactions = new Transactions(source, "learning");
    inbox = new Inbox(jdbc, "learning");
    housekeeping = new Housekeeping(transactions, jdbc, "learning");
  }

  @Test
  void aRepeatIsTold() {
    var event = Fixtures.eventId();

    assertThat(transactions.inBackground(() -> inbox.firstTime("one", event))).isTrue();
    assertThat(transactions.inBackground(() -> inbox.firstTime("one", event))).isFalse();
    assertThat(transactions.inBackground(() -> inbox.firstTime("two", event))).isTrue();
  }

  @Test
  void whatFailedIsNotRemembered() {
    var event = Fixtures.eventId();
    assertThatThrownBy(
            () ->
                transactions.inBackground(
                    () -> {
                      inbox.firstTime("one", event);
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(transactions.inBackground(() -> inbox.firstTime("one", event))).isTrue();
  }

  @Test
  void ofABatchTheNewOnesAreTold() {
    var old = Fixtures.eventId();
    var fresh = Fixtures.eventId();
    transactions.inBackground(() -> inbox.firstTime("one", old));

    assertThat(transactions.inBackground(() -> inbox.firstTimes("one", List.of(old, fresh, fresh))))
        .containsExactly(fresh);
  }

  @Test
  void housekeepingForgetsWhatCannotComeAgain(TestDatabase database) {
    database
        .admin()
        .sql(
            """
            INSERT INTO learning_inbox (listener, event_id, received_at) VALUES
              ('old', uuidv7(), now() - interval '9 days'), ('young', uuidv7(), now() - interval '7 days')
            """)
        .update();
    database
        .admin()
        .sql(
            """
            INSERT INTO learning_idempotency_keys (client_id, key, request_hash, created_at) VALUES
              (uuidv7(), 'old', '', now() - interval '25 hours'), (uuidv7(), 'young', '', now() - interval '23 hours')
            """)
        .update();

    assertThat(housekeeping.forget()).isFalse();
    housekeeping.count();

    assertThat(
            database.lines(
                "SELECT listener FROM learning_inbox WHERE listener IN ('old', 'young')"))
        .containsExactly("young");
    assertThat(database.lines("SELECT key FROM learning_idempotency_keys"))
        .containsExactly("young");
  }
}
