package com.omnify.sandbox.mail;

import java.util.Map;

/** What a webhook is sent, its proof included. */
record Post(String contentType, Map<String, String> headers, byte[] body) {

  Post {
    headers = Map.copyOf(headers);
  }
}
