package com.omnify.scheduler.stuck;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.stuck.policy.StuckKind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What waits too long: a client's roles see its own, the platform without a client all. */
@RestController
@RequestMapping("/api/v1/stuck")
@Tag(name = "stuck", description = "What waits longer than it should")
class StuckController {

  private final Transactions tx;
  private final StuckRows rows;

  StuckController(Transactions tx, StuckRows rows) {
    this.tx = tx;
    this.rows = rows;
  }

  /**
   * One finding.
   *
   * @param count how many of its kind it stands for
   * @param since real time, as is {@code foundAt}
   * @param meaning what that kind is, for people
   * @param detail about this one, for people; may be empty
   */
  record Stuck(
      UUID id,
      @Nullable UUID clientId,
      String kind,
      String meaning,
      long count,
      Instant since,
      Instant foundAt,
      @Nullable UUID dispatchId,
      @Nullable UUID enrollmentId,
      @Nullable UUID contactId,
      @Nullable UUID deadLetterId,
      @Nullable String service,
      String detail) {

    static Stuck of(StuckRows.Row row) {
      Finding found = row.finding();
      UUID dispatch =
          switch (found.kind()) {
            case DISPATCH_READY,
                DISPATCH_SENDING,
                DISPATCH_UNKNOWN,
                DISPATCH_QUARANTINED,
                OUTCOME_MISSED ->
                found.subject();
            case ERRAND_OPEN,
                STEP_LOST,
                STEPS_OVERDUE,
                NO_SENDER,
                CLIENT_SUSPENDED,
                DEAD_LETTER,
                OUTBOX_WAITING ->
                null;
          };
      return new Stuck(
          row.id(),
          found.client(),
          found.kind().wire(),
          found.kind().meaning(),
          found.count(),
          found.since(),
          row.foundAt(),
          dispatch,
          found.enrollment(),
          found.contact(),
          found.kind() == StuckKind.DEAD_LETTER ? found.subject() : null,
          found.service().isEmpty() ? null : found.service(),
          found.detail());
    }
  }

  /**
   * A kind in all.
   *
   * @param oldest since when the oldest waits, real time
   */
  record KindTotal(String kind, String meaning, long count, Instant oldest) {}

  record Summary(List<KindTotal> kinds) {}

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping
  @Operation(summary = "What waits longer than it should, the latest finding first")
  Page<Stuck> list(
      Caller caller,
      @RequestParam @Nullable String kind,
      @RequestParam @Nullable Integer limit,
      @RequestParam @Nullable String cursor) {
    StuckKind wanted = kind == null ? null : kind(kind);
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<Stuck> found =
        seenBy(caller, () -> rows.list(wanted, before, size + 1).stream().map(Stuck::of).toList());
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping("/summary")
  @Operation(summary = "How much of each kind waits longer than it should")
  Summary summary(Caller caller) {
    return seenBy(
        caller,
        () ->
            new Summary(
                rows.totals().entrySet().stream()
                    .map(
                        entry ->
                            new KindTotal(
                                entry.getKey().wire(),
                                entry.getKey().meaning(),
                                entry.getValue().count(),
                                entry.getValue().oldest()))
                    .toList()));
  }

  private <T> T seenBy(Caller caller, Supplier<T> query) {
    ClientId client = caller.clientOrNull();
    return client == null && caller.role() == Role.PLATFORM
        ? tx.readInBackground(query)
        : tx.readInClient(caller.client(), query);
  }

  private static StuckKind kind(String text) {
    try {
      return WireEnum.parse(StuckKind.class, text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("kind", e.getMessage() + ".", "Send one of them, or leave it out.");
    }
  }
}
