package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.Event;
import com.omnify.model.event.FlowEvent;
import com.omnify.model.event.StepEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.Id;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes decisions: rows, due times, dispatches, log and events of a whole batch, with one
 * statement a table. The enrollments must be locked by the running transaction.
 */
@Component
public class MoveWriter {

  private final JdbcClient jdbc;
  private final Outbox outbox;
  private final Ids ids;
  private final DueAlarm alarm;

  MoveWriter(JdbcClient jdbc, Outbox outbox, Ids ids, DueAlarm alarm) {
    this.jdbc = jdbc;
    this.outbox = outbox;
    this.ids = ids;
    this.alarm = alarm;
  }

  /**
   * Writes the moves, at most one an enrollment.
   *
   * @param now fleet time, for the events
   * @return the dispatches born, to be rung for after the commit
   */
  public List<StepEvent> write(List<Move> moves, Instant now) {
    var done = moves.stream().filter(move -> !move.isNone()).toList();
    if (done.isEmpty()) {
      return List.of();
    }
    updateRows(done.stream().filter(move -> !move.before().equals(move.after())).toList());
    writeDue(done);
    var born = insertDispatches(done, now);
    runErrands(done);
    insertLog(done);
    outbox.publish(events(done, now));
    return born;
  }

  /** Log lines of enrollments that do not change otherwise. */
  void note(Enrollment enrollment, LogLine line) {
    insertLog(List.of(Move.none(enrollment).with(line)));
  }

  private void updateRows(List<Move> moves) {
    if (moves.isEmpty()) {
      return;
    }
    var columns = new Columns(moves.stream().map(Move::after).toList());
    var written =
        jdbc.sql(
                """
                UPDATE enrollments e SET
                  status = m.status, status_reason = m.status_reason, ended_at = m.ended_at,
                  needs_human = m.needs_human, step_id = m.step_id, position = m.position,
                  next_step_at = m.next_step_at, open_dispatch_id = m.open_dispatch_id, attempt = m.attempt,
                  last_step_at = m.last_step_at, steps_done = m.steps_done, sent = m.sent, failed = m.failed,
                  replied = m.replied, answered_call = m.answered_call, booked = m.booked,
                  voicemail = m.voicemail,
                  row_version = e.row_version + 1
                FROM unnest(:clients, :ids, :row_versions, :opens, :statuses, :reasons, :ended_ats, :needs_humans,
                  :step_ids, :positions, :next_step_ats, :open_dispatch_ids, :attempts, :last_step_ats, :steps_done,
                  :sent, :failed, :replied, :answered, :booked, :voicemail)
                  AS m(client_id, id, row_version, opens, status, status_reason, ended_at, needs_human, step_id,
                  position, next_step_at, open_dispatch_id, attempt, last_step_at, steps_done, sent, failed, replied,
                  answered_call, booked, voicemail)
                WHERE e.client_id = m.client_id AND e.id = m.id AND e.row_version = m.row_version
                  AND NOT (m.opens AND e.open_dispatch_id IS NOT NULL)
                RETURNING e.id
                """)
            .param("clients", columns.ids(e -> e.ref().clientId()))
            .param("ids", columns.ids(e -> e.ref().id()))
            .param("row_versions", columns.ints(Enrollment::rowVersion))
            .param("opens", Pg.booleans(moves.stream().map(MoveWriter::opens).toList()))
            .param("statuses", Pg.wires(columns.of(e -> e.standing().status())))
            .param("reasons", Pg.texts(columns.of(e -> e.standing().reason())))
            .param("ended_ats", Pg.instants(columns.of(e -> e.standing().endedAt())))
            .param("needs_humans", columns.flags(e -> e.standing().needsHuman()))
            .param("step_ids", columns.ids(e -> e.place().stepId()))
            .param("positions", columns.ints(e -> e.place().position()))
            .param("next_step_ats", Pg.instants(columns.of(e -> e.place().nextStepAt())))
            .param("open_dispatch_ids", columns.ids(e -> e.place().openDispatch()))
            .param("attempts", columns.ints(e -> e.place().attempt()))
            .param("last_step_ats", Pg.instants(columns.of(e -> e.place().lastStepAt())))
            .param("steps_done", columns.ints(e -> e.tally().stepsDone()))
            .param("sent", columns.ints(e -> e.tally().sent()))
            .param("failed", columns.ints(e -> e.tally().failed()))
            .param("replied", columns.flags(e -> e.flags().replied()))
            .param("answered", columns.flags(e -> e.flags().answeredCall()))
            .param("booked", columns.flags(e -> e.flags().booked()))
            .param("voicemail", columns.flags(e -> e.flags().voicemail()))
            .query(UUID.class)
            .list();
    if (written.size() != moves.size()) {
      var missing = new HashSet<>(moves.stream().map(m -> m.after().ref().id().value()).toList());
      written.forEach(missing::remove);
      // The rows are locked, so this cannot be a race; whatever it is, nothing may be sent on it.
      throw new OptimisticLockingFailureException(
          "enrollments changed under their lock: " + missing);
    }
  }

