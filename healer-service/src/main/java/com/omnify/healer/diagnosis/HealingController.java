package com.omnify.healer.diagnosis;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.HealingId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What failed and what was done about it. */
@RestController
class HealingController {

  private final Transactions transactions;
  private final JdbcClient db;

  HealingController(Transactions transactions, JdbcClient db) {
    this.transactions = transactions;
    this.db = db;
  }

  /**
   * One failure and the answer to it.
   *
   * @param action retry, apply_on_failure, pause_enrollment, end_enrollment, leave_to_its_author
   * @param result pending, worked or failed for a retry, otherwise none
   * @param at by the fleet clock
   */
  record HealingBody(
      HealingId id,
      ContactId contactId,
      @Nullable EnrollmentId enrollmentId,
      @Nullable SequenceId sequenceId,
      @Nullable StepId stepId,
      DispatchId dispatchId,
      String failure,
      @Nullable String errorCode,
      String action,
      Map<?, ?> detail,
      String reason,
      String result,
      Instant at) {}

  /** Of one enrollment, newest first. */
  @Needs(Role.MEMBER)
  @GetMapping("/api/v1/enrollments/{id}/healing")
  Page<HealingBody> ofEnrollment(
      Caller caller,
      @PathVariable EnrollmentId id,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return transactions.readInClient(
        caller.client(),
        () -> {
          boolean there =
              db.sql(
                      "SELECT EXISTS (SELECT FROM enrollments WHERE client_id = :client AND id = :id)")
                  .param("client", caller.client().value())
                  .param("id", id.value())
                  .query(Boolean.class)
                  .single();
          if (!there) {
            throw Problem.notFound("enrollment", id);
          }
          return page(caller, id, limit, cursor);
        });
  }

  /** Of the client, newest first. */
  @Needs(Role.MEMBER)
  @GetMapping("/api/v1/healing")
  Page<HealingBody> all(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return transactions.readInClient(caller.client(), () -> page(caller, null, limit, cursor));
  }

  private Page<HealingBody> page(
      Caller caller,
      @Nullable EnrollmentId enrollment,
      @Nullable Integer limit,
      @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<HealingBody> rows =
        db.sql(
                """
                SELECT * FROM healing_log
                WHERE client_id = :client
                  AND (:enrollment::uuid IS NULL OR enrollment_id = :enrollment::uuid)
                  AND (:before::uuid IS NULL OR id < :before::uuid)
                ORDER BY id DESC LIMIT :limit
                """)
            .param("client", caller.client().value())
            .param("enrollment", enrollment == null ? null : enrollment.value())
            .param("before", before)
            .param("limit", size + 1)
            .query((row, _) -> body(row))
            .list();
    return Page.of(rows, size, last -> Cursor.encode(last.id().toString()));
  }

  private static HealingBody body(ResultSet row) throws SQLException {
    return new HealingBody(
        Pg.id(row, "id", HealingId::new),
        Pg.id(row, "contact_id", ContactId::new),
        Pg.idOrNull(row, "enrollment_id", EnrollmentId::new),
        Pg.idOrNull(row, "sequence_id", SequenceId::new),
        Pg.idOrNull(row, "step_id", StepId::new),
        Pg.id(row, "dispatch_id", DispatchId::new),
        row.getString("failure"),
        row.getString("error_code"),
        row.getString("action"),
        Pg.read(row.getString("detail"), Map.class),
        row.getString("reason"),
        row.getString("result"),
        Pg.instant(row, "at"));
  }
}
