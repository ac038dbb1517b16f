package com.omnify.memory.importing.policy;

import java.util.ArrayList;
import java.util.List;

/** Which character separates a file's columns. */
public final class Separators {

  private static final char[] CANDIDATES = {',', ';', '\t', '|'};
  private static final int MOST_ROWS = 50;

  private Separators() {}

  /**
   * The one that cuts most rows into as many columns as the header, and the more columns the
   * better; a comma where nothing does.
   *
   * @param sample the beginning of the file, perhaps broken off in a row
   */
  public static char guess(String sample) {
    char best = ',';
    long bestScore = 0;
    for (char candidate : CANDIDATES) {
      List<Integer> columns = columns(sample, candidate);
      int header = columns.isEmpty() ? 0 : columns.getFirst();
      if (header > 1) {
        long alike = columns.stream().filter(n -> n == header).count();
        long score = alike * 1_000 / columns.size() * 1_000 + Math.min(header, 999);
        if (score > bestScore) {
          bestScore = score;
          best = candidate;
        }
      }
    }
    return best;
  }

  /** How many columns each row has; separators and line breaks within quotes are text. */
  private static List<Integer> columns(String sample, char separator) {
    var rows = new ArrayList<Integer>();
    int columns = 1;
    boolean quoted = false;
    boolean empty = true;
    for (int n = 0; n < sample.length() && rows.size() < MOST_ROWS; n++) {
      char c = sample.charAt(n);
      if (c == '"') {
        quoted = !quoted;
        empty = false;
      } else if (!quoted && (c == '\n' || c == '\r')) {
        if (!empty) {
          rows.add(columns);
        }
        columns = 1;
        empty = true;
      } else {
        empty = false;
        columns += !quoted && c == separator ? 1 : 0;
      }
    }
    // the last row may be broken off, unless it is all there is
    if (rows.isEmpty() && !empty) {
      rows.add(columns);
    }
    return rows;
  }
}
