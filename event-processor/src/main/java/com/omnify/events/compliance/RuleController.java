package com.omnify.events.compliance;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.SendWindow;
import com.omnify.model.WireEnum;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Rows are added and changed, never deleted: one that holds no more has a day on which it ended, so
 * that what was sent under it stays explained.
 */
@RestController
@RequestMapping("/api/v1/compliance-rules")
@Tag(name = "Compliance rules")
class RuleController {

  private static final String COLUMNS =
      """
      id, jurisdiction, channel, hours::text AS hours, holiday, per_24h, source, verified, note, valid_from,
        valid_until, version, updated_by, updated_at
      """;

  /** What law is about. */
  enum RuleChannel implements WireEnum {
    SMS,
    VOICE
  }

  /**
   * A row.
   *
   * @param hours open at these times only, on the person's own clocks
   * @param holiday closed on that day
   * @param per24h so many contacts at most within 24 hours
   * @param validUntil the first day on which it holds no more
   */
  record RuleView(
      UUID id,
      String jurisdiction,
      String channel,
      @Nullable SendWindow hours,
      @Nullable LocalDate holiday,
      @Nullable Integer per24h,
      String source,
      boolean verified,
      @Nullable String note,
      LocalDate validFrom,
      @Nullable LocalDate validUntil,
      int version,
      String updatedBy,
      Instant updatedAt) {}

  record NewRule(
      @NotNull @Pattern(regexp = "US|unknown|US-[A-Z]{2}") String jurisdiction,
      @NotNull RuleChannel channel,
      @Nullable SendWindow hours,
      @Nullable LocalDate holiday,
      @Nullable @Min(1) @Max(1000) Integer per24h,
      @NotBlank @Size(max = 300) String source,
      @Nullable Boolean verified,
      @Nullable @Size(max = 500) String note,
      @NotNull LocalDate validFrom,
      @Nullable LocalDate validUntil) {}

  /** What is to be different; what is left out stays. */
  record RuleChange(
      @Nullable SendWindow hours,
      @Nullable LocalDate holiday,
      @Nullable @Min(1) @Max(1000) Integer per24h,
      @Nullable @Size(min = 1, max = 300) String source,
      @Nullable Boolean verified,
      @Nullable @Size(max = 500) String note,
      @Nullable LocalDate validFrom,
      @Nullable LocalDate validUntil) {}

  private final Transactions transactions;
  private final JdbcClient jdbc;
  private final Ids ids;

