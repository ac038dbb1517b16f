package com.omnify.events.vapi.policy;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something the assistant wants done while it talks.
 *
 * @param id the provider's, to answer by
 * @param arguments as the model has filled them in: somebody's words, never to be trusted
 */
public record ToolCall(String id, String name, Map<String, String> arguments) {

  public ToolCall {
    arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
  }
}
