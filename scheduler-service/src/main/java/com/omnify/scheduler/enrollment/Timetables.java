package com.omnify.scheduler.enrollment;

import com.omnify.kit.quiet.RuleBook;
import com.omnify.kit.quiet.policy.Law;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.client.ClientBook;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.timing.policy.ContactZones;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** The clocks and hours of a contact in a sequence. To be read in a transaction. */
@Component
public class Timetables {

  private final ClientBook clients;
  private final RuleBook rules;

  Timetables(ClientBook clients, RuleBook rules) {
    this.clients = clients;
    this.rules = rules;
  }

  /** Whether a law that may bind them counts how often they are written to and called. */
  public boolean counts(Person person, Instant now) {
    var law = new Law(rules.current(), person.where());
    return law.on(Channel.SMS).cap(now).isPresent() || law.on(Channel.VOICE).cap(now).isPresent();
  }

  public Timetable of(ClientId client, Person person, SequenceSettings sequence) {
    var facts = clients.facts(client);
    return new Timetable(
        ContactZones.of(person.where(), facts.timeZone()),
        sequence.sendWindow(),
        facts.businessHours(),
        new Law(rules.current(), person.where()));
  }
}
