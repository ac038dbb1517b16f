package com.omnify.memory.contact;

import com.omnify.model.WireEnum;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a custom field holds. */
public enum CustomFieldType implements WireEnum {
  TEXT("write a text") {
    @Override
    @Nullable Object read(Object value) {
      return String.valueOf(value);
    }
  },
  NUMBER("write digits, with a point before decimals: 1250.5") {
    @Override
    @Nullable Object read(Object value) {
      if (value instanceof Number) {
        return value;
      }
      try {
        String text = String.valueOf(value).strip();
        return text.length() <= 40 ? new BigDecimal(text) : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  },
  BOOLEAN("write true or false") {
    @Override
    @Nullable Object read(Object value) {
      String text = String.valueOf(value).strip().toLowerCase(Locale.ROOT);
      return TRUE.contains(text) ? Boolean.TRUE : FALSE.contains(text) ? Boolean.FALSE : null;
    }
  },
  DATE("write year, month and day: 2026-03-31") {
    @Override
    @Nullable Object read(Object value) {
      try {
        return LocalDate.parse(String.valueOf(value).strip()).toString();
      } catch (DateTimeException e) {
        return null;
      }
    }
  };

  private static final Set<String> TRUE = Set.of("true", "yes", "y", "1");
  private static final Set<String> FALSE = Set.of("false", "no", "n", "0");

  private final String fix;

  CustomFieldType(String fix) {
    this.fix = fix;
  }

  /** How to write it. */
  String fix() {
    return fix;
  }

  /** The value as it is stored; null where it is none of this type. */
  abstract @Nullable Object read(Object value);
}
