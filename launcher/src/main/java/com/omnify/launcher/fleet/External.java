package com.omnify.launcher.fleet;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL and Kafka that somebody else runs; what is null is embedded.
 *
 * @param databaseUrl JDBC address of the fleet's database, created when it is missing
 * @param databaseUser may create roles and schemas
 * @param kafka bootstrap servers
 */
public record External(
    @Nullable String databaseUrl,
    String databaseUser,
    String databasePassword,
    @Nullable String kafka) {

  private static final Pattern JDBC_URL =
      Pattern.compile("(jdbc:postgresql://[^/?]+/)([^/?]+)(\\?.*)?");

  public External {
    if (databaseUrl != null && !JDBC_URL.matcher(databaseUrl).matches()) {
      throw new IllegalArgumentException(
          "OMNIFY_EXTERNAL_DB_URL must look like jdbc:postgresql://host:5432/omnify, not "
              + databaseUrl);
    }
  }

  public static External from(Map<String, String> environment) {
    return new External(
        blankToNull(environment.get("OMNIFY_EXTERNAL_DB_URL")),
        environment.getOrDefault("OMNIFY_EXTERNAL_DB_USER", "postgres"),
        environment.getOrDefault("OMNIFY_EXTERNAL_DB_PASSWORD", ""),
        blankToNull(environment.get("OMNIFY_EXTERNAL_KAFKA")));
  }

  private static @Nullable String blankToNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** The address of the server's maintenance database and the name of the fleet's. */
  public Optional<DatabaseAddress> database() {
    if (databaseUrl == null) {
      return Optional.empty();
    }
    var matcher = JDBC_URL.matcher(databaseUrl);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var rest = matcher.group(3) == null ? "" : matcher.group(3);
    return Optional.of(
        new DatabaseAddress(
            databaseUrl,
            matcher.group(1) + "postgres" + rest,
            matcher.group(2),
            databaseUser,
            databasePassword));
  }
}
