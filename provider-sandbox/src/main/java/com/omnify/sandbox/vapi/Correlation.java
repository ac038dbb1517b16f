package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Form;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a call says about the dispatch it is made for: {@code name}, or {@code metadata}, or the
 * {@code dispatch} parameter of the server URL {@code
 * {publicUrl}/webhooks/vapi/{clientId}/{accountId}?dispatch={dispatchId}}.
 */
record Correlation(@Nullable String dispatchId, @Nullable String clientId) {

  private static final Pattern PATH = Pattern.compile(".*/webhooks/vapi/([^/]+)(/.*)?");
  private static final List<String> DISPATCH = List.of("dispatch_id", "dispatchId", "dispatch");
  private static final List<String> CLIENT = List.of("client_id", "clientId", "client");

  /**
   * @param request the call as it was asked for
   * @param metadata of the assistant, overrides applied
   * @param serverUrl where its messages go
   */
  static Correlation of(JsonNode request, JsonNode metadata, @Nullable String serverUrl) {
    String inUrl = null;
    String clientInUrl = null;
    if (serverUrl != null) {
      try {
        var uri = URI.create(serverUrl);
        var query = uri.getRawQuery();
        inUrl = query == null ? null : Form.parse(query).text("dispatch").orElse(null);
        var path = PATH.matcher(uri.getPath() == null ? "" : uri.getPath());
        clientInUrl = path.matches() ? path.group(1) : null;
      } catch (IllegalArgumentException _) {
        // no URL that tells anything; it may still be one that takes messages
      }
    }
    var name = request.path("name").asString("");
    var dispatch = isUuid(name) ? name : first(metadata, DISPATCH);
    return new Correlation(
        dispatch != null ? dispatch : inUrl,
        clientInUrl != null ? clientInUrl : first(metadata, CLIENT));
  }

  private static @Nullable String first(JsonNode metadata, List<String> names) {
    return names.stream()
        .map(metadata::path)
        .filter(JsonNode::isString)
        .map(JsonNode::asString)
        .findFirst()
        .orElse(null);
  }

  private static boolean isUuid(String text) {
    try {
      return UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
