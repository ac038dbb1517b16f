package com.omnify.model.id;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time-ordered UUIDs, RFC 9562 section 5.7, with a 12-bit counter in {@code rand_a} (method 1 of
 * section 6.2) so that ids made by one process in one millisecond keep their order.
 */
public final class UuidV7 {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final AtomicLong LAST = new AtomicLong();

  private UuidV7() {}

  /** A new id of the given real time, greater than every id made before by this process. */
  public static UUID next(Instant realNow) {
    long tick = LAST.updateAndGet(last -> Math.max(last + 1, realNow.toEpochMilli() << 12));
    long high = ((tick >>> 12) << 16) | 0x7000L | (tick & 0xFFF);
    long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The smallest id of that millisecond: the boundary of a partition or of a range scan. */
  public static UUID floor(Instant time) {
    return new UUID((time.toEpochMilli() << 16) | 0x7000L, 0x8000_0000_0000_0000L);
  }

  /** The millisecond in which the id was made. */
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }
}
