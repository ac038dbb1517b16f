package com.omnify.kit.event;

import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Dead letters for people: look and replay. A client's admin sees its own, the platform all. */
@RestController
@RequestMapping("/api/v1/dead-letters")
@Tag(name = "dead letters", description = "Events that a listener could not digest")
class DeadLetterController {

  private static final Set<String> STATES = Set.of("dead", "parked", "replayed");

  private final DeadLetters deadLetters;
  private final Replay replay;

  DeadLetterController(DeadLetters deadLetters, Replay replay) {
    this.deadLetters = deadLetters;
    this.replay = replay;
  }

  record DeadLetter(
      UUID id,
      String listener,
      String topic,
      int partition,
      long offset,
      String key,
      @Nullable String type,
      String payload,
      String state,
      @Nullable String error,
      int attempts,
      Instant createdAt,
      @Nullable Instant replayedAt) {

    static DeadLetter of(DeadLetters.Letter letter) {
      return new DeadLetter(
          letter.id(),
          letter.listener(),
          letter.topic(),
          letter.partition(),
          letter.offset(),
          letter.key(),
          letter.type(),
          letter.payload(),
          letter.state(),
          letter.error(),
          letter.attempts(),
          letter.createdAt(),
          letter.replayedAt());
    }
  }

  @Needs(value = Role.ADMIN, withoutClient = true)
  @GetMapping
  @Operation(summary = "Dead letters, the newest first")
  Page<DeadLetter> list(
      Caller caller,
      @RequestParam @Nullable String state,
      @RequestParam @Nullable String listener,
      @RequestParam @Nullable Integer limit,
      @RequestParam @Nullable String cursor) {
    if (state != null && !STATES.contains(state)) {
      throw Problem.invalid(
          "state", "'" + state + "' is no state", "Use dead, parked or replayed.");
    }
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<DeadLetter> found =
        deadLetters.list(scope(caller), state, listener, before, size + 1).stream()
            .map(DeadLetter::of)
            .toList();
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  /** Replays the letter's whole key from its oldest letter on, since their order matters. */
  @Needs(value = Role.ADMIN, withoutClient = true)
  @PostMapping("/{id}/replay")
  @Operation(summary = "Replay a dead letter and all that waits behind it, in order")
  Replay.Outcome replay(Caller caller, @PathVariable UUID id) {
    DeadLetters.Letter letter =
        deadLetters.find(scope(caller), id).orElseThrow(() -> Problem.notFound("dead letter", id));
    return replay
        .key(letter.listener(), letter.key())
        .orElseThrow(
            () ->
                Problem.conflict(
                    "listener_gone",
                    "No listener of this service is called " + letter.listener() + ".",
                    "Its events can no longer be replayed; read the payload and act by hand."));
  }

  private static @Nullable ClientId scope(Caller caller) {
    return caller.role() == Role.PLATFORM ? null : caller.client();
  }
}
