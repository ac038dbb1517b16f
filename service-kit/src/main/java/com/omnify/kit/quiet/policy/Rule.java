package com.omnify.kit.quiet.policy;

import com.omnify.model.Channel;
import com.omnify.model.SendWindow;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One dated row of the law.
 *
 * @param version raised with each change of the row
 * @param jurisdiction {@code US} binds everywhere, {@code US-FL} who may be in Florida, {@code
 *     unknown} those of whom nothing is known
 * @param validFrom a day on the person's own calendar
 * @param validUntil the first day on which it is in force no more, null where none is known
 */
public record Rule(
    UUID id,
    int version,
    String jurisdiction,
    Channel channel,
    Says says,
    LocalDate validFrom,
    @Nullable LocalDate validUntil) {

  /** Binds everywhere. */
  public static final String EVERYWHERE = "US";

  /** Binds where neither number nor address says where somebody is; read on Eastern clocks. */
  public static final String UNKNOWN = "unknown";

  /** What it says. */
  public sealed interface Says {

    /** Open at these times only. */
    record Hours(SendWindow week) implements Says {}

    /** Closed on that day. */
    record Holiday(LocalDate day) implements Says {}

    /** So many messages and calls at most within 24 hours. */
    record Cap(int per24h) implements Says {
      public Cap {
        if (per24h < 1) {
          throw new IllegalArgumentException("a cap of " + per24h + " would close for ever");
        }
      }
    }
  }

  public Rule {
    if (validUntil != null && !validFrom.isBefore(validUntil)) {
      throw new IllegalArgumentException("a rule must be in force for a day at least");
    }
  }

  /** Of a state. */
  public static String state(String code) {
    return EVERYWHERE + "-" + code;
  }

  boolean inForce(LocalDate day) {
    return !day.isBefore(validFrom) && (validUntil == null || day.isBefore(validUntil));
  }

  /** {@code US-FL 0197…@2}: names the row and its version. */
  public String reference() {
    return jurisdiction + " " + id + "@" + version;
  }
}
