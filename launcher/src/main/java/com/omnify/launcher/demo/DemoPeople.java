package com.omnify.launcher.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** People who do not exist: names, fictional numbers (555-01xx), and how each behaves. */
final class DemoPeople {

  private static final List<String> FIRST =
      List.of(
          "Maria", "James", "Aisha", "Robert", "Linh", "Daniel", "Sofia", "Marcus", "Priya",
          "Kevin", "Elena", "Tyrone", "Hannah", "Diego", "Grace", "Omar", "Julia", "Wei", "Nora",
          "Samuel");
  private static final List<String> LAST =
      List.of(
          "Lopez", "Carter", "Nguyen", "Schmidt", "Okafor", "Rossi", "Patel", "Walker", "Kim",
          "Larsen", "Haddad", "Brooks", "Ivanova", "Reyes", "Murphy", "Tanaka", "Dubois");

  /** Most people read and say nothing; every kind of trouble is there. */
  private static final List<String> PERSONAS =
      List.of(
          "silent",
          "eager",
          "questioner",
          "silent",
          "booker",
          "objector",
          "silent",
          "stopper",
          "late",
          "eager",
          "silent",
          "landline",
          "questioner",
          "polite_stopper",
          "silent",
          "flaky",
          "out_of_order",
          "booker",
          "voip",
          "unreachable",
          "silent",
          "invalid",
          "carrier_filtered");

  private static final int FIRST_LINE = 100;

  private DemoPeople() {}

  /**
   * One of them.
   *
   * @param request the body of the contact as the API takes it
   */
  record Person(String phone, String persona, Map<String, Object> request) {}

  /** Everybody whom a client knows: the same each time. */
  static List<Person> of(DemoClient client, String consentAt) {
    var people = new ArrayList<Person>();
    int turn = Math.floorMod(client.slug().hashCode(), PERSONAS.size());
    for (var region : client.regions()) {
      for (int i = 0; i < client.contactsPerRegion(); i++) {
        int n = turn + people.size();
        var phone = "+1" + region.areaCode() + "555" + "%04d".formatted(FIRST_LINE + i);
        var first = FIRST.get(Math.floorMod(n * 7, FIRST.size()));
        var last = LAST.get(Math.floorMod(n * 5, LAST.size()));
        var request = new LinkedHashMap<String, Object>();
        request.put("first_name", first);
        request.put("last_name", last);
        request.put("phone", phone);
        request.put(
            "email",
            "%s.%s.%s%02d@example.com"
                .formatted(first, last, region.areaCode(), i)
                .toLowerCase(java.util.Locale.ROOT));
        request.put("state", region.state());
        request.put("postal_code", region.postalCode());
        request.put("source", "demo");
        request.put("tags", List.of("demo", client.industry()));
        request.put(
            "consent",
            Map.of(
                "sms",
                consent("I agree to receive text messages", client, consentAt),
                "email",
                consent("I agree to receive e-mails", client, consentAt),
                "voice",
                consent("I agree to be called, also by an automated voice", client, consentAt)));
        people.add(new Person(phone, PERSONAS.get(Math.floorMod(n, PERSONAS.size())), request));
      }
    }
    return people;
  }

  private static Map<String, Object> consent(String words, DemoClient client, String at) {
    return Map.of(
        "granted",
        true,
        "source",
        "web form",
        "text_shown",
        words + ", from " + client.name() + ". I can end that at any time.",
        "at",
        at);
  }
}
