package com.omnify.kit.event;

import com.omnify.kit.db.KitJson;
import com.omnify.model.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A record as it came, with what could be found out about it. */
record Incoming(
    ConsumerRecord<String, String> record,
    String key,
    @Nullable String type,
    @Nullable Event event,
    @Nullable String error) {

  static Incoming skipped(ConsumerRecord<String, String> record, @Nullable String type) {
    return new Incoming(record, keyOf(record), type, null, null);
  }

  static Incoming readable(ConsumerRecord<String, String> record, String type, Event event) {
    return new Incoming(record, keyOf(record), type, event, null);
  }

  static Incoming unreadable(ConsumerRecord<String, String> record, String type, String error) {
    return new Incoming(record, keyOf(record), type, null, error);
  }

  /** Nobody here knows the type: nothing to do. */
  boolean skip() {
    return event == null && error == null;
  }

  private static String keyOf(ConsumerRecord<String, String> record) {
    return record.key() == null ? "" : record.key().replace('\0', ' ');
  }

  /** Whose it is, as far as that can be read; null where it cannot. */
  @Nullable UUID client() {
    if (event != null) {
      return event.clientId().value();
    }
    try {
      JsonNode tree = KitJson.mapper().readTree(record.value());
      JsonNode client =
          tree.has("client_id") ? tree.get("client_id") : tree.at("/dispatch/client_id");
      return client.isString() ? UUID.fromString(client.stringValue()) : null;
    } catch (JacksonException | IllegalArgumentException e) {
      return null;
    }
  }

  static @Nullable String typeHeader(ConsumerRecord<String, String> record) {
    Header header = record.headers().lastHeader(EventTypes.HEADER);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
