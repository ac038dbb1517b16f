package com.omnify.kit.db;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON that we wrote ourselves, perhaps in another version: snake case, ISO-8601 instants, unknown
 * fields ignored, unknown enum values taken as their type's default. What comes from outside is
 * read by the web's stricter mapper.
 */
public final class KitJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
          .build();

  private KitJson() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }
}
