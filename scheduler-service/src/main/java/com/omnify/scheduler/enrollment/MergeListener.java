package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.event.ContactEvent.ContactMerged;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.SequenceId;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Steering;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Two contacts were one person: what was on its way to the one goes on with the other. Where both
 * are on their way through one sequence, the person would hear everything twice, so that the
 * other's way ends. Harmless when it is told again.
 */
@Component
class MergeListener {

  private static final String NAME = "scheduler.merges";

  private final Transactions tx;
  private final EnrollmentRows rows;
  private final MoveWriter writer;
  private final FleetClock clock;
  private final JdbcClient jdbc;

  MergeListener(
      Transactions tx, EnrollmentRows rows, MoveWriter writer, FleetClock clock, JdbcClient jdbc) {
    this.tx = tx;
    this.rows = rows;
    this.writer = writer;
    this.clock = clock;
    this.jdbc = jdbc;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<ContactMerged> mergesSubscription(MergeListener listener) {
      return Subscription.of(NAME, Topic.CONTACTS, ContactMerged.class, listener::handle);
    }

    /** An enrollment may have begun for the other while the two became one. */
    @Bean
    Loop lateMergesLoop(MergeListener listener) {
      return Loop.named("late-merges").every(Duration.ofSeconds(15)).running(listener::late);
    }
  }

  private record Pair(ClientId client, ContactId other, ContactId survivor) {}

  void handle(List<ContactMerged> batch) {
    for (ContactMerged merged : batch) {
      // the survivor may have become part of a third one by now
      ContactId survivor =
          tx.readInClient(
              merged.clientId(),
              () ->
                  rows.mergedInto(merged.clientId(), List.of(merged.otherId()))
                      .getOrDefault(merged.otherId(), merged.contactId()));
      tx.inBackground(() -> repoint(new Pair(merged.clientId(), merged.otherId(), survivor)));
    }
  }

  private boolean late() {
    List<Pair> pairs =
        tx.readInBackground(
            () ->
                jdbc.sql(
                        """
                        SELECT c.client_id, c.id, c.merged_into FROM contacts c
                        WHERE c.merged_into IS NOT NULL AND c.merged_at > now() - interval '1 day'
                          AND EXISTS (SELECT 1 FROM enrollments e
                            WHERE e.client_id = c.client_id AND e.contact_id = c.id)
                        """)
                    .query(
                        (row, _) ->
                            new Pair(
                                Pg.id(row, "client_id", ClientId::new),
                                Pg.id(row, "id", ContactId::new),
                                Pg.id(row, "merged_into", ContactId::new)))
                    .list());
    pairs.forEach(pair -> tx.inBackground(() -> repoint(pair)));
    return false;
  }

  private void repoint(Pair pair) {
    var both =
        rows.lockOpenOf(
            List.of(pair.client(), pair.client()), List.of(pair.survivor(), pair.other()));
    Set<SequenceId> going = new HashSet<>();
    both.stream()
        .map(person -> person.enrollment().ref())
        .filter(ref -> ref.contactId().equals(pair.survivor()))
        .forEach(ref -> going.add(ref.sequenceId()));
    List<Move> twice =
        both.stream()
            .map(EnrolledPerson::enrollment)
            .filter(enrollment -> enrollment.ref().contactId().equals(pair.other()))
            // the first of the other's own goes on, where the survivor has none
            .filter(enrollment -> !going.add(enrollment.ref().sequenceId()))
            .map(enrollment -> Steering.merged(enrollment, clock.now()))
            .toList();
    writer.write(twice, clock.now());
    List<UUID> moved =
        jdbc.sql(
                """
                UPDATE enrollments SET contact_id = :survivor
                WHERE client_id = :client AND contact_id = :other RETURNING id
                """)
            .param("client", pair.client().value())
            .param("survivor", pair.survivor().value())
            .param("other", pair.other().value())
            .query(UUID.class)
            .list();
    jdbc.sql(
            """
            UPDATE outcomes SET contact_id = :survivor WHERE client_id = :client AND contact_id = :other
            """)
        .param("client", pair.client().value())
        .param("survivor", pair.survivor().value())
        .param("other", pair.other().value())
        .update();
    if (!moved.isEmpty()) {
      jdbc.sql(
              """
              UPDATE execution_log SET contact_id = :survivor WHERE client_id = :client AND enrollment_id = ANY (:ids)
              """)
          .param("client", pair.client().value())
          .param("survivor", pair.survivor().value())
          .param("ids", Pg.rawUuids(moved))
          .update();
    }
  }
}
