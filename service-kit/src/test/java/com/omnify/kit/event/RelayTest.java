package com.omnify.kit.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.ContactEvent.ContactCreated;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class RelayTest {

  private final Ids ids = new Ids(RealClock.system());
  private final AtomicInteger wakes = new AtomicInteger();
  private final List<String> sent = new ArrayList<>();
  private final Set<String> refusedOnce = new HashSet<>();
  private boolean away;
  private ClientId client;
  private JdbcClient jdbc;
  private JdbcClient admin;
  private Transactions transactions;
  private Outbox outbox;
  private OutboxRelay relay;
  private DeadLetters deadLetters;
  private javax.sql.DataSource source;
  private final Set<String> tooLarge = new HashSet<>();

  @BeforeEach
  void logIn(TestDatabase database, Fixtures fixtures) {
    client = fixtures.client();
    admin = database.admin();
    admin.sql("DELETE FROM memory_outbox").update();
    var source = database.as("memory");
    jdbc = JdbcClient.create(source);
    transactions = new Transactions(source, "memory");
    outbox = new Outbox(jdbc, ids, new EventJson(), "memory", wakes::incrementAndGet);
    deadLetters = new DeadLetters(transactions, jdbc, ids, "memory");
    this.source = source;
    admin.sql("DELETE FROM memory_dead_letters").update();
    relay = new OutboxRelay(transactions, jdbc, this::send, deadLetters, "memory");
  }

  private Future<RecordMetadata> send(String topic, String key, String type, String payload) {
    var event = new EventJson().read(payload, ContactEvent.class);
    String tag = ((ContactCreated) event).tags().getFirst();
    sent.add(tag);
    if (away) {
      return CompletableFuture.failedFuture(new TimeoutException("planted"));
    }
    if (tooLarge.contains(tag)) {
      return CompletableFuture.failedFuture(new RecordTooLargeException("planted"));
    }
    return refusedOnce.remove(tag)
        ? CompletableFuture.failedFuture(new NotEnoughReplicasException("planted"))
        : CompletableFuture.completedFuture(null);
  }

  private ContactCreated event(ContactId contact, String tag) {
    return new ContactCreated(ids.eventId(), Fixtures.NOON, client, contact, List.of(tag));
  }

  private ContactId contact() {
    return new ContactId(ids.next());
  }

  private int waiting() {
    return admin.sql("SELECT count(*) FROM memory_outbox").query(Integer.class).single();
  }

  @Test
  void whatIsRolledBackIsNeverSaid() {
    assertThatThrownBy(
            () ->
                transactions.inClient(
                    client,
                    () -> {
                      outbox.publish(event(contact(), "a"));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(waiting()).isZero();
    assertThat(wakes).hasValue(0);
  }

  @Test
  void aCommitWakesTheRelayOnce() {
    transactions.inClient(
        client,
        () -> {
          outbox.publish(event(contact(), "a"));
          outbox.publish(List.of(event(contact(), "b"), event(contact(), "c")));
        });

    assertThat(wakes).hasValue(1);
    assertThat(relay.relay()).isFalse();
    assertThat(sent).containsExactly("a", "b", "c");
    assertThat(waiting()).isZero();
  }

  @Test
  void anEventNeedsATransaction() {
    assertThatThrownBy(() -> outbox.publish(event(contact(), "a")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anotherClientsEventIsRefused(Fixtures fixtures) {
    ClientId other = fixtures.client();

    assertThatThrownBy(
            () -> transactions.inClient(other, () -> outbox.publish(event(contact(), "a"))))
        .rootCause()
        .hasMessageContaining("row-level security");
  }

  @Test
  void manyGoInBatchesInOrder() {
    ContactId contact = contact();
    var tags = IntStream.range(0, OutboxRelay.BATCH + 10).mapToObj(n -> "n" + n).toList();
    transactions.inClient(
        client, () -> outbox.publish(tags.stream().map(tag -> event(contact, tag)).toList()));

    assertThat(relay.relay()).isTrue();
    assertThat(relay.relay()).isFalse();
    assertThat(sent).isEqualTo(tags);
  }

  @Test
  void aRefusedEventIsSentAgainBeforeItsFollowers() {
    ContactId one = contact();
    ContactId two = contact();
    refusedOnce.add("one-1");
    transactions.inClient(
        client,
        () ->
            outbox.publish(
                List.of(
                    event(one, "one-1"),
                    event(two, "two-1"),
                    event(one, "one-2"),
                    event(two, "two-2"))));

    assertThatThrownBy(relay::relay).hasMessageContaining("2 events wait");
    sent.clear();
    relay.relay();

    assertThat(sent).containsExactly("one-1", "one-2");
    assertThat(waiting()).isZero();
  }

  @Test
  void whileKafkaTakesNothingOneTryIsEnough() {
    away = true;
    transactions.inClient(
        client,
        () ->
            outbox.publish(
                List.of(event(contact(), "a"), event(contact(), "b"), event(contact(), "c"))));

    assertThatThrownBy(relay::relay).hasMessageContaining("3 events wait");

    assertThat(sent).containsExactly("a");
  }

  @Test
  void whatIsTooLargeHoldsItsOwnKeyOnlyUntilItIsReplayed() {
    ContactId one = contact();
    ContactId two = contact();
    tooLarge.add("one-1");
    transactions.inClient(
        client,
        () ->
            outbox.publish(List.of(event(one, "one-1"), event(two, "two-1"), event(one, "one-2"))));
    relay.relay();
    transactions.inClient(
        client, () -> outbox.publish(List.of(event(one, "one-3"), event(two, "two-2"))));
    relay.relay();

    assertThat(waiting()).isZero();
    assertThat(sent).containsExactly("one-1", "two-1", "two-2");
    assertThat(
            admin
                .sql("SELECT state FROM memory_dead_letters ORDER BY kafka_offset")
                .query(String.class)
                .list())
        .containsExactly("dead", "parked", "parked");

    var replay = new Replay(deadLetters, List.of(relay), RealClock.system(), source);
    assertThat(replay.key("memory.outbox", one.toString()).orElseThrow().waiting()).isEqualTo(3);
    tooLarge.clear();
    sent.clear();
    assertThat(replay.key("memory.outbox", one.toString()).orElseThrow().replayed()).isEqualTo(3);
    transactions.inClient(client, () -> outbox.publish(event(one, "one-4")));
    relay.relay();
    assertThat(sent).containsExactly("one-1", "one-2", "one-3", "one-4");
  }

  @Test
  void aCrashAfterSendingSendsAgainInOrder() {
    ContactId contact = contact();
    transactions.inClient(
        client, () -> outbox.publish(List.of(event(contact, "a"), event(contact, "b"))));
    var crashing =
        new OutboxRelay(
            transactions,
            jdbc,
            (topic, key, type, payload) -> {
              var ack = send(topic, key, type, payload);
              if (sent.size() == 2) {
                // The process dies here: Kafka has both, the database still has the rows.
                throw new OutOfMemoryError("planted");
              }
              return ack;
            },
            deadLetters,
            "memory");

    assertThatThrownBy(crashing::relay).isInstanceOf(OutOfMemoryError.class);
    relay.relay();

    assertThat(sent).containsExactly("a", "b", "a", "b");
    assertThat(waiting()).isZero();
  }

  @Test
  void twoInstancesDoNotRelayAtOnce(TestDatabase database) throws Exception {
    transactions.inClient(client, () -> outbox.publish(event(contact(), "a")));
    var sending = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var slow =
        new OutboxRelay(
            transactions,
            jdbc,
            (topic, key, type, payload) -> {
              sending.countDown();
              try {
                goOn.await(10, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return send(topic, key, type, payload);
            },
            deadLetters,
            "memory");
    var first = CompletableFuture.supplyAsync(slow::relay);
    assertThat(sending.await(10, TimeUnit.SECONDS)).isTrue();
    var source = database.as("memory");
    var second =
        new OutboxRelay(
            new Transactions(source, "memory"),
            JdbcClient.create(source),
            this::send,
            new DeadLetters(
                new Transactions(source, "memory"), JdbcClient.create(source), ids, "memory"),
            "memory");

    assertThat(second.relay()).isFalse();
    assertThat(sent).isEmpty();
    goOn.countDown();
    first.get(10, TimeUnit.SECONDS);
    assertThat(sent).containsExactly("a");
  }
}
