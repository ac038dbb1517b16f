package com.omnify.events.email.reply.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person wrote in a reply: without what their mail program quoted, without signatures of
 * devices and after {@code "-- "}. Answers between quoted lines stay; so does a forwarded mail, for
 * it is what was said.
 *
 * <p>Bounds: the first 256 Ki characters and 5,000 lines are read.
 */
public final class VisibleText {

  private static final int LONGEST_TEXT = 256 << 10;
  private static final int MOST_LINES = 5_000;

  private VisibleText() {}

  /** The visible text of a plain reply, stripped; empty where all is quotation. */
  public static String of(String text) {
    List<String> lines = lines(text);
    var kept = new ArrayList<String>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (QuoteStarts.isForward(line)) {
        kept.addAll(lines.subList(at, lines.size()));
        break;
      }
      if (QuotedLines.isQuoted(lines, at)) {
        at = endOfQuote(lines, at);
        continue;
      }
      QuoteStarts.Start start = QuoteStarts.at(lines, at);
      if (start != null) {
        if (!start.before().isEmpty()) {
          kept.add(start.before());
        }
        int quoted = firstSaid(lines, start.next());
        if (quoted >= lines.size() || !QuotedLines.isQuoted(lines, quoted)) {
          break;
        }
        at = endOfQuote(lines, quoted);
      } else {
        kept.add(line);
        at++;
      }
    }
    return Signatures.strip(joined(kept));
  }

  private static List<String> lines(String text) {
    String bounded = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    return bounded
        .replace("\r\n", "\n")
        .replace('\r', '\n')
        .replace('\u00a0', ' ')
        .replaceAll("[\\u200b-\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff]", "")
        .lines()
        .limit(MOST_LINES)
        .toList();
  }

  private static int firstSaid(List<String> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).isBlank()) {
      at++;
    }
    return at;
  }

  /** The blank lines after a quotation belong to it. */
  private static int endOfQuote(List<String> lines, int from) {
    int at = from;
    while (at < lines.size() && QuotedLines.isQuoted(lines, at)) {
      at++;
    }
    return firstSaid(lines, at);
  }

  /** More than one blank line in a row says no more than one. */
  private static List<String> joined(List<String> kept) {
    var lines = new ArrayList<String>();
    for (String line : kept) {
      boolean blank = line.isBlank();
      if (!blank || !lines.isEmpty() && !lines.getLast().isEmpty()) {
        lines.add(blank ? "" : line.stripTrailing());
      }
    }
    return lines;
  }
}