  /** The columns of a batch of enrollments. */
  private record Columns(List<Enrollment> rows) {
    <T extends @Nullable Object> List<T> of(Function<Enrollment, T> column) {
      var values = new ArrayList<T>(rows.size());
      rows.forEach(row -> values.add(column.apply(row)));
      return values;
    }

    Object ids(Function<Enrollment, ? extends @Nullable Id> column) {
      var values = new ArrayList<@Nullable Id>(rows.size());
      rows.forEach(row -> values.add(column.apply(row)));
      return Pg.uuids(values);
    }

    Object ints(Function<Enrollment, Integer> column) {
      return Pg.ints(of(column));
    }

    Object flags(Function<Enrollment, Boolean> column) {
      return Pg.booleans(of(column));
    }
  }

  private record DueRow(
      Enrollment enrollment,
      String channel,
      boolean urgent,
      boolean watchdog,
      boolean inFlight,
      Instant dueAt) {}

  private void writeDue(List<Move> moves) {
    var rows = new ArrayList<DueRow>();
    var gone = new ArrayList<Enrollment>();
    for (Move move : moves) {
      Enrollment enrollment = move.after();
      switch (move.due()) {
        case Due.StepAt(Instant at, boolean sends, boolean urgent) ->
            rows.add(new DueRow(enrollment, sends ? "sms" : "flow", urgent, false, false, at));
        case Due.WatchAt(Instant at, boolean inFlight) ->
            rows.add(new DueRow(enrollment, "sms", false, true, inFlight, at));
        case Due.Nothing() -> gone.add(enrollment);
        case Due.Unchanged() -> {}
      }
    }
    if (!rows.isEmpty()) {
      jdbc.sql(
              """
              INSERT INTO due (client_id, enrollment_id, channel, urgent, watchdog, in_flight, due_at)
              SELECT * FROM unnest(:clients, :ids, :channels, :urgent, :watchdogs, :in_flight, :due_ats)
              ON CONFLICT (client_id, enrollment_id) DO UPDATE SET
                channel = excluded.channel, urgent = excluded.urgent, watchdog = excluded.watchdog,
                in_flight = excluded.in_flight, due_at = excluded.due_at
              """)
          .param(
              "clients", Pg.uuids(rows.stream().map(r -> r.enrollment.ref().clientId()).toList()))
          .param("ids", Pg.uuids(rows.stream().map(r -> r.enrollment.ref().id()).toList()))
          .param("channels", Pg.texts(rows.stream().map(DueRow::channel).toList()))
          .param("urgent", Pg.booleans(rows.stream().map(DueRow::urgent).toList()))
          .param("watchdogs", Pg.booleans(rows.stream().map(DueRow::watchdog).toList()))
          .param("in_flight", Pg.booleans(rows.stream().map(DueRow::inFlight).toList()))
          .param("due_ats", Pg.instants(rows.stream().map(DueRow::dueAt).toList()))
          .update();
      if (rows.stream().anyMatch(row -> !row.watchdog())) {
        alarm.ringAfterCommit();
      }
    }
    if (!gone.isEmpty()) {
      jdbc.sql(
              """
              DELETE FROM due d USING unnest(:clients, :ids) AS g(client_id, id)
              WHERE d.client_id = g.client_id AND d.enrollment_id = g.id
              """)
          .param("clients", Pg.uuids(gone.stream().map(e -> e.ref().clientId()).toList()))
          .param("ids", Pg.uuids(gone.stream().map(e -> e.ref().id()).toList()))
          .update();
    }
  }

