package com.omnify.learning.counting;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.OutcomeKind;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DeliveryEvent.DispatchAccepted;
import com.omnify.model.event.DeliveryEvent.DispatchNotSent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent.EnrollmentMoved;
import com.omnify.model.event.EnrollmentEvent.EnrollmentStarted;
import com.omnify.model.event.EnrollmentEvent.OutcomeRecorded;
import com.omnify.model.event.EnrollmentEvent.StepSkipped;
import com.omnify.model.event.Event;
import com.omnify.model.event.InboundEvent.OptOutReceived;
import com.omnify.model.event.InboundEvent.ReplyReceived;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.InteractionId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.Fixtures.PublishedSequence;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Learning as it runs: real PostgreSQL, real Kafka. */
@OmnifySpringTest(service = "learning")
@AutoConfigureRestTestClient
class LearningFlowTest {

  private static final int PEOPLE = 12;

  @Autowired RestTestClient http;

  private final TestKafka kafka = TestFleet.kafka();
  private final TestDatabase database = TestFleet.database();
  private final Fixtures fixtures = TestFleet.fixtures();

  /**
   * Twelve people in two steps: all get the first message; one in three does not get it delivered,
   * one in four answers (twice), one says STOP and is told that it is done; the second step is
   * skipped for those who answered, not sent for one, and one books.
   */
  private final class Story {
    final ClientId client = fixtures.client();
    final PublishedSequence sequence = fixtures.sequence(client, 2);
    final List<Event> events = new ArrayList<>();

    Story() {
      for (int person = 0; person < PEOPLE; person++) {
        live(person);
      }
    }

    private void live(int person) {
      ContactId contact = fixtures.contact(client);
      EnrollmentId enrollment = fixtures.enrollment(client, contact, sequence);
      Instant start = Fixtures.NOON;
      events.add(
          new EnrollmentStarted(
              Fixtures.eventId(), start, client, contact, enrollment, sequence.id(), 1));
      DispatchRef first = sent(contact, enrollment, 1, start);
      events.add(accepted(first, start));
      boolean undelivered = person % 3 == 0;
      events.add(
          reported(
              first,
              start.plusSeconds(60),
              undelivered ? DeliveryStatus.UNDELIVERED : DeliveryStatus.DELIVERED));
      if (undelivered) {
        // some providers say it twice in two words
        events.add(reported(first, start.plusSeconds(61), DeliveryStatus.FAILED));
      }
      Instant nextDay = start.plus(Duration.ofDays(1));
      if (person % 4 == 1) {
        events.add(reply(contact, first, nextDay));
        events.add(reply(contact, first, nextDay.plus(Duration.ofDays(1))));
        events.add(
            new StepSkipped(
                Fixtures.eventId(),
                nextDay,
                client,
                contact,
                enrollment,
                sequence.id(),
                1,
                sequence.step(2),
                "replied"));
        events.add(moved(contact, enrollment, EnrollmentStatus.COMPLETED, nextDay));
      } else if (person == 2) {
        events.add(optOut(contact, enrollment, first, nextDay));
        events.add(moved(contact, enrollment, EnrollmentStatus.OPTED_OUT, nextDay));
        DispatchRef confirmation = confirmation(contact);
        events.add(accepted(confirmation, nextDay));
        events.add(reported(confirmation, nextDay.plusSeconds(9), DeliveryStatus.DELIVERED));
      } else if (person == 3) {
        DispatchRef second = sent(contact, enrollment, 2, nextDay);
        events.add(
            new DispatchNotSent(
                Fixtures.eventId(), nextDay, second, FailureType.UNREACHABLE_PROVIDER, null));
        events.add(moved(contact, enrollment, EnrollmentStatus.FAILED, nextDay));
      } else {
        DispatchRef second = sent(contact, enrollment, 2, nextDay);
        events.add(accepted(second, nextDay));
        events.add(reported(second, nextDay.plusSeconds(30), DeliveryStatus.DELIVERED));
        if (person == 4) {
          events.add(booked(contact, enrollment, nextDay));
          events.add(booked(contact, enrollment, nextDay.plusSeconds(5)));
        }
        events.add(moved(contact, enrollment, EnrollmentStatus.COMPLETED, nextDay));
      }
    }

