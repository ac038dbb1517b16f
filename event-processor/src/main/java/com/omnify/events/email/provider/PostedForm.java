package com.omnify.events.email.provider;

import com.omnify.events.email.message.policy.Charsets;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The form by which a provider hands over a mail.
 *
 * @param fields their bytes as they came, by name
 * @param files what was attached, as far as it is a report of a mail server
 */
public record PostedForm(Map<String, byte[]> fields, List<File> files) {

  /** One attached file. */
  public record File(String type, byte[] content) {}

  public PostedForm {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    files = List.copyOf(files);
  }

  /** A form of texts. */
  public static PostedForm of(Map<String, String> texts) {
    var fields = new LinkedHashMap<String, byte[]>();
    texts.forEach((name, value) -> fields.put(name, Hmac.utf8(value)));
    return new PostedForm(fields, List.of());
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /** The field's text; empty where it is not there. */
  public String text(String name) {
    byte[] value = fields.get(name);
    if (value == null) {
      return "";
    }
    // SendGrid says of each field how it is written; everyone else writes UTF-8
    byte[] said = fields.get("charsets");
    JsonNode charset =
        said == null
            ? Json.read("")
            : Json.read(new String(said, StandardCharsets.UTF_8)).path(name);
    return charset.isString()
        ? Charsets.decode(value, charset.asString())
        : new String(value, StandardCharsets.UTF_8);
  }

  byte[] bytes(String name) {
    return fields.getOrDefault(name, new byte[0]);
  }
}
