package com.omnify.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.launcher.demo.DemoClient.MailVendor;
import com.omnify.launcher.demo.DemoPeople.Person;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoPeopleTest {

  private static final String CONSENT = "2026-01-01T00:00:00Z";
  private static final String FICTIONAL = "\\+1\\d{3}55501\\d\\d";

  @Test
  void areTheSameEachTimeAndNobodyHasTwoNumbers() {
    var all = people(Demo.most() / DemoClients.all().size());
    assertThat(people(Demo.most() / DemoClients.all().size())).isEqualTo(all);
    assertThat(all).hasSizeGreaterThanOrEqualTo(2_000);
    assertThat(all.stream().map(Person::phone)).doesNotHaveDuplicates();
    assertThat(all.stream().map(Person::email)).doesNotHaveDuplicates();
  }

  @Test
  void whoIsThereStaysWhenMoreCome() {
    for (var client : DemoClients.all()) {
      assertThat(DemoPeople.of(client, 100, CONSENT))
          .startsWith(DemoPeople.of(client, 25, CONSENT).toArray(Person[]::new));
    }
  }

  @Test
  void onlyFictionalNumbersAreWrittenTo() {
    for (var client : DemoClients.all()) {
      assertThat(client.numbers())
          .hasSize(2)
          .allSatisfy(number -> assertThat(number).matches(FICTIONAL));
      assertThat(client.office()).matches(FICTIONAL);
      assertThat(DemoPeople.of(client, Demo.most() / DemoClients.all().size(), CONSENT))
          .allSatisfy(p -> assertThat(p.phone()).matches(FICTIONAL))
          .noneMatch(
              p -> client.numbers().contains(p.phone()) || p.phone().equals(client.office()));
    }
  }

  @Test
  void everyClientKnowsManyKindsOfPeople() {
    for (var client : DemoClients.all()) {
      var habits = DemoPeople.of(client, 25, CONSENT).stream().map(Person::habits).toList();
      assertThat(habits).doesNotHaveDuplicates();
      assertThat(habits.stream().map(DemoPeople.Habits::phone))
          .contains("eager", "stopper", "silent", "landline");
      assertThat(habits.stream().map(DemoPeople.Habits::mailbox))
          .contains("unsubscriber", "complainer", "no_mailbox");
      assertThat(habits.stream().map(DemoPeople.Habits::voice)).contains("booker", "voicemail");
    }
  }

  @Test
  void everyClientWritesMailsAndCalls() {
    assertThat(DemoClients.all()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(DemoClients.all().stream().map(DemoClient::industry)).doesNotHaveDuplicates();
    assertThat(DemoClients.all().stream().map(DemoClient::mail)).contains(MailVendor.values());
    for (var client : DemoClients.all()) {
      var kinds = client.sequence().steps().stream().map(step -> step.get("kind")).toList();
      assertThat(kinds.stream().filter(List.of("sms", "email", "voice")::contains))
          .containsExactly("sms", "email", "voice", "sms", "email");
    }
  }

  private static List<Person> people(int ofEach) {
    return DemoClients.all().stream()
        .flatMap(client -> DemoPeople.of(client, ofEach, CONSENT).stream())
        .toList();
  }
}
