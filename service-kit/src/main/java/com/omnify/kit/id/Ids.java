package com.omnify.kit.id;

import com.omnify.kit.time.RealClock;
import com.omnify.model.id.EventId;
import com.omnify.model.id.UuidV7;
import java.util.UUID;

/** New ids: UUIDv7 by the real clock, rising within a process. */
public final class Ids {

  private final RealClock realClock;

  public Ids(RealClock realClock) {
    this.realClock = realClock;
  }

  public UUID next() {
    return UuidV7.next(realClock.now());
  }

  public EventId eventId() {
    return new EventId(next());
  }
}
