package com.omnify.memory.contact;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OmnifySpringTest(service = "memory")
class LeadIntakeTest {

  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private LeadEvent.LeadReceived lead(String contact) {
    var id = new LeadId(Fixtures.id());
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.leads (client_id, id, kind, external_id, state, payload, contact)
            VALUES (:client, :id, 'api', :name, 'received', '{}', :contact::jsonb)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("name", id.toString())
        .param("contact", contact)
        .update();
    var event =
        new LeadEvent.LeadReceived(Fixtures.eventId(), Fixtures.NOON, client, id, "0".repeat(64));
    TestFleet.kafka().send(event);
    return event;
  }

  private ContactEvent.LeadCame came(LeadEvent.LeadReceived lead) {
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      return Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(ContactEvent.LeadCame.class).stream()
                      .filter(e -> e.leadId().equals(lead.leadId()))
                      .findFirst()
                      .orElse(null),
              e -> e != null);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> people() {
    return TestFleet.database()
        .lines(
            "SELECT first_name, company, phone, email, alternative_email, tags, source FROM omnify.contacts"
                + " WHERE client_id = '"
                + client
                + "' ORDER BY id");
  }

  @Test
  void aLeadIsANewContactWithItsConsentOrFillsAKnownOne() {
    String phone = Fixtures.phone();
    var first =
        lead(
            """
            {"first_name": "Ada", "phone": "%s", "email": "no mail", "source": "web_form", "tags": ["roof"],
             "custom_fields": {"color": "red"}, "country": "US",
             "consent": {"sms": {"granted": true, "source": "lead form: Roof", "text_shown": "Yes"}}}
            """
                .formatted(phone));
    var came = came(first);
    assertThat(came.isNew()).isTrue();
    assertThat(came.tagsAdded()).containsExactly("roof");
    assertThat(people()).containsExactly("Ada|null|" + phone + "|null|null|{roof}|web_form");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT channel, granted, source, text_shown FROM omnify.consents WHERE client_id = '"
                        + client
                        + "'"))
        .containsExactly("sms|t|lead form: Roof|Yes");

    var again =
        lead(
            """
            {"first_name": "Augusta", "company": "Engines", "phone": "%s", "email": "ada@example.com",
             "source": "google_lead", "tags": ["roof", "hot"]}
            """
                .formatted(phone));
    var known = came(again);
    assertThat(known.isNew()).isFalse();
    assertThat(known.contactId()).isEqualTo(came.contactId());
    assertThat(known.tagsAdded()).containsExactly("hot");
    // the same event again, and one lead of somebody with another address
    TestFleet.kafka().send(again);
    came(
        lead(
            """
            {"phone": "%s", "email": "other@example.com", "source": "api_lead"}
            """
                .formatted(phone)));
    assertThat(people())
        .containsExactly(
            "Ada|Engines|" + phone + "|ada@example.com|other@example.com|{roof,hot}|web_form");
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      // the partition is read in its order: what came before the last one has come
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(ContactEvent.LeadCame.class).stream()
                          .filter(e -> e.contactId().equals(came.contactId()))
                          .count()
                      >= 3);
      assertThat(events.all(ContactEvent.LeadCame.class))
          .filteredOn(e -> e.leadId().equals(again.leadId()))
          .hasSize(1);
      assertThat(events.all(ContactEvent.ContactCreated.class))
          .filteredOn(e -> e.clientId().equals(client))
          .allMatch(e -> Boolean.TRUE.equals(e.quiet()))
          .hasSize(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void twoPeoplesAddressesInOneLeadAreReportedAndNotMixed() {
    String phone = Fixtures.phone();
    var ann = came(lead("{\"first_name\": \"Ann\", \"phone\": \"" + phone + "\"}"));
    var ben = came(lead("{\"first_name\": \"Ben\", \"email\": \"ben@example.com\"}"));
    var both =
        came(lead("{\"phone\": \"" + phone + "\", \"email\": \"ben@example.com\", \"tags\": []}"));
    assertThat(both.contactId()).isEqualTo(ann.contactId());
    assertThat(both.otherContactId()).isEqualTo(ben.contactId());
    assertThat(people())
        .containsExactly(
            "Ann|null|" + phone + "|null|null|{}|api", "Ben|null|null|ben@example.com|null|{}|api");
  }

  @Test
  void aLeadNobodyCanReachIsRefusedWithItsReason() {
    var bad = lead("{\"first_name\": \"Ann\", \"phone\": \"12\"}");
    try (var events = TestFleet.kafka().events(Topic.LEADS, LeadEvent.class)) {
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(events.all(LeadEvent.LeadRefused.class))
                      .filteredOn(e -> e.leadId().equals(bad.leadId()))
                      .extracting(LeadEvent.LeadRefused::reason)
                      .containsExactly("bad_phone"));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(people()).isEmpty();
  }

  @Test
  void consentIsToTheAddressBesideIt() {
    came(
        lead(
            """
            {"phone": "%s", "email": "ada@example.com", "source": "web_form"}
            """
                .formatted(Fixtures.phone())));
    // the mailbox is theirs; that the number of before may be called, nobody said
    came(
        lead(
            """
            {"phone": "%s", "email": "ada@example.com", "source": "web_form",
             "consent": {"sms": {"granted": true, "source": "form"}, "voice": {"granted": true, "source": "form"},
               "email": {"granted": true, "source": "form"}}}
            """
                .formatted(Fixtures.phone())));
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT channel, granted FROM omnify.consents WHERE client_id = '"
                        + client
                        + "'"))
        .containsExactly("email|t");
  }
}
