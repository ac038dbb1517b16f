package com.omnify.kit.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Where a list goes on: the sort key of the last item, in a form that promises nothing. */
public final class Cursor {

  private static final String SEPARATOR = "\u001f";

  private Cursor() {}

  public static String encode(String... parts) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8));
  }

  /** The parts; a 400 problem when it is none of ours or has another number of parts. */
  public static List<String> decode(String cursor, int parts) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      List<String> decoded = List.of(text.split(SEPARATOR, -1));
      if (decoded.size() == parts) {
        return decoded;
      }
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw bad();
    }
    throw bad();
  }

  /** A part that is a UUID; a 400 problem otherwise. */
  public static UUID uuid(String part) {
    try {
      return UUID.fromString(part);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  /** A part that is an instant; a 400 problem otherwise. */
  public static Instant instant(String part) {
    try {
      return Instant.parse(part);
    } catch (DateTimeException e) {
      throw bad();
    }
  }

  private static Problem bad() {
    return Problem.invalid(
        "cursor",
        "this is no cursor of this list",
        "Send next_cursor of the page before as it was, or leave it out to start anew.");
  }
}
