package com.omnify.kit.event;

import com.omnify.kit.db.KitJson;
import com.omnify.model.event.Event;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events as they stand on the topics: snake case, instants in ISO-8601 UTC, nulls written. A reader
 * ignores fields that it does not know and takes an enum value that it does not know as the type's
 * default.
 */
public final class EventJson {

  private final JsonMapper mapper = KitJson.mapper();

  public String write(Event event) {
    return mapper.writeValueAsString(event);
  }

  /**
   * Reads an event.
   *
   * @throws JacksonException where it is none of that type
   */
  public <E extends Event> E read(String json, Class<E> type) {
    return mapper.readValue(json, type);
  }
}
