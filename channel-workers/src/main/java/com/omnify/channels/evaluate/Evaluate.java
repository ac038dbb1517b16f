package com.omnify.channels.evaluate;

import com.omnify.model.SmsSegments;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import liqp.TemplateParser;
import liqp.parser.Flavor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the composer's engines over a file of JSON lines: {@code segments} counts texts, {@code
 * templates} renders Liquid. Standard output gets the result and nothing else.
 */
public final class Evaluate {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TemplateParser LIQUID =
      new TemplateParser.Builder().withFlavor(Flavor.LIQUID).build();
  private static final int WIDEST = 60;

  private Evaluate() {}

  /** The engine's name, then {@code --data FILE} and perhaps {@code --json}. */
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

  static int run(List<String> args, PrintStream out, PrintStream err) {
    int data = args.indexOf("--data");
    Function<Map<String, Object>, Map<String, Object>> engine =
        switch (args.isEmpty() ? "" : args.getFirst()) {
          case "segments" -> Evaluate::segments;
          case "templates" -> Evaluate::template;
          default -> null;
        };
    if (engine == null || data < 0 || data + 1 >= args.size()) {
      err.println("usage: (segments|templates) --data FILE.jsonl [--json]");
      return 2;
    }
    var results = new ArrayList<Map<String, Object>>();
    try (Stream<String> lines = Files.lines(Path.of(args.get(data + 1)))) {
      int number = 0;
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          results.add(engine.apply(read(line, number)));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      err.println("cannot read " + args.get(data + 1) + ": " + e.getMessage());
      return 2;
    }
    Map<String, Object> figures = figures(results);
    if (args.contains("--json")) {
      var all = new LinkedHashMap<String, Object>();
      all.put("results", results);
      all.put("figures", figures);
      out.println(JSON.writeValueAsString(all));
    } else {
      results.forEach(result -> out.println(row(result)));
      out.println();
      figures.forEach((name, value) -> out.println(name + ": " + value));
    }
    return 0;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> read(String line, int number) {
    try {
      return JSON.readValue(line, Map.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("line " + number + " is no JSON object", e);
    }
  }

  private static Map<String, Object> segments(Map<String, Object> line) {
    SmsSegments counted = SmsSegments.of(Objects.toString(line.get("text"), ""));
    var result = new LinkedHashMap<String, Object>();
    result.put("id", line.get("id"));
    result.put("encoding", counted.encoding().label());
    result.put("segments", counted.segments());
    result.put("units", counted.units());
    return result;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> template(Map<String, Object> line) {
    var result = new LinkedHashMap<String, Object>();
    result.put("id", line.get("id"));
    String output = "";
    String error = null;
    try {
      Object environment = line.get("environment");
      output =
          LIQUID
              .parse(Objects.toString(line.get("template"), ""))
              .render(
                  environment instanceof Map
                      ? new LinkedHashMap<>((Map<String, Object>) environment)
                      : new LinkedHashMap<>());
    } catch (RuntimeException | StackOverflowError e) {
      error = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    result.put("output", output);
    @Nullable Object expected = line.get("expected");
    if (expected != null) {
      result.put("ok", error == null && output.equals(expected));
    }
    if (error != null) {
      result.put("error", error);
    }
    return result;
  }

  private static Map<String, Object> figures(List<Map<String, Object>> results) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("lines", results.size());
    if (results.stream().anyMatch(result -> result.containsKey("ok"))) {
      long ok = results.stream().filter(result -> Boolean.TRUE.equals(result.get("ok"))).count();
      figures.put("ok", ok);
      figures.put("share_ok", (double) ok / results.size());
    }
    if (results.stream().anyMatch(result -> result.containsKey("segments"))) {
      figures.put("segments", results.stream().mapToInt(Evaluate::segmentsOf).sum());
      figures.put("ucs_2", results.stream().filter(r -> "UCS-2".equals(r.get("encoding"))).count());
    }
    return figures;
  }

  private static int segmentsOf(Map<String, Object> result) {
    return result.get("segments") instanceof Integer segments ? segments : 0;
  }

  private static String row(Map<String, Object> result) {
    var row = new StringBuilder();
    result.forEach(
        (name, value) -> {
          String text = String.valueOf(value).replace('\n', ' ');
          row.append(name)
              .append('=')
              .append(text.length() > WIDEST ? text.substring(0, WIDEST) + "…" : text)
              .append("  ");
        });
    return row.toString();
  }
}
