package com.omnify.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DeliveryEvent.DispatchExpired;
import com.omnify.model.event.Topic;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class TestFleetTest {

  @Test
  void fixturesFitTheSchema(TestDatabase database, Fixtures fixtures) {
    var client = fixtures.client();
    var account = fixtures.twilioAccount(client, "http://127.0.0.1:1");
    fixtures.phoneNumber(client, account, Fixtures.phone());
    var contact = fixtures.contact(client);
    var sequence = fixtures.sequence(client, 3);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    var dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 2);

    assertThat(
            database.lines(
                "SELECT e.position, d.state FROM enrollments e JOIN dispatches d ON d.id = e.open_dispatch_id"))
        .containsExactly("2|ready");
    assertThat(dispatch.stepId()).isEqualTo(sequence.step(2));
  }

  @Test
  void serviceSeesNothingWithoutAClient(TestDatabase database, Fixtures fixtures) {
    fixtures.client();
    var asHealer = JdbcClient.create(database.as("healer"));
    assertThat(asHealer.sql("SELECT count(*) FROM clients").query(Integer.class).single()).isZero();
  }

  @Test
  void whatIsSaidIsHeard(TestKafka kafka, Fixtures fixtures) {
    var client = fixtures.client();
    var sequence = fixtures.sequence(client, 1);
    var contact = fixtures.contact(client);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    var dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 1);
    var said = new DispatchExpired(Fixtures.eventId(), Fixtures.NOON, dispatch);

    var heard = kafka.events(Topic.DELIVERIES, DeliveryEvent.class);
    kafka.send(said);

    assertThat(heard.await(DispatchExpired.class, 1)).containsExactly(said);
    assertThat(heard.records().getFirst().type()).isEqualTo("dispatch.expired.v1");
    assertThat(heard.records().getFirst().key()).isEqualTo(contact.toString());
  }

  @Nested
  class InsideAnother {
    @Test
    void theDatabaseIsTheSame(TestDatabase database) {
      assertThat(database).isSameAs(TestFleet.database());
      assertThat(database.name()).startsWith("t_testfleettest_");
    }
  }
}
