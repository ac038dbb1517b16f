package com.omnify.kit.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.ContactEvent.ContactCreated;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records of a few keys, some of them poison for a while, delivered in batches, delivered again as
 * after a rebalance, and replayed, in any order: each key's records are applied in their order,
 * each once, none is lost.
 */
@OmnifyTest
class ReplayOrderTest {

  private static final int RECORDS = 40;

  private final Ids ids = new Ids(RealClock.system());
  private final List<ContactId> keys = new ArrayList<>();
  private final Map<String, List<String>> applied = new LinkedHashMap<>();
  private final Set<String> poison = new HashSet<>();
  private ClientId client;
  private DataSource source;
  private Transactions transactions;
  private DeadLetters letters;

  @BeforeEach
  void begin(TestDatabase database, Fixtures fixtures) {
    client = fixtures.client();
    database.admin().sql("DELETE FROM memory_dead_letters").update();
    source = database.as("memory");
    transactions = new Transactions(source, "memory");
    letters = instance();
    for (int n = 0; n < 3; n++) {
      keys.add(new ContactId(ids.next()));
    }
  }

  private DeadLetters instance() {
    return new DeadLetters(transactions, JdbcClient.create(source), ids, "memory");
  }

  private Listener<ContactCreated> listener(Subscription.Handler<ContactCreated> handler) {
    return new Listener<>(
        Subscription.of("memory.trial", Topic.CONTACTS, ContactCreated.class, handler),
        letters,
        new EventJson(),
        new SimpleMeterRegistry());
  }

  private ConsumerRecord<String, String> record(ContactId key, int offset) {
    ContactEvent event =
        new ContactCreated(ids.eventId(), Fixtures.NOON, client, key, List.of("n" + offset));
    var record =
        new ConsumerRecord<>("contacts", 0, offset, key.toString(), new EventJson().write(event));
    record.headers().add(EventTypes.HEADER, EventTypes.of(event).getBytes(StandardCharsets.UTF_8));
    return record;
  }

  /** As handlers do: all or nothing, and a repeat changes nothing. */
  private void apply(List<ContactCreated> batch) {
    batch.forEach(
        event -> {
          if (poison.contains(event.tags().getFirst())) {
            throw new IllegalStateException("poison");
          }
        });
    batch.forEach(
        event -> {
          var sofar = applied.computeIfAbsent(event.key(), _ -> new ArrayList<>());
          if (!sofar.contains(event.tags().getFirst())) {
            sofar.add(event.tags().getFirst());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyInterleavingKeepsTheOrderOfEachKey(long seed) throws Exception {
    var random = new Random(seed);
    var listener = listener(this::apply);
    var replay = new Replay(letters, List.of(listener), RealClock.system(), source);
    var records = new ArrayList<ConsumerRecord<String, String>>();
    var wanted = new LinkedHashMap<String, List<String>>();
    for (int offset = 0; offset < RECORDS; offset++) {
      ContactId key = keys.get(random.nextInt(keys.size()));
      records.add(record(key, offset));
      wanted.computeIfAbsent(key.toString(), _ -> new ArrayList<>()).add("n" + offset);
      if (random.nextInt(6) == 0) {
        poison.add("n" + offset);
      }
    }
    int taken = 0;
    while (taken < RECORDS) {
      switch (random.nextInt(4)) {
        case 0 -> replay.key("memory.trial", keys.get(random.nextInt(keys.size())).toString());
        case 1 -> {
          // Mended, or found again.
          poison.removeIf(_ -> random.nextInt(4) == 0);
        }
        case 2 -> {
          // A rebalance: offsets were behind the work.
          int from = random.nextInt(taken + 1);
          listener.take(records.subList(from, taken));
        }
        default -> {
          int to = Math.min(RECORDS, taken + 1 + random.nextInt(6));
          listener.take(records.subList(taken, to));
          taken = to;
        }
      }
    }
    poison.clear();
    for (ContactId key : keys) {
      assertThat(replay.key("memory.trial", key.toString()).orElseThrow().waiting()).isZero();
    }
    assertThat(applied).isEqualTo(wanted);
  }

  /** In two instances: one works, the other says so; nothing is done twice or out of order. */
  @Test
  void twoReplaysOfAKeyDoNotMeet() throws Exception {
    String key = keys.getFirst().toString();
    var records = new ArrayList<ConsumerRecord<String, String>>();
    for (int offset = 0; offset < 30; offset++) {
      records.add(record(keys.getFirst(), offset));
    }
    var refusing =
        listener(
            _ -> {
              throw new IllegalStateException("poison");
            });
    refusing.take(records);
    var done = new CopyOnWriteArrayList<String>();
    var ready = new CountDownLatch(2);
    try (var pool = Executors.newFixedThreadPool(2)) {
      var outcomes = new ArrayList<java.util.concurrent.Future<Replay.Outcome>>();
      for (int n = 0; n < 2; n++) {
        var mended = listener(batch -> batch.forEach(event -> done.add(event.tags().getFirst())));
        var replay = new Replay(instance(), List.of(mended), RealClock.system(), source);
        outcomes.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  return replay.key("memory.trial", key).orElseThrow();
                }));
      }
      int replayed = outcomes.get(0).get().replayed() + outcomes.get(1).get().replayed();
      assertThat(replayed).isEqualTo(30);
    }
    assertThat(done).isEqualTo(records.stream().map(r -> "n" + r.offset()).toList());
    assertThat(letters.waiting("memory.trial", key)).isZero();
  }
}
