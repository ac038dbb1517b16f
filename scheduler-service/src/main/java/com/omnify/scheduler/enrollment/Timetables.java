package com.omnify.scheduler.enrollment;

import com.omnify.model.id.ClientId;
import com.omnify.scheduler.client.ClientBook;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.timing.policy.ContactZones;
import com.omnify.scheduler.timing.policy.Timetable;
import org.springframework.stereotype.Component;

/** The clocks and hours of a contact in a sequence. */
@Component
public class Timetables {

  private final ClientBook clients;

  Timetables(ClientBook clients) {
    this.clients = clients;
  }

  public Timetable of(ClientId client, Person person, SequenceSettings sequence) {
    var facts = clients.facts(client);
    return new Timetable(
        ContactZones.of(person.timeZone(), person.phoneZones(), facts.timeZone()),
        sequence.sendWindow(),
        facts.businessHours());
  }
}
