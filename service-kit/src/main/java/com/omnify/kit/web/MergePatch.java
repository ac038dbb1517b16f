package com.omnify.kit.web;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Merge Patch for top-level fields: a field that is given replaces the old value whole, null
 * clears it, one that is left out stays.
 */
public final class MergePatch {

  private MergePatch() {}

  /**
   * The patched body, read as strictly as a request's body is.
   *
   * @param json the web's mapper, Spring's bean
   * @param current what is stored, as its body
   */
  public static <T> T apply(JsonMapper json, T current, ObjectNode patch, Class<T> type) {
    ObjectNode merged = json.valueToTree(current);
    patch.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
    try {
      return json.treeToValue(merged, type);
    } catch (JacksonException e) {
      // Told to the caller as any other body that does not fit.
      throw new HttpMessageNotReadableException(
          "the patch does not fit", e, new Patch(new HttpHeaders()));
    }
  }

  private record Patch(HttpHeaders headers) implements HttpInputMessage {
    @Override
    public InputStream getBody() {
      return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }
  }
}
