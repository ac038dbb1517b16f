package com.omnify.memory.evaluate;

import com.omnify.kit.quiet.policy.DeliveredRules;
import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.memory.contact.PhoneReading;
import com.omnify.model.Channel;
import com.omnify.model.WireEnum;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code evaluate window --data FILE.jsonl [--json]}: whether somebody may be written to or called
 * at an instant, by the rules as they are delivered, and when next.
 */
public final class Evaluate {

  private static final String USAGE =
      """
      usage: evaluate window --data FILE.jsonl [--json]

        FILE    lines {"id","phone","state","postal_code","time_zone","channel","instant"}; all but
                channel (sms, voice or email) and instant (ISO 8601) may be null
        --json  one JSON object instead of a table
      """;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Evaluate() {}

  public static void main(String[] args) {
    var out =
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.out),
            false,
            StandardCharsets.UTF_8);
    int code = run(List.of(args), out, System.err);
    out.flush();
    System.exit(code);
  }

  /** 0 when all lines were read, 2 when it was called wrongly. */
  static int run(List<String> args, PrintStream out, PrintStream err) {
    int data = args.indexOf("--data");
    if (args.isEmpty()
        || !args.getFirst().equals("window")
        || data < 0
        || data + 1 >= args.size()) {
      err.print(USAGE);
      return 2;
    }
    RuleSet rules = DeliveredRules.read();
    var results = new ArrayList<Map<String, @Nullable Object>>();
    try (Stream<String> lines = Files.lines(Path.of(args.get(data + 1)))) {
      int number = 0;
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          results.add(window(read(line, number), rules));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      err.println("evaluate window: " + args.get(data + 1) + " cannot be read: " + e.getMessage());
      return 2;
    }
    print(results, args.contains("--json"), out);
    return 0;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> read(String line, int number) {
    try {
      return JSON.readValue(line, Map.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("line " + number + " is no JSON object", e);
    }
  }

  private static Map<String, @Nullable Object> window(
      Map<String, @Nullable Object> line, RuleSet rules) {
    var result = new LinkedHashMap<String, @Nullable Object>();
    result.put("id", line.get("id"));
    Channel channel;
    Instant at;
    try {
      channel = WireEnum.parse(Channel.class, required(line, "channel"));
      at = OffsetDateTime.parse(required(line, "instant")).toInstant();
    } catch (IllegalArgumentException | DateTimeException e) {
      result.put("allowed", false);
      result.put("next_allowed", null);
      result.put("rule", "invalid: " + e.getMessage());
      return result;
    }
    Whereabouts where = where(line);
    LegalWindow window = rules.window(where, channel);
    var blocked = window.blockedBy(at);
    result.put("allowed", blocked.isEmpty());
    result.put("next_allowed", window.nextOpen(at).map(Instant::toString).orElse(null));
    result.put(
        "rule",
        blocked
            .map(by -> by.rule().jurisdiction() + " in " + by.zone().getId())
            .orElseGet(() -> asked(window, at)));
    result.put("zones", window.zones().stream().map(ZoneId::getId).sorted().toList());
    result.put("states", new TreeSet<>(where.states()).stream().toList());
    return result;
  }

  private static String required(Map<String, @Nullable Object> line, String field) {
    String value = text(line, field);
    if (value == null) {
      throw new IllegalArgumentException(field + " is required");
    }
    return value;
  }

  private static @Nullable String text(Map<String, @Nullable Object> line, String field) {
    Object value = line.get(field);
    return value == null || value.toString().isBlank() ? null : value.toString().strip();
  }

  private static Whereabouts where(Map<String, @Nullable Object> line) {
    return Whereabouts.of(
        number(line).map(PhoneReading.Valid::e164).orElse(areaOf(text(line, "phone"))),
        number(line).map(PhoneReading.Valid::timeZones).orElse(List.of()),
        text(line, "state"),
        text(line, "postal_code"),
        text(line, "time_zone"));
  }

  private static Optional<PhoneReading.Valid> number(Map<String, @Nullable Object> line) {
    String phone = text(line, "phone");
    return phone != null && PhoneReading.read(phone, "US") instanceof PhoneReading.Valid valid
        ? Optional.of(valid)
        : Optional.empty();
  }

  /** A number that cannot exist still names an area, if it is written like one. */
  private static @Nullable String areaOf(@Nullable String phone) {
    boolean foreign = phone != null && phone.startsWith("+") && !phone.startsWith("+1");
    String digits = phone == null || foreign ? "" : phone.replaceAll("[^0-9]", "");
    String national =
        digits.length() == 11 && digits.startsWith("1") ? digits.substring(1) : digits;
    return national.length() == 10 ? "+1" + national : null;
  }

  private static String asked(LegalWindow window, Instant at) {
    var asked = new TreeSet<String>();
    window.receipt(at).rules().forEach(rule -> asked.add(rule.substring(0, rule.indexOf(' '))));
    return asked.isEmpty() ? "none: e-mail waits for no hour" : String.join(", ", asked);
  }

  private static void print(
      List<Map<String, @Nullable Object>> results, boolean json, PrintStream out) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("lines", results.size());
    figures.put(
        "allowed", results.stream().filter(row -> Boolean.TRUE.equals(row.get("allowed"))).count());
    if (json) {
      var all = new LinkedHashMap<String, Object>();
      all.put("results", results);
      all.put("figures", figures);
      out.println(JSON.writeValueAsString(all));
      return;
    }
    String form = "%-16s %-8s %-22s %s%n";
    out.printf(form, "id", "allowed", "next_allowed", "rule");
    results.forEach(
        row ->
            out.printf(
                form,
                String.valueOf(row.get("id")),
                row.get("allowed"),
                String.valueOf(row.get("next_allowed")),
                row.get("rule")));
    out.println();
    figures.forEach((name, value) -> out.println(name + ": " + value));
  }
}
