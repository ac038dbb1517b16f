package com.omnify.launcher.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /**
   * How somebody behaves.
   *
   * @param phone by SMS
   * @param mailbox by e-mail
   * @param voice when called; null: as somebody who texts like that
   */
  record Habits(String phone, String mailbox, @Nullable String voice) {}

  /** Most people read and say nothing; every kind of trouble is there. */
  private static final List<Habits> HABITS =
      List.of(
          new Habits("silent", "opens", null),
          new Habits("eager", "eager", null),
          new Habits("silent", "clicks", "booker"),
          new Habits("questioner", "questioner", null),
          new Habits("silent", "ignores", "voicemail"),
          new Habits("booker", "booker", "booker"),
          new Habits("stopper", "stopper", null),
          new Habits("silent", "opens", "price_objector"),
          new Habits("late", "out_of_office", "interested"),
          new Habits("objector", "objector", null),
          new Habits("silent", "unsubscriber", null),
          new Habits("landline", "clicks", "interested"),
          new Habits("silent", "ignores", "no_answer"),
          new Habits("polite_stopper", "polite_stopper", "remover"),
          new Habits("silent", "eager", null),
          new Habits("flaky", "mailbox_full", null),
          new Habits("silent", "opens", "booker"),
          new Habits("out_of_order", "busy", "hangs_up"),
          new Habits("voip", "questioner", "wants_human"),
          new Habits("silent", "no_mailbox", "busy"),
          new Habits("unreachable", "opens", "line_failure"),
          new Habits("silent", "complainer", "rambler"),
          new Habits("invalid", "no_mailbox", "misdialed"),
          new Habits("carrier_filtered", "opens", null),
          new Habits("silent", "spam_filtered", "mute"));

  private static final int FIRST_LINE = 100;

  /** People have numbers up to 555-0189, businesses those above. */
  static final int LINES_A_REGION = 90;

  private DemoPeople() {}

  /**
   * One of them.
   *
   * @param request the body of the contact as the API takes it
   */
  record Person(String phone, String email, Habits habits, Map<String, Object> request) {}

  /** How many there can be, with fictional numbers only. */
  static int most(List<DemoClient> clients) {
    // each client knows as many as the next one
    return clients.size()
        * clients.stream().mapToInt(client -> client.regions().size()).min().orElse(0)
        * LINES_A_REGION;
  }

  /** The first so many of those whom a client knows: the same each time. */
  static List<Person> of(DemoClient client, int howMany, String consentAt) {
    int turn = Math.floorMod(client.slug().hashCode(), HABITS.size());
    var people = new ArrayList<Person>();
    for (int i = 0; i < howMany; i++) {
      people.add(person(client, i, turn + i, consentAt));
    }
    return people;
  }

  private static Person person(DemoClient client, int which, int n, String consentAt) {
    var region = client.regions().get(which % client.regions().size());
    int line = which / client.regions().size();
    var first = FIRST.get(Math.floorMod(n * 7, FIRST.size()));
    var last = LAST.get(Math.floorMod(n * 5, LAST.size()));
    var phone = number(region.areaCode(), line);
    var email =
        "%s.%s.%s%02d@example.com"
            .formatted(first, last, region.areaCode(), line)
            .toLowerCase(Locale.ROOT);
    var request = new LinkedHashMap<String, Object>();
    request.put("first_name", first);
    request.put("last_name", last);
    request.put("phone", phone);
    request.put("email", email);
    request.put("state", region.state());
    request.put("postal_code", region.postalCode());
    request.put("source", "demo");
    request.put("tags", List.of("demo", tag(client)));
    request.put(
        "consent",
        Map.of(
            "sms",
            consent("I agree to receive text messages", client, consentAt),
            "email",
            consent("I agree to receive e-mails", client, consentAt),
            "voice",
            consent("I agree to be called, also by an automated voice", client, consentAt)));
    return new Person(phone, email, HABITS.get(Math.floorMod(n, HABITS.size())), request);
  }

  /** Tags have no blanks. */
  private static String tag(DemoClient client) {
    return client.industry().toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  /** A number of a range in which nobody is ever called. */
  static String number(String areaCode, int line) {
    return "+1%s555%04d".formatted(areaCode, FIRST_LINE + line);
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