  RuleController(Transactions transactions, JdbcClient jdbc, Ids ids) {
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.ids = ids;
  }

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping
  @Operation(summary = "What the law says, as rows that sends are held against")
  Page<RuleView> list(
      @RequestParam(required = false) @Nullable String jurisdiction,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID after = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    List<RuleView> found =
        transactions.readInBackground(
            () ->
                jdbc.sql(
                        "SELECT "
                            + COLUMNS
                            + """
                            FROM compliance_rules
                            WHERE (:jurisdiction::text IS NULL OR jurisdiction = :jurisdiction)
                              AND (:after::uuid IS NULL OR id > :after)
                            ORDER BY id LIMIT :limit
                            """)
                    .param("jurisdiction", jurisdiction)
                    .param("after", after)
                    .param("limit", size + 1)
                    .query((row, _) -> view(row))
                    .list());
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(value = Role.PLATFORM, withoutClient = true)
  @GetMapping("/{id}")
  @Operation(summary = "One row")
  RuleView get(@PathVariable UUID id) {
    return transactions.readInBackground(() -> find(id, ""));
  }

  @Needs(value = Role.PLATFORM, withoutClient = true)
  @PostMapping
  @Operation(summary = "Add a row; it binds what is sent from the next second on")
  ResponseEntity<RuleView> add(@Valid @RequestBody NewRule body, Caller caller) {
    if (Stream.of(body.hours(), body.holiday(), body.per24h()).filter(Objects::nonNull).count()
        != 1) {
      throw oneThing();
    }
    inOrder(body.validFrom(), body.validUntil());
    UUID id = ids.next();
    RuleView added =
        transactions.inBackground(
            () -> {
              raiseVersion();
              jdbc.sql(
                      """
                      INSERT INTO compliance_rules (id, jurisdiction, channel, hours, holiday, per_24h, source,
                        verified, note, valid_from, valid_until, updated_by)
                      VALUES (:id, :jurisdiction, :channel, :hours::jsonb, :holiday::date, :per_24h::int, :source, :verified, :note,
                        :valid_from, :valid_until::date, :by)
                      """)
                  .param("id", id)
                  .param("jurisdiction", body.jurisdiction())
                  .param("channel", body.channel().wire())
                  .param("hours", json(body.hours()))
                  .param("holiday", body.holiday())
                  .param("per_24h", body.per24h())
                  .param("source", body.source())
                  .param("verified", Boolean.TRUE.equals(body.verified()))
                  .param("note", body.note())
                  .param("valid_from", body.validFrom())
                  .param("valid_until", body.validUntil())
                  .param("by", caller.subject())
                  .update();
              RuleView view = find(id, "");
              audit(caller, "compliance_rule.add", id, Map.of("after", view));
              return view;
            });
    return ResponseEntity.created(URI.create("/api/v1/compliance-rules/" + id)).body(added);
  }

  @Needs(value = Role.PLATFORM, withoutClient = true)
  @PatchMapping("/{id}")
  @Operation(summary = "Change a row, or end it by a day; it binds from the next second on")
  RuleView change(@PathVariable UUID id, @Valid @RequestBody RuleChange body, Caller caller) {
    return transactions.inBackground(
        () -> {
          // One change at a time: the baseline below is asked of the whole book.
          raiseVersion();
          RuleView before = find(id, " FOR UPDATE");
          if (body.hours() != null && before.hours() == null
              || body.holiday() != null && before.holiday() == null
              || body.per24h() != null && before.per24h() == null) {
            throw oneThing();
          }
          inOrder(
              body.validFrom() == null ? before.validFrom() : body.validFrom(),
              body.validUntil() == null ? before.validUntil() : body.validUntil());
          jdbc.sql(
                  """
                  UPDATE compliance_rules SET hours = coalesce(:hours::jsonb, hours), holiday = coalesce(:holiday::date, holiday),
                    per_24h = coalesce(:per_24h::int, per_24h), source = coalesce(:source::text, source),
                    verified = coalesce(:verified::boolean, verified), note = coalesce(:note::text, note),
                    valid_from = coalesce(:valid_from::date, valid_from), valid_until = coalesce(:valid_until::date, valid_until),
                    version = version + 1, updated_by = :by, updated_at = now()
                  WHERE id = :id
                  """)
              .param("hours", json(body.hours()))
              .param("holiday", body.holiday())
              .param("per_24h", body.per24h())
              .param("source", body.source())
              .param("verified", body.verified())
              .param("note", body.note())
              .param("valid_from", body.validFrom())
              .param("valid_until", body.validUntil())
              .param("by", caller.subject())
              .param("id", id)
              .update();
          keepBaseline();
          RuleView after = find(id, "");
          audit(caller, "compliance_rule.change", id, Map.of("before", before, "after", after));
          return after;
        });
  }

  private void raiseVersion() {
    jdbc.sql("UPDATE compliance_book SET version = version + 1").update();
  }

  /** Without hours that bind everybody, at any time to come, people would be called at night. */
  private void keepBaseline() {
    long lacking =
        jdbc.sql(
                """
                SELECT count(*) FROM (VALUES ('US'), ('unknown')) AS j (jurisdiction)
                CROSS JOIN (VALUES ('sms'), ('voice')) AS c (channel)
                WHERE NOT EXISTS (SELECT FROM compliance_rules r
                  WHERE r.jurisdiction = j.jurisdiction AND r.channel = c.channel AND r.hours IS NOT NULL
                    AND r.valid_from <= current_date AND r.valid_until IS NULL)
                """)
            .query(Long.class)
            .single();
    if (lacking > 0) {
      throw Problem.conflict(
          "baseline_missing",
          "Hours that bind everybody must stay in force, without an end, for SMS and for voice, and"
              + " so must those for people of whom nothing is known.",
          "Add the row that takes its place first, then end this one.");
    }
  }

  private static Problem oneThing() {
    return Problem.invalid(
        "hours",
        "a row says one thing: hours, a holiday or a cap",
        "Send exactly one of hours, holiday and per_24h; a row keeps the kind it was made with.");
  }

  private static void inOrder(LocalDate from, @Nullable LocalDate until) {
    if (until != null && !from.isBefore(until)) {
      throw Problem.invalid(
          "valid_until",
          "must lie after valid_from",
          "Give the first day on which the row holds no more.");
    }
  }

  private RuleView find(UUID id, String lock) {
    return jdbc.sql("SELECT " + COLUMNS + "FROM compliance_rules WHERE id = :id" + lock)
        .param("id", id)
        .query((row, _) -> view(row))
        .optional()
        .orElseThrow(() -> Problem.notFound("compliance rule", id));
  }

  private static RuleView view(ResultSet row) throws SQLException {
    String hours = row.getString("hours");
    return new RuleView(
        Pg.uuid(row, "id"),
        row.getString("jurisdiction"),
        row.getString("channel"),
        hours == null ? null : KitJson.mapper().readValue(hours, SendWindow.class),
        row.getObject("holiday", LocalDate.class),
        row.getObject("per_24h", Integer.class),
        row.getString("source"),
        row.getBoolean("verified"),
        row.getString("note"),
        row.getObject("valid_from", LocalDate.class),
        row.getObject("valid_until", LocalDate.class),
        row.getInt("version"),
        row.getString("updated_by"),
        Pg.instant(row, "updated_at"));
  }

  private static @Nullable Object json(@Nullable SendWindow hours) {
    return hours == null ? null : Pg.jsonb(hours);
  }

  private void audit(Caller caller, String action, UUID id, Map<String, ?> detail) {
    jdbc.sql(
            """
            INSERT INTO audit (actor, action, subject_type, subject_id, detail)
            VALUES (:actor, :action, 'compliance_rule', :id, :detail)
            """)
        .param("actor", caller.subject())
        .param("action", action)
        .param("id", id.toString())
        .param("detail", Pg.jsonb(detail))
        .update();
  }
}