    private DispatchRef sent(ContactId contact, EnrollmentId enrollment, int step, Instant at) {
      var ref =
          Fixtures.ref(
              client, contact, enrollment, sequence, step, new DispatchId(Fixtures.id()), 1);
      fixtures.insert(ref, DispatchState.ACCEPTED);
      database
          .admin()
          .sql("UPDATE dispatches SET sent_at = :at WHERE id = :id")
          .param("at", at.atOffset(ZoneOffset.UTC))
          .param("id", ref.dispatchId().value())
          .update();
      return ref;
    }

    /** No step: it counts nowhere. */
    private DispatchRef confirmation(ContactId contact) {
      var ref =
          new DispatchRef(
              client,
              contact,
              new DispatchId(Fixtures.id()),
              null,
              null,
              0,
              null,
              Channel.SMS,
              DispatchKind.OPT_OUT_CONFIRMATION,
              1);
      fixtures.insert(ref, DispatchState.ACCEPTED);
      return ref;
    }

    private DispatchAccepted accepted(DispatchRef ref, Instant at) {
      return new DispatchAccepted(Fixtures.eventId(), at, ref, "SM1", 1, 7_900);
    }

    private DeliveryReported reported(DispatchRef ref, Instant at, DeliveryStatus status) {
      return new DeliveryReported(Fixtures.eventId(), at, ref, status, null, null, "SM1");
    }

    private ReplyReceived reply(ContactId contact, DispatchRef to, Instant at) {
      return new ReplyReceived(
          Fixtures.eventId(),
          at,
          client,
          contact,
          Channel.SMS,
          new InteractionId(Fixtures.id()),
          to.dispatchId());
    }

    private OptOutReceived optOut(
        ContactId contact, EnrollmentId enrollment, DispatchRef to, Instant at) {
      var interaction = new InteractionId(Fixtures.id());
      database
          .admin()
          .sql(
              """
              INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, channel, direction, identity,
                own_address, content_body, in_reply_to, occurred_at)
              VALUES (:client, :id, :contact, :enrollment, 'sms', 'inbound', '+12065550001', '+12065550002', 'STOP',
                :to, :at)
              """)
          .param("client", client.value())
          .param("id", interaction.value())
          .param("contact", contact.value())
          .param("enrollment", enrollment.value())
          .param("to", to.dispatchId().value())
          .param("at", at.atOffset(ZoneOffset.UTC))
          .update();
      return new OptOutReceived(Fixtures.eventId(), at, client, contact, Channel.SMS, interaction);
    }

    private OutcomeRecorded booked(ContactId contact, EnrollmentId enrollment, Instant at) {
      return new OutcomeRecorded(
          Fixtures.eventId(),
          at,
          client,
          contact,
          enrollment,
          sequence.id(),
          1,
          sequence.step(2),
          OutcomeKind.BOOKED,
          null,
          null);
    }

    private EnrollmentMoved moved(
        ContactId contact, EnrollmentId enrollment, EnrollmentStatus to, Instant at) {
      return new EnrollmentMoved(
          Fixtures.eventId(),
          at,
          client,
          contact,
          enrollment,
          sequence.id(),
          1,
          EnrollmentStatus.ACTIVE,
          to,
          "test");
    }

    List<String> stepRows() {
      return database.lines(
          """
          SELECT s.position, period, total_executions, total_skipped, total_accepted, total_delivered, total_failed,
            total_replies, total_opt_outs, total_conversions, total_cost_micros
          FROM step_analytics a JOIN sequence_steps s ON s.id = a.step_id
          WHERE a.sequence_id = '%s' ORDER BY 1, 2
          """
              .formatted(sequence.id()));
    }

