package com.omnify.channels.dispatch;

import com.omnify.channels.compose.Variables;
import com.omnify.model.DispatchKind;
import com.omnify.model.SendWindow;
import com.omnify.model.event.DispatchRef;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dispatch that stands READY, with all that deciding and composing need.
 *
 * @param createdAt real time
 * @param phone the person's number, null where there is none or it is known to be invalid
 * @param template the step's text, null where the step is gone
 * @param ownText what it says that is no step of a sequence
 * @param window of the sequence
 * @param zones every zone in which the window must be open
 * @param lastNumber our number in the latest SMS to this person
 * @param priceMicros of one segment, 0 where none is known
 */
public record ReadyDispatch(
    DispatchRef ref,
    Instant createdAt,
    @Nullable String phone,
    @Nullable String template,
    @Nullable OwnText ownText,
    Variables.Facts facts,
    SendWindow window,
    List<ZoneId> zones,
    ZoneId clientZone,
    @Nullable String lastNumber,
    long priceMicros) {

  /**
   * The text of a dispatch that is no step of a sequence.
   *
   * @param body as it goes out
   * @param from our number that must say it, null where the choice is free
   * @param notAfter real time by which the request must have begun
   */
  public record OwnText(String body, @Nullable String from, @Nullable Instant notAfter) {}

  /**
   * Whether it answers an opt-out: it waits for no window and no cap, and may reach a suppressed
   * number.
   */
  public boolean confirmsOptOut() {
    return ref.kind() == DispatchKind.OPT_OUT_CONFIRMATION;
  }

  public DispatchKey key() {
    return DispatchKey.of(ref);
  }
}
