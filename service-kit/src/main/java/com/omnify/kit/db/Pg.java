package com.omnify.kit.db;

import com.omnify.model.WireEnum;
import com.omnify.model.id.Id;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.jdbc.core.support.AbstractSqlTypeValue;
import tools.jackson.databind.json.JsonMapper;

/**
 * PostgreSQL's types as parameters of {@code JdbcClient} and back. Arrays are for {@code
 * unnest(:ids)} and {@code = ANY (:ids)}; all of one statement must be equally long.
 */
public final class Pg {

  private static final JsonMapper JSON = KitJson.mapper();

  private Pg() {}

  /** {@code uuid[]}; elements may be null. */
  public static SqlTypeValue uuids(Collection<? extends @Nullable Id> ids) {
    return array("uuid", ids, Id::value);
  }

  /** {@code uuid[]}; elements may be null. */
  public static SqlTypeValue rawUuids(Collection<? extends @Nullable UUID> ids) {
    return array("uuid", ids, id -> id);
  }

  /** {@code text[]}; elements may be null. */
  public static SqlTypeValue texts(Collection<? extends @Nullable String> texts) {
    return array("text", texts, text -> text);
  }

  /** {@code text[]} of the wire names; elements may be null. */
  public static SqlTypeValue wires(Collection<? extends @Nullable WireEnum> values) {
    return array("text", values, WireEnum::wire);
  }

  /** {@code timestamptz[]}; elements may be null. */
  public static SqlTypeValue instants(Collection<? extends @Nullable Instant> instants) {
    return array("timestamptz", instants, Instant::toString);
  }

  /** {@code int[]}; elements may be null. */
  public static SqlTypeValue ints(Collection<? extends @Nullable Integer> numbers) {
    return array("int4", numbers, number -> number);
  }

  /** {@code bigint[]}; elements may be null. */
  public static SqlTypeValue longs(Collection<? extends @Nullable Long> numbers) {
    return array("int8", numbers, number -> number);
  }

  /** {@code boolean[]}; elements may be null. */
  public static SqlTypeValue booleans(Collection<? extends @Nullable Boolean> values) {
    return array("bool", values, value -> value);
  }

  /** {@code jsonb[]} of the values as JSON; elements may be null. */
  public static SqlTypeValue jsonbs(Collection<? extends @Nullable Object> values) {
    return array("jsonb", values, JSON::writeValueAsString);
  }

  private static <T> SqlTypeValue array(
      String type, Collection<? extends @Nullable T> values, Function<T, Object> element) {
    Object[] elements = new Object[values.size()];
    int n = 0;
    for (T value : values) {
      elements[n++] = value == null ? null : element.apply(value);
    }
    return new AbstractSqlTypeValue() {
      @Override
      protected Object createTypeValue(
          Connection connection, int sqlType, @Nullable String typeName) throws SQLException {
        return connection.createArrayOf(type, elements);
      }
    };
  }

  /** A {@code jsonb} parameter: records and maps in snake case. Null stays SQL's NULL. */
  public static PGobject jsonb(@Nullable Object value) {
    return rawJsonb(value == null ? null : JSON.writeValueAsString(value));
  }

  /** A {@code jsonb} parameter from JSON that is written already. */
  public static PGobject rawJsonb(@Nullable String json) {
    try {
      var object = new PGobject();
      object.setType("jsonb");
      object.setValue(json);
      return object;
    } catch (SQLException e) {
      throw new IllegalStateException("not a jsonb value", e);
    }
  }

  /** Reads JSON written by {@link #jsonb}; unknown fields are ignored. */
  public static <T> T read(String json, Class<T> type) {
    return JSON.readValue(json, type);
  }

  /** A {@code timestamptz} parameter. */
  public static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** A {@code timestamptz} column that is never null. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(instantOrNull(row, column), column);
  }

  /** A {@code timestamptz} column. */
  public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  /** A {@code uuid} column that is never null. */
  public static UUID uuid(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(row.getObject(column, UUID.class), column);
  }

  /** A {@code uuid} column as a typed id: {@code Pg.id(row, "contact_id", ContactId::new)}. */
  public static <I extends Id> I id(ResultSet row, String column, Function<UUID, I> type)
      throws SQLException {
    return type.apply(uuid(row, column));
  }

  /** As {@link #id} where the column may be null. */
  public static <I extends Id> @Nullable I idOrNull(
      ResultSet row, String column, Function<UUID, I> type) throws SQLException {
    UUID value = row.getObject(column, UUID.class);
    return value == null ? null : type.apply(value);
  }

  /** The constraint or unique index that a statement broke; null when it failed otherwise. */
  public static @Nullable String brokenConstraint(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof PSQLException sql && sql.getServerErrorMessage() != null) {
        return sql.getServerErrorMessage().getConstraint();
      }
    }
    return null;
  }
}