    List<String> sequenceRows() {
      return database.lines(
          """
          SELECT version, period, total_enrollments, total_completions, total_replies, total_opt_outs,
            total_conversions, total_failed
          FROM sequence_analytics WHERE sequence_id = '%s' ORDER BY 1, 2
          """
              .formatted(sequence.id()));
    }

    /**
     * Step 1: 12 sent, 8 delivered, 4 failed, 3 answered; step 2: 8 tried, 3 skipped, 1 not sent.
     */
    void isCountedRight() {
      assertThat(stepRows())
          .containsExactly(
              "1|2026-03-10|12|0|12|8|4|3|1|0|94800", "2|2026-03-11|8|3|7|7|1|0|0|1|55300");
      assertThat(sequenceRows()).containsExactly("1|2026-03-10|12|10|3|1|1|1");
    }
  }

  @Test
  void eventsInOrderAreCounted() {
    var story = new Story();
    kafka.send(story.events);
    awaitHandled();
    story.isCountedRight();
  }

  @Test
  void eventsShuffledAndDoubledAreCountedTheSame() {
    for (long seed = 1; seed <= 3; seed++) {
      var story = new Story();
      var told = new ArrayList<>(story.events);
      told.addAll(story.events);
      told.addAll(story.events.subList(0, story.events.size() / 2));
      Collections.shuffle(told, new Random(seed));
      kafka.send(told);
      awaitHandled();
      story.isCountedRight();
      // and once more, long after
      kafka.send(story.events);
      awaitHandled();
      story.isCountedRight();
    }
  }

  @Test
  void analyticsAreReadOverRestByTheirClientAlone() {
    var story = new Story();
    kafka.send(story.events);
    awaitHandled();

    http.get()
        .uri("/api/v1/sequences/{id}/analytics?version=1", story.sequence.id())
        .header("Authorization", TestTokens.bearer(story.client, "member"))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.totals.enrollments")
        .isEqualTo(12)
        .jsonPath("$.totals.accepted")
        .isEqualTo(19)
        .jsonPath("$.totals.reply_rate")
        .isEqualTo(0.25)
        .jsonPath("$.totals.cost_micros")
        .isEqualTo(150_100)
        .jsonPath("$.steps.length()")
        .isEqualTo(2)
        .jsonPath("$.steps[0].delivery_rate")
        .isEqualTo(0.6667)
        .jsonPath("$.steps[0].reply_rate")
        .isEqualTo(0.375)
        .jsonPath("$.steps[1].skipped")
        .isEqualTo(3)
        .jsonPath("$.steps[1].conversions")
        .isEqualTo(1);

    http.get()
        .uri("/api/v1/sequences/{id}/analytics", story.sequence.id())
        .header("Authorization", TestTokens.bearer(fixtures.client()))
        .exchange()
        .expectStatus()
        .isNotFound();
    http.get()
        .uri("/api/v1/sequences/{id}/analytics?version=7", story.sequence.id())
        .header("Authorization", TestTokens.bearer(story.client))
        .exchange()
        .expectStatus()
        .isNotFound();
  }

  @Test
  void sequenceThatNobodyEnteredHasZeroesAndNoRates() {
    ClientId client = fixtures.client();
    var sequence = fixtures.sequence(client, 1);
    http.get()
        .uri("/api/v1/sequences/{id}/analytics", sequence.id())
        .header("Authorization", TestTokens.bearer(client))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.version")
        .isEmpty()
        .jsonPath("$.totals.enrollments")
        .isEqualTo(0)
        .jsonPath("$.totals.reply_rate")
        .isEmpty()
        .jsonPath("$.steps[0].executions")
        .isEqualTo(0);
  }

  private void awaitHandled() {
    kafka.awaitHandled("learning.deliveries", Topic.DELIVERIES);
    kafka.awaitHandled("learning.inbound", Topic.INBOUND);
    kafka.awaitHandled("learning.enrollments", Topic.ENROLLMENTS);
  }
}
