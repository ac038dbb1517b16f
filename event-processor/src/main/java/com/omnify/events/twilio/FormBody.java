package com.omnify.events.twilio;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a form, each with all its values in the order received.
 *
 * @param values by name, names in code unit order
 */
public record FormBody(Map<String, List<String>> values) {

  public FormBody {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * Decodes {@code application/x-www-form-urlencoded} bytes; empty where they are no such thing (a
   * broken escape, bytes that are not UTF-8): a signature over them cannot be checked.
   */
  public static Optional<FormBody> decode(byte[] body) {
    var values = new TreeMap<String, List<String>>();
    int start = 0;
    for (int at = 0; at <= body.length; at++) {
      if (at < body.length && body[at] != '&') {
        continue;
      }
      if (at > start && !add(values, body, start, at)) {
        return Optional.empty();
      }
      start = at + 1;
    }
    return Optional.of(new FormBody(values));
  }

  /** Decodes the query part of a URL, the same way. */
  public static Optional<FormBody> decodeQuery(@Nullable String query) {
    return decode((query == null ? "" : query).getBytes(StandardCharsets.UTF_8));
  }

  /** The first value of that parameter. */
  public @Nullable String first(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.getFirst();
  }

  private static boolean add(Map<String, List<String>> values, byte[] body, int start, int end) {
    int equals = start;
    while (equals < end && body[equals] != '=') {
      equals++;
    }
    String name = unescape(body, start, equals);
    String value = equals < end ? unescape(body, equals + 1, end) : "";
    if (name == null || value == null) {
      return false;
    }
    values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
    return true;
  }

  private static @Nullable String unescape(byte[] body, int start, int end) {
    var bytes = ByteBuffer.allocate(end - start);
    for (int at = start; at < end; at++) {
      byte b = body[at];
      if (b == '+') {
        bytes.put((byte) ' ');
      } else if (b != '%') {
        bytes.put(b);
      } else {
        int high = at + 2 < end ? Character.digit(body[at + 1], 16) : -1;
        int low = at + 2 < end ? Character.digit(body[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        bytes.put((byte) (high << 4 | low));
        at += 2;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(bytes.flip())
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