  private List<StepEvent> insertDispatches(List<Move> moves, Instant now) {
    var refs = new ArrayList<DispatchRef>();
    var urgent = new ArrayList<Boolean>();
    var receipts = new ArrayList<String>();
    for (Move move : moves) {
      Move.Opening opening = move.opening();
      if (opening != null) {
        var ref = move.after().ref();
        urgent.add(opening.urgent());
        receipts.add(KitJson.mapper().writeValueAsString(opening.receipt()));
        refs.add(
            new DispatchRef(
                ref.clientId(),
                ref.contactId(),
                opening.id(),
                ref.id(),
                ref.sequenceId(),
                ref.version(),
                opening.stepId(),
                opening.channel(),
                opening.kind(),
                opening.attempt()));
      }
    }
    if (refs.isEmpty()) {
      return List.of();
    }
    jdbc.sql(
            """
            INSERT INTO dispatches (client_id, id, contact_id, enrollment_id, sequence_id, version, step_id, channel,
              kind, attempt, urgent, allowed_by)
            SELECT client, id, contact, enrollment, sequence, version, step, channel, kind, attempt, urgent, receipt::jsonb
            FROM unnest(:clients, :ids, :contacts, :enrollments, :sequences, :versions, :steps, :channels,
              :kinds, :attempts, :urgent, :receipts)
              AS o(client, id, contact, enrollment, sequence, version, step, channel, kind, attempt, urgent, receipt)
            """)
        .param("clients", Pg.uuids(refs.stream().map(DispatchRef::clientId).toList()))
        .param("ids", Pg.uuids(refs.stream().map(DispatchRef::dispatchId).toList()))
        .param("contacts", Pg.uuids(refs.stream().map(DispatchRef::contactId).toList()))
        .param("enrollments", Pg.uuids(refs.stream().map(DispatchRef::enrollmentId).toList()))
        .param("sequences", Pg.uuids(refs.stream().map(DispatchRef::sequenceId).toList()))
        .param("versions", Pg.ints(refs.stream().map(DispatchRef::version).toList()))
        .param("steps", Pg.uuids(refs.stream().map(DispatchRef::stepId).toList()))
        .param("channels", Pg.wires(refs.stream().map(DispatchRef::channel).toList()))
        .param("kinds", Pg.wires(refs.stream().map(DispatchRef::kind).toList()))
        .param("attempts", Pg.ints(refs.stream().map(DispatchRef::attempt).toList()))
        .param("urgent", Pg.booleans(urgent))
        .param("receipts", Pg.texts(receipts))
        .update();
    return refs.stream()
        .<StepEvent>map(ref -> new StepEvent.DispatchOpened(ids.eventId(), now, ref))
        .toList();
  }

  /** Whether it parks the enrollment on something new. */
  private static boolean opens(Move move) {
    return move.opening() != null || move.errand() instanceof Move.Errand.Place;
  }

  private record Placed(Enrollment.Ref ref, Move.Errand.Place errand) {}

  private void runErrands(List<Move> moves) {
    var placed = new ArrayList<Placed>();
    var settled = new ArrayList<Move.Errand.Settle>();
    var settledOf = new ArrayList<ClientId>();
    for (Move move : moves) {
      switch (move.errand()) {
        case Move.Errand.Place place -> placed.add(new Placed(move.after().ref(), place));
        case Move.Errand.Settle settle -> {
          settled.add(settle);
          settledOf.add(move.after().ref().clientId());
        }
        case null -> {}
      }
    }
    if (!placed.isEmpty()) {
      jdbc.sql(
              """
              INSERT INTO step_orders (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id, kind, attempt)
              SELECT * FROM unnest(:clients, :ids, :enrollments, :contacts, :sequences, :versions, :steps, :kinds, :attempts)
              ON CONFLICT (client_id, id) DO NOTHING
              """)
          .param("clients", Pg.uuids(placed.stream().map(p -> p.ref.clientId()).toList()))
          .param("ids", Pg.uuids(placed.stream().map(p -> p.errand.id()).toList()))
          .param("enrollments", Pg.uuids(placed.stream().map(p -> p.ref.id()).toList()))
          .param("contacts", Pg.uuids(placed.stream().map(p -> p.ref.contactId()).toList()))
          .param("sequences", Pg.uuids(placed.stream().map(p -> p.ref.sequenceId()).toList()))
          .param("versions", Pg.ints(placed.stream().map(p -> p.ref.version()).toList()))
          .param("steps", Pg.uuids(placed.stream().map(p -> p.errand.stepId()).toList()))
          .param("kinds", Pg.wires(placed.stream().map(p -> p.errand.kind()).toList()))
          .param("attempts", Pg.ints(placed.stream().map(p -> p.errand.attempt()).toList()))
          .update();
    }
    if (!settled.isEmpty()) {
      jdbc.sql(
              """
              UPDATE step_orders o SET state = s.state, code = s.code, settled_at = now()
              FROM unnest(:clients, :ids, :states, :codes) AS s(client_id, id, state, code)
              WHERE o.client_id = s.client_id AND o.id = s.id AND o.state = 'open'
              """)
          .param("clients", Pg.uuids(settledOf))
          .param("ids", Pg.uuids(settled.stream().map(Move.Errand.Settle::id).toList()))
          .param("states", Pg.wires(settled.stream().map(Move.Errand.Settle::state).toList()))
          .param("codes", Pg.texts(settled.stream().map(Move.Errand.Settle::code).toList()))
          .update();
    }
  }

