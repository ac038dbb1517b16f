package com.omnify.events.email.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code multipart/form-data} as it streams in. Attachments go by unread, so a form takes no
 * more memory than its texts, however long it is.
 *
 * <p>Bounds: 200 parts, 16 KiB of header fields a part, 2 MiB of a field, 6 MiB in all; ten files,
 * of 256 KiB each, and only those that a mail server's report may lie in. What exceeds them is left
 * out.
 */
public final class MultipartForm {

  private static final int MOST_PARTS = 200;
  private static final int LONGEST_HEADER = 16 << 10;
  private static final int LONGEST_FIELD = 2 << 20;
  private static final int LONGEST_IN_ALL = 6 << 20;
  private static final int MOST_FILES = 10;
  private static final int LONGEST_FILE = 256 << 10;
  private static final int LONGEST_BOUNDARY = 200;

  private static final Pattern BOUNDARY =
      Pattern.compile(";\\s*boundary\\s*=\\s*(?:\"([^\"]{1,200})\"|([^;\\s\"]{1,200}))");
  private static final Pattern NAME = Pattern.compile("[;\\s]name=\"([^\"]{1,200})\"");
  private static final Pattern FILE_NAME = Pattern.compile("[;\\s]filename\\*?=");

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[16 << 10];
  private int at;
  private int end;

  private final Map<String, byte[]> fields = new LinkedHashMap<>();
  private final List<PostedForm.File> files = new ArrayList<>();
  private int kept;

  private MultipartForm(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * The form; empty where the type names no such form. Reads the stream to its end.
   *
   * @param contentType the request's, with its boundary
   */
  public static Optional<PostedForm> read(InputStream in, String contentType) throws IOException {
    Optional<String> boundary = boundary(contentType);
    return boundary.isEmpty()
        ? Optional.empty()
        : Optional.of(new MultipartForm(in, boundary.get()).read());
  }

  private static Optional<String> boundary(String contentType) {
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      return Optional.empty();
    }
    Matcher found = BOUNDARY.matcher(contentType);
    return found.find()
        ? Optional.of(found.group(1) != null ? found.group(1) : found.group(2))
        : Optional.empty();
  }

  /** A run of bytes up to the end of a line, or less where the line is longer than a buffer. */
  private record Run(int from, int to, boolean startsLine, boolean endsLine) {}

  private boolean lineBegins = true;

  private PostedForm read() throws IOException {
    int parts = 0;
    boolean more = skipTo();
    while (more && parts < MOST_PARTS) {
      parts++;
      more = part();
    }
    while (more && next() != null) {
      // the rest is read for the sake of its signature
    }
    return new PostedForm(fields, files);
  }

  /** Past the first delimiter. */
  private boolean skipTo() throws IOException {
    for (Run run = next(); run != null; run = next()) {
      if (isDelimiter(run)) {
        return !isLast(run);
      }
    }
    return false;
  }

  /** Reads a part and the delimiter after it; false at the end of the form. */
  private boolean part() throws IOException {
    String header = header();
    if (header == null) {
      return false;
    }
    Matcher name = NAME.matcher(header);
    boolean file = FILE_NAME.matcher(header).find();
    String type = type(header);
    int room = room(name.reset().find(), file, type);
    var content = new ByteArrayOutputStream();
    byte[] held = new byte[0];
    for (Run run = next(); run != null; run = next()) {
      if (isDelimiter(run)) {
        keep(name, file, type, room, content);
        boolean last = isLast(run);
        if (last) {
          drain();
        }
        return !last;
      }
      int stop = run.to();
      int begin = stop;
      if (run.endsLine()) {
        begin = stop - 1;
      }
      if (begin > run.from() && buffer[begin - 1] == '\r') {
        begin--;
      }
      append(content, held, 0, held.length, room);
      append(content, buffer, run.from(), begin, room);
      // the line break before a delimiter belongs to the delimiter
      held = java.util.Arrays.copyOfRange(buffer, begin, stop);
    }
    keep(name, file, type, room, content);
    return false;
  }

  private void drain() throws IOException {
    while (next() != null) {
      // what follows the form is signed too
    }
  }

  private int room(boolean named, boolean file, String type) {
    if (!named || kept >= LONGEST_IN_ALL) {
      return 0;
    }
    int left = LONGEST_IN_ALL - kept;
    if (!file) {
      return Math.min(LONGEST_FIELD, left);
    }
    boolean report = type.startsWith("message/") || type.equals("text/rfc822-headers");
    return report && files.size() < MOST_FILES ? Math.min(LONGEST_FILE, left) : 0;
  }

  private void keep(
      Matcher name, boolean file, String type, int room, ByteArrayOutputStream content) {
    if (room == 0) {
      return;
    }
    kept += content.size();
    if (file) {
      files.add(new PostedForm.File(type, content.toByteArray()));
    } else {
      fields.putIfAbsent(name.group(1), content.toByteArray());
    }
  }

  private static void append(
      ByteArrayOutputStream content, byte[] bytes, int from, int to, int room) {
    int left = room - content.size();
    if (left > 0 && to > from) {
      content.write(bytes, from, Math.min(left, to - from));
    }
  }

  /** Up to the empty line; null where the form ends in it. */
  private @Nullable String header() throws IOException {
    var header = new StringBuilder();
    for (Run run = next(); run != null; run = next()) {
      String text = new String(buffer, run.from(), run.to() - run.from(), StandardCharsets.UTF_8);
      if (run.startsLine() && run.endsLine() && text.isBlank()) {
        return header.toString();
      }
      if (header.length() < LONGEST_HEADER) {
        header.append(text);
      }
    }
    return null;
  }

  private static String type(String header) {
    return header
        .lines()
        .filter(line -> line.regionMatches(true, 0, "content-type:", 0, 13))
        .map(line -> line.substring(13).strip().toLowerCase(Locale.ROOT))
        .map(value -> value.indexOf(';') < 0 ? value : value.substring(0, value.indexOf(';')))
        .map(String::strip)
        .findFirst()
        .orElse("");
  }

  private boolean isDelimiter(Run run) {
    if (!run.startsLine() || run.to() - run.from() < delimiter.length) {
      return false;
    }
    for (int n = 0; n < delimiter.length; n++) {
      if (buffer[run.from() + n] != delimiter[n]) {
        return false;
      }
    }
    String rest = rest(run);
    return rest.isEmpty() || rest.equals("--");
  }

  private boolean isLast(Run run) {
    return rest(run).equals("--");
  }

  private String rest(Run run) {
    int from = run.from() + delimiter.length;
    return new String(
            buffer, from, Math.min(run.to() - from, LONGEST_BOUNDARY), StandardCharsets.ISO_8859_1)
        .strip();
  }

  /** The next line or piece of one; null at the end. What it names is valid until the next call. */
  private @Nullable Run next() throws IOException {
    int length = end - at;
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, length);
      at = 0;
      end = length;
    }
    int seen = 0;
    while (true) {
      for (int n = seen; n < end; n++) {
        if (buffer[n] == '\n') {
          return run(n + 1, true);
        }
      }
      seen = end;
      if (end == buffer.length) {
        // a break that is cut in two stays together
        return run(buffer[end - 1] == '\r' ? end - 1 : end, false);
      }
      int got = in.read(buffer, end, buffer.length - end);
      if (got < 0) {
        return end == 0 ? null : run(end, false);
      }
      end += got;
    }
  }

  private Run run(int to, boolean endsLine) {
    var run = new Run(0, to, lineBegins, endsLine);
    lineBegins = endsLine;
    at = to;
    return run;
  }
}
