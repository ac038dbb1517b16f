package com.omnify.channels.dispatch;

import com.omnify.channels.compose.Templates;
import com.omnify.channels.compose.Variables;
import com.omnify.model.DispatchKind;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A dispatch that stands READY, with all that deciding and composing need.
 *
 * @param createdAt real time
 * @param identity the person's address on the channel, null where there is none or it is known to
 *     be invalid
 * @param content of the step, an object of texts as its author wrote them; null where it is gone
 * @param ownText what it says that is no step of a sequence
 * @param window when it may be said, by the sequence and by law
 * @param zones every zone in which the window must be open
 * @param knownSender our address that this person knows on the channel
 * @param priceMicros of one segment, mail or minute, 0 where none is known
 */
public record ReadyDispatch(
    DispatchRef ref,
    Instant createdAt,
    @Nullable String identity,
    @Nullable JsonNode content,
    @Nullable OwnText ownText,
    Variables.Facts facts,
    SpeakingHours window,
    List<ZoneId> zones,
    ZoneId clientZone,
    @Nullable String knownSender,
    long priceMicros) {

  /**
   * The text of a dispatch that is no step of a sequence.
   *
   * @param body as it goes out
   * @param from our address that must say it, null where the choice is free
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

  /** Whether it may be said at that fleet time. */
  public boolean mayBeSaid(Instant at) {
    return window.isOpen(at, zones);
  }

  /** A text of the step's content, null where it is empty or there is none of that name. */
  public @Nullable String content(String field) {
    String text = content == null ? null : content.path(field).stringValue(null);
    return text == null || text.isBlank() ? null : text;
  }

  /** By what name the template in that field is kept; null for what is no step. */
  public Templates.@Nullable Key templateKey(String field) {
    SequenceId sequence = ref.sequenceId();
    StepId step = ref.stepId();
    return sequence == null || step == null
        ? null
        : new Templates.Key(ref.clientId(), sequence, ref.version(), step, field);
  }

  public DispatchKey key() {
    return DispatchKey.of(ref);
  }
}
