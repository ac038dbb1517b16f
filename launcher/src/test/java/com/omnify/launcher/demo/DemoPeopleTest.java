package com.omnify.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.launcher.demo.DemoPeople.Person;
import org.junit.jupiter.api.Test;

class DemoPeopleTest {

  private static final String CONSENT = "2026-01-01T00:00:00Z";

  @Test
  void areTheSameEachTimeAndNobodyHasTwoNumbers() {
    var all = DemoClients.all().stream().flatMap(c -> DemoPeople.of(c, CONSENT).stream()).toList();
    var again =
        DemoClients.all().stream().flatMap(c -> DemoPeople.of(c, CONSENT).stream()).toList();
    assertThat(again).isEqualTo(all);
    assertThat(all.stream().map(Person::phone)).doesNotHaveDuplicates();
    assertThat(all.stream().map(p -> p.request().get("email"))).doesNotHaveDuplicates();
  }

  @Test
  void onlyFictionalNumbersAreWrittenTo() {
    for (var client : DemoClients.all()) {
      assertThat(client.number()).matches("\\+1\\d{3}55501\\d\\d");
      assertThat(DemoPeople.of(client, CONSENT))
          .hasSizeBetween(30, 60)
          .allSatisfy(p -> assertThat(p.phone()).matches("\\+1\\d{3}55501\\d\\d"))
          .noneMatch(p -> p.phone().equals(client.number()));
    }
  }

  @Test
  void everyClientKnowsManyKindsOfPeople() {
    for (var client : DemoClients.all()) {
      assertThat(DemoPeople.of(client, CONSENT).stream().map(Person::persona).distinct())
          .hasSizeGreaterThan(10)
          .contains("eager", "stopper", "silent", "landline");
    }
  }
}
