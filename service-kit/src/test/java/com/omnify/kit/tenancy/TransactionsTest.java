package com.omnify.kit.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class TransactionsTest {

  private JdbcClient jdbc;
  private Transactions transactions;
  private Fixtures fixtures;

  @BeforeEach
  void logIn(TestDatabase database, Fixtures rows) {
    var source = database.as("scheduler");
    jdbc = JdbcClient.create(source);
    transactions = new Transactions(source, "scheduler");
    fixtures = rows;
  }

  private int clientsSeen() {
    return jdbc.sql("SELECT count(*) FROM clients").query(Integer.class).single();
  }

  private String nameOf(ClientId client) {
    return jdbc.sql("SELECT name FROM clients WHERE id = ?")
        .param(client.value())
        .query(String.class)
        .single();
  }

  private void rename(ClientId client, String name) {
    jdbc.sql("UPDATE clients SET name = :name WHERE id = :id")
        .param("name", name)
        .param("id", client.value())
        .update();
  }

  @Test
  void withoutAScopeThereAreNoRows() {
    fixtures.client();

    assertThat(clientsSeen()).isZero();
  }

  @Test
  void aClientSeesItselfOnly() {
    ClientId mine = fixtures.client();
    ClientId other = fixtures.client();

    assertThat(transactions.readInClient(mine, this::clientsSeen)).isEqualTo(1);
    transactions.inClient(mine, () -> rename(other, "Stolen"));
    assertThat(transactions.readInClient(other, () -> nameOf(other))).isNotEqualTo("Stolen");
  }

  @Test
  void theBackgroundSeesAllAndNothingOutlivesATransaction() {
    fixtures.client();
    fixtures.client();

    assertThat(transactions.readInBackground(this::clientsSeen)).isGreaterThanOrEqualTo(2);
    assertThat(clientsSeen()).isZero();
  }

  @Test
  void anExceptionRollsBack() {
    ClientId client = fixtures.client();

    assertThatThrownBy(
            () ->
                transactions.inClient(
                    client,
                    () -> {
                      rename(client, "Half done");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(transactions.readInClient(client, () -> nameOf(client))).isNotEqualTo("Half done");
  }

  @Test
  void aNestedCallOfTheSameScopeJoins() {
    ClientId client = fixtures.client();

    assertThatThrownBy(
            () ->
                transactions.inClient(
                    client,
                    () -> {
                      transactions.inClient(client, () -> rename(client, "Inner"));
                      throw new IllegalStateException("outer");
                    }))
        .hasMessage("outer");

    assertThat(transactions.readInClient(client, () -> nameOf(client))).isNotEqualTo("Inner");
  }

  @Test
  void aNestedCallOfAnotherScopeIsAMistake() {
    ClientId client = fixtures.client();

    assertThatThrownBy(
            () -> transactions.inClient(client, () -> transactions.inBackground(() -> {})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot serve");
    assertThatThrownBy(
            () ->
                transactions.readInClient(
                    client,
                    () -> {
                      transactions.inClient(client, () -> {});
                      return 0;
                    }))
        .hasMessageContaining("only reads");
  }

  @Test
  void aReadRefusesToWrite() {
    ClientId client = fixtures.client();

    assertThatThrownBy(
            () ->
                transactions.readInClient(
                    client,
                    () -> {
                      rename(client, "Sly");
                      return 0;
                    }))
        .isInstanceOf(DataAccessException.class);
  }

  @Test
  void aDeadlockIsRepeated() throws Exception {
    ClientId one = fixtures.client();
    ClientId two = fixtures.client();
    var bothHoldOne = new CyclicBarrier(2);
    var begun = new AtomicInteger();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var left = threads.submit(() -> renameBoth(one, two, bothHoldOne, begun));
      var right = threads.submit(() -> renameBoth(two, one, bothHoldOne, begun));
      left.get(20, TimeUnit.SECONDS);
      right.get(20, TimeUnit.SECONDS);
    }

    assertThat(begun.get()).isEqualTo(3);
  }

  private void renameBoth(
      ClientId first, ClientId second, CyclicBarrier bothHoldOne, AtomicInteger begun) {
    transactions.inBackground(
        () -> {
          int attempt = begun.incrementAndGet();
          rename(first, "Renamed");
          if (attempt <= 2) {
            await(bothHoldOne);
          }
          rename(second, "Renamed");
        });
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
