package com.omnify.scheduler.enrollment;

import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.ReplyPolicy;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.enrollment.policy.Replies;
import com.omnify.scheduler.sequence.SequenceBook;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** What people say, applied to every enrollment of theirs that has not ended. */
@Component
class InboundListener {

  private static final String NAME = "scheduler.inbound";

  private final Transactions tx;
  private final Inbox inbox;
  private final EnrollmentRows rows;
  private final MoveWriter writer;
  private final SequenceBook sequences;
  private final FleetClock clock;

  InboundListener(
      Transactions tx,
      Inbox inbox,
      EnrollmentRows rows,
      MoveWriter writer,
      SequenceBook sequences,
      FleetClock clock) {
    this.tx = tx;
    this.inbox = inbox;
    this.rows = rows;
    this.writer = writer;
    this.sequences = sequences;
    this.clock = clock;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<InboundEvent> inboundSubscription(InboundListener listener) {
      return Subscription.of(NAME, Topic.INBOUND, InboundEvent.class, listener::handle);
    }
  }

  private record Spoken(ClientId client, ContactId contact, InboundEvent event) {}

  void handle(List<InboundEvent> batch) {
    var spoken = batch.stream().map(InboundListener::spoken).filter(s -> s != null).toList();
    if (!spoken.isEmpty()) {
      tx.inBackground(
          () -> {
            // A repeat may come after a person resumed the enrollment, or after a new one began.
            var first =
                inbox.firstTimes(NAME, spoken.stream().map(s -> s.event().eventId()).toList());
            apply(spoken.stream().filter(s -> first.contains(s.event().eventId())).toList());
          });
    }
  }

  private static @Nullable Spoken spoken(InboundEvent event) {
    return switch (event) {
      case InboundEvent.ReplyReceived e -> new Spoken(e.clientId(), e.contactId(), e);
      case InboundEvent.OptOutReceived e -> new Spoken(e.clientId(), e.contactId(), e);
      case InboundEvent.OptInReceived e -> new Spoken(e.clientId(), e.contactId(), e);
      // Nobody with an enrollment; whoever they turn out to be comes by another event.
      case InboundEvent.UnknownSenderWrote _, InboundEvent.CallMissed _ -> null;
      // Not a word of theirs: a conversion has its own way.
      case InboundEvent.OutcomeReported _ -> null;
    };
  }

  /** What was said by a contact that is part of another one by now was said by that one. */
  private List<Spoken> nowSpoken(List<Spoken> spoken) {
    var byClient = new LinkedHashMap<ClientId, List<ContactId>>();
    spoken.forEach(
        each ->
            byClient.computeIfAbsent(each.client(), _ -> new ArrayList<>()).add(each.contact()));
    var merged = new HashMap<ContactId, ContactId>();
    byClient.forEach((client, contacts) -> merged.putAll(rows.mergedInto(client, contacts)));
    if (merged.isEmpty()) {
      return spoken;
    }
    // the enrollments may not have followed yet
    return spoken.stream()
        .flatMap(
            each -> {
              ContactId now = merged.get(each.contact());
              return now == null
                  ? Stream.of(each)
                  : Stream.of(each, new Spoken(each.client(), now, each.event()));
            })
        .toList();
  }

  private void apply(List<Spoken> told) {
    List<Spoken> spoken = nowSpoken(told);
    Map<EnrollmentKey, Move> moves = new LinkedHashMap<>();
    Map<EnrollmentKey, Person> people = new LinkedHashMap<>();
    Map<ContactId, List<EnrollmentKey>> ofContact = new LinkedHashMap<>();
    for (EnrolledPerson open :
        rows.lockOpenOf(
            spoken.stream().map(Spoken::client).toList(),
            spoken.stream().map(Spoken::contact).toList())) {
      var ref = open.enrollment().ref();
      var key = new EnrollmentKey(ref.clientId(), ref.id());
      moves.put(key, Move.none(open.enrollment()));
      people.put(key, open.person());
      ofContact.computeIfAbsent(ref.contactId(), _ -> new ArrayList<>()).add(key);
    }
    for (Spoken each : spoken) {
      for (EnrollmentKey key : ofContact.getOrDefault(each.contact(), List.of())) {
        Person person = Objects.requireNonNull(people.get(key));
        moves.computeIfPresent(
            key, (_, move) -> move.then(decide(move.after(), person, each.event())));
      }
    }
    writer.write(List.copyOf(moves.values()), clock.now());
  }

  private Move decide(Enrollment enrollment, Person person, InboundEvent event) {
    return switch (event) {
      case InboundEvent.ReplyReceived reply ->
          Replies.received(enrollment, policy(enrollment), reply.at());
      case InboundEvent.OptOutReceived optOut ->
          Replies.optedOut(enrollment, person.suppressed().contains(Channel.SMS), optOut.at());
      case InboundEvent.OptInReceived optIn -> Replies.optedIn(enrollment, optIn.at());
      case InboundEvent.UnknownSenderWrote _,
          InboundEvent.CallMissed _,
          InboundEvent.OutcomeReported _ ->
          Move.none(enrollment);
    };
  }

  private ReplyPolicy policy(Enrollment enrollment) {
    return sequences
        .settings(enrollment.ref().clientId(), enrollment.ref().sequenceId())
        .map(SequenceSettings::replyPolicy)
        .orElse(ReplyPolicy.STOP);
  }
}
