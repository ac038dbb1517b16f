package com.omnify.events.evaluate;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceReport;
import com.omnify.events.email.bounce.policy.Bounces;
import com.omnify.model.id.DispatchId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Messages, one a file. */
final class EvaluateBounces {

  /** Return dates of automatic replies are not printed: any day does. */
  private static final LocalDate ANY_DAY = LocalDate.of(2026, 1, 1);

  /** Reasons of a refusal for the sender's or the content's sake, in the words of the field. */
  private static final Set<String> SENDER_REASONS =
      Set.of(
          "spamdetected",
          "blocked",
          "badreputation",
          "policyviolation",
          "authfailure",
          "requireptr",
          "securityerror",
          "virusdetected",
          "notcompliantrfc");

  private EvaluateBounces() {}

  static Evaluate.Run run(Path directory, @Nullable Path expected, JsonMapper json)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException("it is no directory");
    }
    Map<String, List<String>> judgement = expected == null ? Map.of() : expected(expected, json);
    var results = new ArrayList<Map<String, @Nullable Object>>();
    var counts = new TreeMap<String, Integer>();
    for (BounceClass each : BounceClass.values()) {
      counts.put(each.label(), 0);
    }
    var wrong = new ArrayList<String>();
    int messages = 0;
    int judged = 0;
    int right = 0;
    for (Path file : files(directory)) {
      messages++;
      String name = directory.relativize(file).toString();
      List<BounceReport> reports = Bounces.read(Files.readAllBytes(file), ANY_DAY);
      for (BounceReport report : reports) {
        results.add(result(name, report));
        counts.merge(report.bounceClass().label(), 1, Integer::sum);
      }
      List<String> wanted = find(judgement, name);
      for (int n = 0; n < wanted.size(); n++) {
        judged++;
        String got = n < reports.size() ? reports.get(n).bounceClass().label() : "missing";
        if (got.equals(wanted.get(n))) {
          right++;
        } else {
          String status = n < reports.size() ? reports.get(n).status() : "";
          wrong.add("%s[%d] %s: %s, expected %s".formatted(name, n, status, got, wanted.get(n)));
        }
      }
    }
    var figures = new LinkedHashMap<String, Object>();
    figures.put("messages", messages);
    figures.put("reports", results.size());
    figures.put("classes", counts);
    if (expected != null) {
      figures.put("expected", judged);
      figures.put("right", right);
      figures.put("share_right", judged == 0 ? 0.0 : (double) right / judged);
      figures.put("wrong", wrong);
    }
    return new Evaluate.Run(results, figures);
  }

  private static Map<String, @Nullable Object> result(String file, BounceReport report) {
    var result = new LinkedHashMap<String, @Nullable Object>();
    result.put("file", file);
    result.put("status", report.status().isEmpty() ? null : report.status());
    result.put("class", report.bounceClass().label());
    result.put("recipient", report.recipient().isEmpty() ? null : report.recipient());
    result.put("dispatch_id", report.dispatch().map(DispatchId::toString).orElse(null));
    result.put("action", report.action().isEmpty() ? null : report.action());
    return result;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** The expected file may name messages from a directory further up. */
  private static List<String> find(Map<String, List<String>> judgement, String name) {
    for (var entry : judgement.entrySet()) {
      if (entry.getKey().equals(name) || entry.getKey().endsWith("/" + name)) {
        return entry.getValue();
      }
    }
    return List.of();
  }

  private static Map<String, List<String>> expected(Path file, JsonMapper json) throws IOException {
    JsonNode root;
    try {
      root = json.readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON", e);
    }
    var expected = new HashMap<String, List<String>>();
    for (JsonNode message : root) {
      var classes = new ArrayList<String>();
      for (JsonNode recipient : message.path("recipients")) {
        classes.add(classOf(recipient));
      }
      expected.put(message.path("file").asString(""), classes);
    }
    return expected;
  }

  /** Our class of what another judge said: by its own verdict on hardness, then by its reason. */
  private static String classOf(JsonNode recipient) {
    if (recipient.has("class")) {
      return recipient.path("class").asString("");
    }
    String reason = recipient.path("reason").asString("");
    String status = Objects.toString(recipient.path("dsn").asString(""), "");
    return switch (reason) {
      case "feedback" -> BounceClass.FEEDBACK.label();
      case "vacation" -> BounceClass.AUTO_REPLY.label();
      case "delivered" -> BounceClass.NONE.label();
      default -> {
        if (recipient.path("hardbounce").asBoolean(false)) {
          yield BounceClass.HARD.label();
        }
        boolean sender = status.startsWith("5.7.") || SENDER_REASONS.contains(reason);
        yield sender && !status.startsWith("4.")
            ? BounceClass.SPAM.label()
            : BounceClass.SOFT.label();
      }
    };
  }
}