  private record LogRow(Enrollment.Ref ref, LogLine line) {}

  private void insertLog(List<Move> moves) {
    var rows = new ArrayList<LogRow>();
    moves.forEach(
        move -> move.log().forEach(line -> rows.add(new LogRow(move.after().ref(), line))));
    if (rows.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO execution_log (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id,
              dispatch_id, decision, reason_code, reason, until, at)
            SELECT * FROM unnest(:clients, :ids, :enrollments, :contacts, :sequences, :versions, :steps, :dispatches,
              :decisions, :codes, :words, :untils, :ats)
            """)
        .param("clients", Pg.uuids(rows.stream().map(r -> r.ref.clientId()).toList()))
        .param("ids", Pg.rawUuids(rows.stream().map(_ -> ids.next()).toList()))
        .param("enrollments", Pg.uuids(rows.stream().map(r -> r.ref.id()).toList()))
        .param("contacts", Pg.uuids(rows.stream().map(r -> r.ref.contactId()).toList()))
        .param("sequences", Pg.uuids(rows.stream().map(r -> r.ref.sequenceId()).toList()))
        .param("versions", Pg.ints(rows.stream().map(r -> r.ref.version()).toList()))
        .param("steps", Pg.uuids(rows.stream().map(r -> r.line.stepId()).toList()))
        .param("dispatches", Pg.uuids(rows.stream().map(r -> r.line.dispatchId()).toList()))
        .param("decisions", Pg.texts(rows.stream().map(r -> r.line.decision()).toList()))
        .param("codes", Pg.texts(rows.stream().map(r -> r.line.code()).toList()))
        .param("words", Pg.texts(rows.stream().map(r -> r.line.words()).toList()))
        .param("untils", Pg.instants(rows.stream().map(r -> r.line.until()).toList()))
        .param("ats", Pg.instants(rows.stream().map(r -> r.line.at()).toList()))
        .update();
  }

  private List<Event> events(List<Move> moves, Instant now) {
    var events = new ArrayList<Event>();
    for (Move move : moves) {
      var ref = move.after().ref();
      for (Move.Skipped skipped : move.skipped()) {
        events.add(
            new EnrollmentEvent.StepSkipped(
                ids.eventId(),
                now,
                ref.clientId(),
                ref.contactId(),
                ref.id(),
                ref.sequenceId(),
                ref.version(),
                skipped.stepId(),
                skipped.code()));
      }
      if (move.errand() instanceof Move.Errand.Place place) {
        events.add(
            new FlowEvent.StepOrdered(
                ids.eventId(),
                now,
                ref.clientId(),
                ref.contactId(),
                place.id(),
                ref.id(),
                ref.sequenceId(),
                ref.version(),
                place.stepId(),
                place.kind(),
                place.attempt()));
      }
      var from = move.before().standing().status();
      var to = move.after().standing().status();
      if (from != to) {
        String reason = move.after().standing().reason();
        events.add(
            new EnrollmentEvent.EnrollmentMoved(
                ids.eventId(),
                now,
                ref.clientId(),
                ref.contactId(),
                ref.id(),
                ref.sequenceId(),
                ref.version(),
                from,
                to,
                reason == null ? "resumed" : reason));
      }
    }
    return events;
  }
}
