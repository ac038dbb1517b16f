package com.omnify.events.email.reply.policy;

import java.util.List;
import java.util.regex.Pattern;

/** Lines that a mail program marked with {@code >}, and the ends of links it broke out of them. */
final class QuotedLines {

  private static final Pattern LINK_ONLY =
      Pattern.compile("\\s*[<(\\[]?(?:https?://|mailto:)\\S{1,2000}[\\s>)\\]]*");

  private static final int LONGEST_TAIL = 500;

  private QuotedLines() {}

  static boolean isQuoted(List<String> lines, int at) {
    String line = lines.get(at);
    return isMarked(line) || isBrokenLink(lines, at);
  }

  static boolean isMarked(String line) {
    String text = line.strip();
    // ">>> look here <<<" is decoration
    return text.startsWith(">") && !(text.length() > 1 && text.endsWith("<"));
  }

  /** Between two marked lines: a link alone, or the rest of one that the line before began. */
  private static boolean isBrokenLink(List<String> lines, int at) {
    if (at == 0 || at + 1 >= lines.size()) {
      return false;
    }
    String line = lines.get(at);
    String before = lines.get(at - 1);
    return !line.isBlank()
        && line.length() <= LONGEST_TAIL
        && isMarked(before)
        && isMarked(lines.get(at + 1))
        && (LINK_ONLY.matcher(line).matches() || endsInsideLink(before) && !hasSpaceInside(line));
  }

  private static boolean endsInsideLink(String line) {
    int link = Math.max(line.lastIndexOf("http://"), line.lastIndexOf("https://"));
    return link > 0
        && "(<[".indexOf(line.charAt(link - 1)) >= 0
        && line.indexOf(' ', link) < 0
        && line.indexOf(')', link) < 0
        && line.indexOf('>', link) < 0
        && line.indexOf(']', link) < 0;
  }

  private static boolean hasSpaceInside(String line) {
    return line.strip().indexOf(' ') >= 0;
  }
}
