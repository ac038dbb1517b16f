package com.omnify.events.evaluate;

import com.omnify.events.email.autoreply.policy.AutoReplies;
import com.omnify.events.email.autoreply.policy.AutoReply;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.reply.Replies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Replies, one a line. */
final class EvaluateReplies {

  /** Where a line has no date, return dates count from here. */
  private static final LocalDate UNDATED = LocalDate.of(2026, 1, 1);

  private EvaluateReplies() {}

  static Evaluate.Run run(Path data, JsonMapper json) throws IOException {
    var results = new ArrayList<Map<String, @Nullable Object>>();
    try (Stream<String> lines = Files.lines(data)) {
      int number = 0;
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          results.add(result(read(line, number, json)));
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    return new Evaluate.Run(results, figures(results));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> read(String line, int number, JsonMapper json) {
    try {
      return json.readValue(line, Map.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("line " + number + " is no JSON object", e);
    }
  }

  private static Map<String, @Nullable Object> result(Map<String, Object> line) {
    String text = Objects.toString(line.get("text"), "");
    String html = Objects.toString(line.get("html"), "");
    String visible = html.isEmpty() ? Replies.visible(text) : Replies.visible(text, html);
    AutoReply answered =
        AutoReplies.recognise(
            headers(line.get("headers")),
            Objects.toString(line.get("subject"), ""),
            visible,
            date(line.get("date")));
    var result = new LinkedHashMap<String, @Nullable Object>();
    result.put("id", line.get("id"));
    result.put("visible", visible);
    result.put("auto_reply", answered.automatic() || AutoReplies.saysSo(visible));
    if (answered instanceof AutoReply.OutOfOffice away && away.returns().isPresent()) {
      result.put("returns", away.returns().get().toString());
    }
    Object expected = line.get("expected");
    if (expected != null) {
      String wanted = expected.toString().strip();
      result.put("ok", visible.equals(wanted));
      result.put("same_words", withoutSpace(visible).equals(withoutSpace(wanted)));
    }
    return result;
  }

  /** HTML does not say how many blank lines a person meant. */
  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static MailHeaders headers(@Nullable Object given) {
    var fields = new ArrayList<MailHeaders.Field>();
    if (given instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) ->
              fields.add(new MailHeaders.Field(name.toString(), Objects.toString(value, ""))));
    }
    return MailHeaders.of(fields);
  }

  private static LocalDate date(@Nullable Object given) {
    try {
      return given == null
          ? UNDATED
          : LocalDate.parse(given.toString().substring(0, Math.min(10, given.toString().length())));
    } catch (DateTimeException e) {
      return UNDATED;
    }
  }

  private static Map<String, Object> figures(List<Map<String, @Nullable Object>> results) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("lines", results.size());
    figures.put(
        "auto_replies",
        results.stream().filter(r -> Boolean.TRUE.equals(r.get("auto_reply"))).count());
    List<Map<String, @Nullable Object>> judged =
        results.stream().filter(result -> result.containsKey("ok")).toList();
    if (!judged.isEmpty()) {
      long exact = judged.stream().filter(r -> Boolean.TRUE.equals(r.get("ok"))).count();
      figures.put("expected", judged.size());
      figures.put("exact", exact);
      figures.put("share_exact", (double) exact / judged.size());
      long words = judged.stream().filter(r -> Boolean.TRUE.equals(r.get("same_words"))).count();
      figures.put("same_words", words);
      figures.put(
          "wrong",
          judged.stream()
              .filter(result -> Boolean.FALSE.equals(result.get("ok")))
              .map(result -> String.valueOf(result.get("id")))
              .toList());
    }
    return figures;
  }
}
