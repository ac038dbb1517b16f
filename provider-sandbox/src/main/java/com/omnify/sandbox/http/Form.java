package com.omnify.sandbox.http;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decoded {@code application/x-www-form-urlencoded} pairs in the order they were sent; names may
 * repeat.
 */
public record Form(List<Field> fields) {

  /** One decoded pair. */
  public record Field(String name, String value) {}

  public Form {
    fields = List.copyOf(fields);
  }

  /**
   * @throws IllegalArgumentException when an escape is malformed
   */
  public static Form parse(String encoded) {
    var fields = new ArrayList<Field>();
    for (var pair : encoded.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int eq = pair.indexOf('=');
      fields.add(
          eq < 0
              ? new Field(decode(pair), "")
              : new Field(decode(pair.substring(0, eq)), decode(pair.substring(eq + 1))));
    }
    return new Form(fields);
  }

  /** The first value of that name, as most servers read it. */
  public Optional<String> first(String name) {
    return fields.stream().filter(f -> f.name().equals(name)).map(Field::value).findFirst();
  }

  /** The first value of that name that is more than white space. */
  public Optional<String> text(String name) {
    return first(name).filter(value -> !value.isBlank());
  }

  /** The pairs as they go over the wire. */
  public String encoded() {
    return fields.stream()
        .map(f -> encode(f.name()) + "=" + encode(f.value()))
        .collect(Collectors.joining("&"));
  }

  private static String decode(String s) {
    return URLDecoder.decode(s, StandardCharsets.UTF_8);
  }

  private static String encode(String s) {
    return URLEncoder.encode(s, StandardCharsets.UTF_8);
  }
}
