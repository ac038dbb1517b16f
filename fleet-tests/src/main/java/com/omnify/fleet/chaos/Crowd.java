package com.omnify.fleet.chaos;

import com.omnify.fleet.Api;
import com.omnify.fleet.Fleet;
import com.omnify.fleet.chaos.policy.Channel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/**
 * One client with a sequence for each channel, of messages that come one right after the other, and
 * the people who are to get them: the load of one kind of fault. All of it is made over REST, by a
 * caller that repeats what was not answered under the same idempotency key.
 */
final class Crowd implements AutoCloseable {

  private static final int CONTACTS_A_CALL = 500;
  private static final int ENROLLMENTS_A_CALL = 250;

  /** Area codes that lie in one zone; one a crowd, so that no two share a person's number. */
  private static final List<String> AREAS =
      List.of(
          "212", "312", "303", "415", "808", "617", "214", "305", "206", "602", "404", "503", "704",
          "615", "702", "713", "718", "773");

  /** Those of it who are reached by one channel. */
  static final class Group {
    private final Channel channel;
    private final String sequenceId;
    private final List<String> contacts;
    private final Set<String> asked = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private int next;

    private Group(Channel channel, String sequenceId, List<String> contacts) {
      this.channel = channel;
      this.sequenceId = sequenceId;
      this.contacts = contacts;
    }

    Channel channel() {
      return channel;
    }

    String sequenceId() {
      return sequenceId;
    }

    /** Contacts whose enrollment was confirmed. */
    synchronized Set<String> asked() {
      return Set.copyOf(asked);
    }

    /** Contacts whose enrollment was refused. */
    synchronized Set<String> refused() {
      return Set.copyOf(refused);
    }

    private synchronized void answered(List<String> some, Set<String> notEnrolled) {
      asked.addAll(some);
      asked.removeAll(notEnrolled);
      refused.addAll(notEnrolled);
    }

    private int count(double part) {
      return Math.max(1, (int) Math.ceil(contacts.size() * part));
    }

    /** The next part of its people, in portions. */
    private List<List<String>> take(double part) {
      int to = Math.min(contacts.size(), next + count(part));
      var portions = new ArrayList<List<String>>();
      while (next < to) {
        int end = Math.min(to, next + ENROLLMENTS_A_CALL);
        portions.add(contacts.subList(next, end));
        next = end;
      }
      return portions;
    }
  }

  private final Api api;
  private final String clientId;
  private final List<Group> groups;
  private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  private Crowd(Api api, String clientId, List<Group> groups) {
    this.api = api;
    this.clientId = clientId;
    this.groups = List.copyOf(groups);
  }

  /** One that is reached by SMS alone. */
  static Crowd gather(Fleet fleet, String name, int number, int people) {
    return gather(fleet, name, number, Load.ofSms(people));
  }

  /**
   * Makes client, accounts, numbers, mailbox, sequences and people.
   *
   * @param number of this crowd, which no other one has
   */
  static Crowd gather(Fleet fleet, String name, int number, Load load) {
    Api platform = fleet.platform();
    String client =
        id(
            platform.post(
                "/api/v1/clients",
                Map.of("name", name, "industry", "roofing", "time_zone", "America/New_York")));
    String key =
        platform
            .post("/api/v1/api-keys", Map.of("name", "chaos", "role", "owner", "client_id", client))
            .get("key")
            .asString();
    Api api = platform.withKey(key);
    new Senders(fleet, api, client, number).set(load.people().keySet());
    var groups = new ArrayList<Group>();
    int first = 0;
    for (var part : load.people().entrySet()) {
      String sequence = id(api.post("/api/v1/sequences", sequence(part.getKey())));
      api.post("/api/v1/sequences/" + sequence + "/versions", Map.of());
      api.patch("/api/v1/sequences/" + sequence, Map.of("active", true));
      groups.add(
          new Group(
              part.getKey(), sequence, people(api, number, part.getKey(), first, part.getValue())));
      first += part.getValue();
    }
    return new Crowd(api, client, groups);
  }

