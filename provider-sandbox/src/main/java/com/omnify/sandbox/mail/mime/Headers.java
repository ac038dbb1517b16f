package com.omnify.sandbox.mail.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The header of a mail: unfolded fields in their order, values as they were sent. */
public record Headers(List<Field> fields) {

  /** One field; its value is bytes, one char each, until {@link EncodedWords} has read it. */
  public record Field(String name, String value) {}

  public Headers {
    fields = List.copyOf(fields);
  }

  /** Reads a block of lines; what is no field is left out. */
  static Headers read(String block) {
    var fields = new ArrayList<Field>();
    for (var line : block.split("\r?\n")) {
      if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
        if (!fields.isEmpty()) {
          var last = fields.removeLast();
          fields.add(new Field(last.name(), last.value() + " " + line.strip()));
        }
        continue;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.add(new Field(line.substring(0, colon).strip(), line.substring(colon + 1).strip()));
      }
    }
    return new Headers(fields);
  }

  /** The first of that name, as it was sent. */
  public Optional<String> raw(String name) {
    return fields.stream()
        .filter(f -> f.name().equalsIgnoreCase(name))
        .map(Field::value)
        .findFirst();
  }

  /** The first of that name, decoded; empty where there is none. */
  public String text(String name) {
    return raw(name).map(EncodedWords::decode).orElse("");
  }
}
