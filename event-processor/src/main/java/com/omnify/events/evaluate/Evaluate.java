package com.omnify.events.evaluate;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code evaluate replies --data FILE.jsonl} and {@code evaluate bounces --maildir DIR}: how the
 * product hears e-mail. Standard output gets the result and nothing else.
 */
public final class Evaluate {

  private static final String USAGE =
      """
      usage: evaluate replies --data FILE.jsonl [--json]
             evaluate bounces --maildir DIR [--expected FILE.json] [--json]

        FILE.jsonl  one object a line: {"id","text"}, text plain or HTML; with "expected" the
                    exact share is counted; "subject", "headers" (an object) and "date" help to
                    recognise automatic replies
        DIR         messages, one a file, in any depth
        FILE.json   [{"file","recipients":[{"dsn","reason","hardbounce"} or {"class"}]}]
        --json      one JSON object instead of a table
      """;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int WIDEST = 70;

  /** What an engine made of a file. */
  record Run(List<Map<String, @Nullable Object>> results, Map<String, Object> figures) {}

  private Evaluate() {}

  public static void main(String[] args) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    int code = run(List.of(args), out, System.err);
    out.flush();
    System.exit(code);
  }

  /** 0 when all was read, 2 when it was called wrongly. */
  static int run(List<String> args, PrintStream out, PrintStream err) {
    String engine = args.isEmpty() ? "" : args.getFirst();
    @Nullable Path data = null;
    @Nullable Path expected = null;
    boolean json = false;
    String input = engine.equals("bounces") ? "--maildir" : "--data";
    for (int n = 1; n < args.size(); n++) {
      String arg = args.get(n);
      if (arg.equals("--json")) {
        json = true;
      } else if (arg.equals(input) && n + 1 < args.size()) {
        data = Path.of(args.get(++n));
      } else if (engine.equals("bounces") && arg.equals("--expected") && n + 1 < args.size()) {
        expected = Path.of(args.get(++n));
      } else {
        err.println("evaluate " + engine + ": '" + arg + "' is not understood");
        err.print(USAGE);
        return 2;
      }
    }
    if (data == null || !List.of("replies", "bounces").contains(engine)) {
      err.print(USAGE);
      return 2;
    }
    try {
      Run run =
          engine.equals("replies")
              ? EvaluateReplies.run(data, JSON)
              : EvaluateBounces.run(data, expected, JSON);
      print(run, json, out);
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      err.println("evaluate " + engine + ": cannot read " + data + ": " + e.getMessage());
      return 2;
    }
  }

  private static void print(Run run, boolean json, PrintStream out) {
    if (json) {
      var all = new LinkedHashMap<String, Object>();
      all.put("results", run.results());
      all.put("figures", run.figures());
      out.println(JSON.writeValueAsString(all));
      return;
    }
    run.results().forEach(result -> out.println(row(result)));
    out.println();
    run.figures()
        .forEach(
            (name, value) -> {
              if (value instanceof List<?> list) {
                out.println(name + ": " + list.size());
                list.forEach(each -> out.println("  " + each));
              } else {
                out.println(name + ": " + value);
              }
            });
  }

  private static String row(Map<String, @Nullable Object> result) {
    var row = new StringBuilder();
    result.forEach(
        (name, value) -> {
          String text = String.valueOf(value).replace('\n', '⏎');
          row.append(name)
              .append('=')
              .append(text.length() > WIDEST ? text.substring(0, WIDEST) + "…" : text)
              .append("  ");
        });
    return row.toString();
  }
}
