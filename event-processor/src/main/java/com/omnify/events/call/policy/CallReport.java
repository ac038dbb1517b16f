package com.omnify.events.call.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider tells of a call when all is known.
 *
 * @param reason the provider's word for how it ended
 * @param seconds how long it lasted, 0 where nobody took it
 * @param costMicros millionths of a US dollar, 0 where no price is told
 * @param booked whether the provider's analysis found that an appointment was made
 * @param optedOut whether it found that the person asked not to be called any more
 */
public record CallReport(
    String reason,
    int seconds,
    long costMicros,
    @Nullable String recordingUrl,
    @Nullable String summary,
    List<Turn> turns,
    boolean booked,
    boolean optedOut) {

  public CallReport {
    seconds = Math.max(0, seconds);
    costMicros = Math.max(0, costMicros);
    turns = List.copyOf(turns);
  }

  /** Whether the person said anything. */
  public boolean personSpoke() {
    return turns.stream().anyMatch(turn -> turn.role() == Turn.Speaker.USER);
  }
}
