package com.omnify.healer.evaluate;

import com.omnify.healer.codes.policy.Meaning;
import com.omnify.healer.codes.policy.ProviderCodes;
import com.omnify.model.TwilioCodes.MatchedBy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate codes --data FILE [--json]}: what provider codes mean to the healer. */
public final class Evaluate {

  private static final String USAGE =
      """
      usage: evaluate codes --data FILE [--json]

        FILE    one provider code a line: twilio:30003, smtp:5.1.1, vapi:customer-busy;
                a code without a provider is VAPI's; blank lines are skipped
        --json  one JSON object instead of a table
      """;

  private Evaluate() {}

  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /** 0 when all lines were read, 2 when it was called wrongly. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    @Nullable Path data = null;
    boolean json = false;
    if (args.length == 0 || !args[0].equals("codes")) {
      err.print(USAGE);
      return 2;
    }
    for (int n = 1; n < args.length; n++) {
      if (args[n].equals("--json")) {
        json = true;
      } else if (args[n].equals("--data") && n + 1 < args.length) {
        data = Path.of(args[++n]);
      } else {
        err.println("evaluate codes: '" + args[n] + "' is not understood");
        err.print(USAGE);
        return 2;
      }
    }
    if (data == null) {
      err.print(USAGE);
      return 2;
    }
    List<String> codes;
    try {
      codes =
          Files.readAllLines(data, StandardCharsets.UTF_8).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
    } catch (NoSuchFileException e) {
      err.println("evaluate codes: there is no file " + data);
      return 2;
    } catch (MalformedInputException e) {
      err.println("evaluate codes: " + data + " is no UTF-8 text");
      return 2;
    } catch (IOException e) {
      err.println("evaluate codes: " + data + " cannot be read: " + e.getMessage());
      return 2;
    }
    print(codes, json, out);
    return 0;
  }

  private static void print(List<String> codes, boolean json, PrintStream out) {
    var results = new ArrayList<Map<String, @Nullable Object>>();
    var matched = new TreeMap<String, Integer>();
    var failures = new TreeMap<String, Integer>();
    for (MatchedBy each : MatchedBy.values()) {
      matched.put(each.wire(), 0);
    }
    for (String code : codes) {
      Meaning meaning = ProviderCodes.read(code);
      @Nullable String failure = meaning.failure() == null ? null : meaning.failure().wire();
      var result = new LinkedHashMap<String, @Nullable Object>();
      result.put("id", code);
      result.put("failure", failure);
      result.put("class", meaning.codeClass().wire());
      result.put("matched_by", meaning.matchedBy().wire());
      results.add(result);
      matched.merge(meaning.matchedBy().wire(), 1, Integer::sum);
      failures.merge(failure == null ? "none" : failure, 1, Integer::sum);
    }
    if (json) {
      var whole = new LinkedHashMap<String, Object>();
      whole.put("results", results);
      whole.put(
          "figures", Map.of("count", codes.size(), "matched_by", matched, "failures", failures));
      out.println(JsonMapper.shared().writeValueAsString(whole));
      return;
    }
    int width = codes.stream().mapToInt(String::length).max().orElse(4);
    String row = "%-" + Math.max(4, width) + "s  %-21s %-21s %s%n";
    out.printf(row, "code", "failure", "class", "matched by");
    for (var result : results) {
      Object failure = result.get("failure");
      out.printf(
          row,
          result.get("id"),
          failure == null ? "-" : failure,
          result.get("class"),
          result.get("matched_by"));
    }
    out.printf("%n%d codes, matched by: %s%n", codes.size(), matched);
  }
}
