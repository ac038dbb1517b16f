package com.omnify.sandbox.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * What happens to a connection after a request: an HTTP reply, or one of the ways a network fails.
 */
public sealed interface Answer {

  /** A whole reply of known length. */
  record Reply(int status, String contentType, Map<String, String> headers, byte[] body)
      implements Answer {}

  /** A reply of unknown length, sent in chunks. */
  record Stream(int status, String contentType, Body body) implements Answer {}

  /** The connection is reset (TCP RST) and nothing is answered. */
  record Reset() implements Answer {}

  /** The connection is closed in order (TCP FIN) and nothing is answered. */
  record Hangup() implements Answer {}

  /** Writes a streamed body. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