  private static Map<String, Object> sequence(Channel channel) {
    var window = new HashMap<String, Object>();
    for (String day : List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun")) {
      window.put(day, List.of(Map.of("from", "00:00", "to", "24:00")));
    }
    var steps = new ArrayList<Map<String, Object>>();
    for (int n = 1; n <= Load.steps(channel); n++) {
      steps.add(
          Map.of(
              "kind",
              channel.title(),
              "delay",
              Map.of("type", "immediate"),
              "content",
              content(channel, n)));
    }
    return Map.of(
        "name",
        "Notes by " + channel.title(),
        "trigger",
        Map.of("type", "manual", "conditions", List.of()),
        "entry_rule",
        "once",
        "reply_policy",
        "stop",
        "send_window",
        window,
        "steps",
        steps);
  }

  private static Map<String, Object> content(Channel channel, int n) {
    String words = "{{ first_name | default: \"Hello\" }}, this is note " + n + ".";
    return switch (channel) {
      case SMS -> Map.of("body", words);
      case EMAIL -> Map.of("subject", "Note " + n, "text", words);
      case VOICE ->
          Map.of(
              "first_message",
              words,
              "system_prompt",
              "You read out a note and say goodbye.",
              "max_minutes",
              1);
    };
  }

  private static List<String> people(Api api, int number, Channel channel, int first, int people) {
    String area = AREAS.get(number % AREAS.size());
    var ids = new ArrayList<String>();
    for (int from = first; from < first + people; from += CONTACTS_A_CALL) {
      var rows = new ArrayList<Map<String, Object>>();
      for (int n = from; n < Math.min(first + people, from + CONTACTS_A_CALL); n++) {
        var row = new HashMap<String, Object>();
        row.put("first_name", "Person" + n);
        row.put("time_zone", "America/New_York");
        row.put("phone", "+1%s%03d%04d".formatted(area, 200 + n / 9000, 1000 + n % 9000));
        if (channel != Channel.SMS) {
          row.put("email", "person%d@crowd%d.example.com".formatted(n, number));
          row.put("consent", Map.of("email", consent("e-mails"), "voice", consent("calls")));
        }
        rows.add(row);
      }
      for (JsonNode row :
          api.post("/api/v1/contacts/bulk", Map.of("contacts", rows)).get("results")) {
        ids.add(id(row));
      }
    }
    return ids;
  }

  private static Map<String, Object> consent(String what) {
    return Map.of(
        "granted",
        true,
        "source",
        "web form",
        "text_shown",
        "I agree to " + what + ", also by an automated voice.",
        "at",
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String id(JsonNode made) {
    return made.get("id").asString();
  }

  String clientId() {
    return clientId;
  }

  List<Group> groups() {
    return groups;
  }

  /** Enrolls whoever is left, in the background. */
  void pushRest() {
    push(1);
  }

  int people() {
    return groups.stream().mapToInt(group -> group.contacts.size()).sum();
  }

  /** Messages that all of them are to get. */
  int messages() {
    return groups.stream()
        .mapToInt(group -> group.contacts.size() * Load.steps(group.channel))
        .sum();
  }

  /** How many people a part of those who are reached by SMS is: at least one. */
  int countBySms(double part) {
    return groups.stream()
        .filter(group -> group.channel == Channel.SMS)
        .mapToInt(group -> group.count(part))
        .sum();
  }

  /** Enrolls a part of all who belong to the crowd, of each channel the same, in the background. */
  void push(double part) {
    for (Group group : groups) {
      for (List<String> some : group.take(part)) {
        underWay.add(CompletableFuture.runAsync(() -> enroll(group, some), callers));
      }
    }
  }

  /**
   * Waits until every enrollment has been answered. A call that was cut off with its service is
   * taken up by another only when its lease on the idempotency key is over, a minute later.
   */
  void awaitAnswers() {
    underWay.forEach(CompletableFuture::join);
    underWay.clear();
  }

  private void enroll(Group group, List<String> some) {
    var notEnrolled = new HashSet<String>();
    try {
      JsonNode answer =
          api.post(
              "/api/v1/enrollments/bulk",
              Map.of("sequence_id", group.sequenceId, "contact_ids", some));
      answer.get("refused").forEach(row -> notEnrolled.add(row.get("contact_id").asString()));
    } catch (Api.AnswerLost e) {
      // so they say, and whether it is true is judged
    }
    group.answered(some, notEnrolled);
  }

  @Override
  public void close() {
    callers.shutdownNow();
  }
}
