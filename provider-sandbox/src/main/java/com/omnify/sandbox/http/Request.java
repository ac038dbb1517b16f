package com.omnify.sandbox.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request, read whole.
 *
 * @param path decoded, without the query
 * @param query decoded query parameters
 * @param headers by lower-case name; of a repeated header the last one
 */
public record Request(
    String method, String path, Form query, Map<String, String> headers, byte[] body) {

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The form in the body; empty when the body is of another type. */
  public Form form() {
    boolean isForm =
        header("content-type")
            .map(t -> t.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded"))
            .orElse(false);
    return isForm ? Form.parse(text()) : new Form(List.of());
  }

  /** The parts of the path between its slashes. */
  public List<String> segments() {
    var trimmed = path.startsWith("/") ? path.substring(1) : path;
    return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/", -1));
  }
}
