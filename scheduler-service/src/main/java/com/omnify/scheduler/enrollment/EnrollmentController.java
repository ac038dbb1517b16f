package com.omnify.scheduler.enrollment;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.OutcomeKind;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.scheduler.enrollment.EnrollmentViews.EnrollmentView;
import com.omnify.scheduler.enrollment.EnrollmentViews.Filter;
import com.omnify.scheduler.enrollment.EnrollmentViews.LogView;
import com.omnify.scheduler.enrollment.Outcomes.OutcomeView;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.EntryPolicy.Refusal;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Steering;
import com.omnify.scheduler.sequence.SequenceBook;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.sequence.policy.Step;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** People on their way through sequences. */
@RestController
@RequestMapping("/api/v1/enrollments")
@Tag(name = "Enrollments")
class EnrollmentController {

  private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

  record EnrollBody(@NotNull ContactId contactId, @NotNull SequenceId sequenceId) {}

  record EnrollManyBody(
      @NotNull SequenceId sequenceId, @NotEmpty @Size(max = 1000) List<ContactId> contactIds) {}

  record Enrolled(ContactId contactId, EnrollmentId enrollmentId) {}

  record Refused(ContactId contactId, String code, String detail) {}

  record EnrolledMany(List<Enrolled> enrolled, List<Refused> refused) {}

  record ReasonBody(@Nullable @Size(max = 500) String reason) {}

  /**
   * The sequence reached what it is for.
   *
   * @param value in whole units of the currency, such as dollars
   */
  record OutcomeBody(
      @NotNull OutcomeKind kind,
      @Nullable @PositiveOrZero BigDecimal value,
      @Nullable @Pattern(regexp = "[A-Z]{3}", message = "is no currency code such as USD")
          String currency) {}

  private final Transactions tx;
  private final SequenceBook sequences;
  private final Enroller enroller;
  private final EnrollmentRows rows;
  private final EnrollmentViews views;
  private final MoveWriter writer;
  private final Timetables timetables;
  private final Outcomes outcomes;
  private final FleetClock clock;

  EnrollmentController(
      Transactions tx,
      SequenceBook sequences,
      Enroller enroller,
      EnrollmentRows rows,
      EnrollmentViews views,
      MoveWriter writer,
      Timetables timetables,
      Outcomes outcomes,
      FleetClock clock) {
    this.tx = tx;
    this.sequences = sequences;
    this.enroller = enroller;
    this.rows = rows;
    this.views = views;
    this.writer = writer;
    this.timetables = timetables;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  @Needs(Role.MEMBER)
  @PostMapping
  @Operation(summary = "Enroll a contact into a sequence")
  ResponseEntity<EnrollmentView> enroll(@Valid @RequestBody EnrollBody body, Caller caller) {
    ClientId client = caller.client();
    EnrollmentView view =
        tx.inClient(
            client,
            () -> {
              var entry =
                  enter(client, body.sequenceId(), List.of(body.contactId()), "api").getFirst();
              return switch (entry) {
                case Enroller.Entry.Refused(ContactId contact, Refusal refusal) ->
                    throw refusal(contact, refusal);
                case Enroller.Entry.Entered(_, EnrollmentId id) -> view(client, id);
              };
            });
    return ResponseEntity.created(URI.create("/api/v1/enrollments/" + view.id())).body(view);
  }

  @Needs(Role.MEMBER)
  @PostMapping("/bulk")
  @Operation(summary = "Enroll up to 1000 contacts into a sequence")
  EnrolledMany enrollMany(@Valid @RequestBody EnrollManyBody body, Caller caller) {
    ClientId client = caller.client();
    var entries =
        tx.inClient(client, () -> enter(client, body.sequenceId(), body.contactIds(), "api"));
    var enrolled = new ArrayList<Enrolled>();
    var refused = new ArrayList<Refused>();
    for (var entry : entries) {
      switch (entry) {
        case Enroller.Entry.Entered(ContactId contact, EnrollmentId id) ->
            enrolled.add(new Enrolled(contact, id));
        case Enroller.Entry.Refused(ContactId contact, Refusal refusal) ->
            refused.add(new Refused(contact, refusal.code(), refusal.words()));
      }
    }
    return new EnrolledMany(enrolled, refused);
  }

  private List<Enroller.Entry> enter(
      ClientId client, SequenceId sequence, List<ContactId> contacts, String source) {
    SequenceSettings settings =
        sequences
            .settings(client, sequence)
            .orElseThrow(() -> Problem.notFound("sequence", sequence));
    return enroller.enroll(client, settings, contacts, source, clock.now());
  }

  private static Problem refusal(ContactId contact, Refusal refusal) {
    return switch (refusal.code()) {
      case "contact_unknown" -> Problem.notFound("contact", contact);
      case "sequence_inactive" ->
          Problem.conflict(
              refusal.code(), say(refusal), "Publish the sequence and set active to true.");
      case "suppressed" ->
          Problem.conflict(
              refusal.code(), say(refusal), "Only the contact can allow messages again, by START.");
      case "no_phone" ->
          Problem.conflict(refusal.code(), say(refusal), "Give the contact a phone number.");
      default ->
          Problem.conflict(
              refusal.code(), say(refusal), "Change the sequence's entry_rule or recontact_gap.");
    };
  }

  private static String say(Refusal refusal) {
    String words = refusal.words();
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List enrollments, newest first")
  Page<EnrollmentView> list(
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(name = "sequence_id", required = false) @Nullable String sequenceId,
      @RequestParam(name = "contact_id", required = false) @Nullable String contactId,
      @RequestParam(name = "needs_human", required = false) @Nullable Boolean needsHuman,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    var filter =
        new Filter(
            status == null ? null : status(status),
            sequenceId == null ? null : parsed("sequence_id", sequenceId, SequenceId::of),
            contactId == null ? null : parsed("contact_id", contactId, ContactId::of),
            needsHuman);
    ClientId client = caller.client();
    return tx.readInClient(client, () -> views.list(client, filter, Limits.page(limit), cursor));
  }

  private static EnrollmentStatus status(String text) {
    return parsed("status", text, value -> WireEnum.parse(EnrollmentStatus.class, value));
  }

  private static <T> T parsed(
      String field, String text, java.util.function.Function<String, T> read) {
    try {
      return read.apply(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
          List.of(
              new FieldFault(
                  field, String.valueOf(e.getMessage()), "Correct it or leave it out.")));
    }
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One enrollment: where it stands, what comes next and why")
  EnrollmentView get(@PathVariable String id, Caller caller) {
    ClientId client = caller.client();
    EnrollmentId enrollment = id(id);
    return tx.readInClient(client, () -> view(client, enrollment));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}/log")
  @Operation(summary = "Every decision about it, with its reason")
  Page<LogView> log(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    ClientId client = caller.client();
    EnrollmentId enrollment = id(id);
    return tx.readInClient(
        client,
        () -> {
          view(client, enrollment);
          return views.log(client, enrollment, Limits.page(limit), cursor);
        });
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/pause")
  @Operation(summary = "Pause it; what is not yet behind the fence is not sent")
  EnrollmentView pause(
      @PathVariable String id,
      @Valid @RequestBody(required = false) @Nullable ReasonBody body,
      Caller caller) {
    return steer(
        caller,
        id(id),
        (person, now) -> {
          Enrollment enrollment = person.enrollment();
          if (enrollment.hasEnded()) {
            throw over(enrollment);
          }
          return Steering.pause(enrollment, reason(body), now);
        });
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/resume")
  @Operation(summary = "Let it go on, inside the contact's window")
  EnrollmentView resume(
      @PathVariable String id,
      @Valid @RequestBody(required = false) @Nullable ReasonBody body,
      Caller caller) {
    return steer(
        caller,
        id(id),
        (person, now) -> {
          Enrollment enrollment = person.enrollment();
          if (enrollment.hasEnded()) {
            throw over(enrollment);
          }
          return Steering.resume(enrollment, nextStep(person, now), reason(body), now);
        });
  }

  private Due.StepAt nextStep(EnrolledPerson person, Instant now) {
    Enrollment enrollment = person.enrollment();
    var ref = enrollment.ref();
    SequenceSettings settings = sequences.settings(ref.clientId(), ref.sequenceId()).orElseThrow();
    Instant planned = enrollment.place().nextStepAt();
    Instant wanted = planned == null || planned.isBefore(now) ? now : planned;
    Step step =
        sequences
            .plan(ref.clientId(), ref.sequenceId(), ref.version())
            .step(enrollment.place().stepId())
            .orElse(null);
    if (step == null) {
      return new Due.StepAt(wanted, true, false);
    }
    return Due.StepAt.of(
        step, timetables.of(ref.clientId(), person.person(), settings).within(wanted, step).at());
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/stop")
  @Operation(summary = "End it")
  EnrollmentView stop(
      @PathVariable String id,
      @Valid @RequestBody(required = false) @Nullable ReasonBody body,
      Caller caller) {
    return steer(
        caller, id(id), (person, now) -> Steering.stop(person.enrollment(), reason(body), now));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/{id}/outcomes")
  @Operation(summary = "Record that the contact booked or converted, each once")
  EnrollmentView outcome(
      @PathVariable String id, @Valid @RequestBody OutcomeBody body, Caller caller) {
    Long micros = micros(body);
    ClientId client = caller.client();
    EnrollmentId enrollment = id(id);
    return tx.inClient(
        client,
        () -> {
          var person =
              rows.lock(client, enrollment)
                  .orElseThrow(() -> Problem.notFound("enrollment", enrollment));
          boolean first =
              outcomes.record(
                  person.enrollment(),
                  new Outcomes.Reached(
                      body.kind(),
                      "api",
                      null,
                      null,
                      micros,
                      micros == null ? null : body.currency()),
                  clock.now());
          if (!first) {
            throw Problem.conflict(
                "outcome_recorded",
                "This enrollment is " + body.kind().wire() + " already.",
                "An outcome counts once; enroll the contact anew for another.");
          }
          return view(client, enrollment);
        });
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}/outcomes")
  @Operation(summary = "What it reached")
  Page<OutcomeView> outcomes(@PathVariable String id, Caller caller) {
    ClientId client = caller.client();
    EnrollmentId enrollment = id(id);
    return tx.readInClient(
        client,
        () -> {
          view(client, enrollment);
          return new Page<>(outcomes.of(client, enrollment), null);
        });
  }

  private static @Nullable Long micros(OutcomeBody body) {
    if (body.value() == null) {
      return null;
    }
    if (body.currency() == null) {
      throw Problem.invalid("currency", "a value needs its currency", "Send for example \"USD\".");
    }
    BigDecimal micros = body.value().multiply(MICROS).setScale(0, RoundingMode.HALF_UP);
    if (micros.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw Problem.invalid("value", "the value is out of range", "Send it in whole units.");
    }
    return micros.longValue();
  }

  private EnrollmentView steer(
      Caller caller, EnrollmentId id, BiFunction<EnrolledPerson, Instant, Move> order) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          var person = rows.lock(client, id).orElseThrow(() -> Problem.notFound("enrollment", id));
          Instant now = clock.now();
          writer.write(List.of(order.apply(person, now)), now);
          return view(client, id);
        });
  }

  private EnrollmentView view(ClientId client, EnrollmentId id) {
    return views.find(client, id).orElseThrow(() -> Problem.notFound("enrollment", id));
  }

  private static Problem over(Enrollment enrollment) {
    return Problem.conflict(
        "enrollment_over",
        "This enrollment is over: it is " + enrollment.standing().status().wire() + ".",
        "Enroll the contact anew, as far as the sequence's entry rule allows it.");
  }

  private static String reason(@Nullable ReasonBody body) {
    return body == null || body.reason() == null ? "" : body.reason();
  }

  private static EnrollmentId id(String text) {
    try {
      return EnrollmentId.of(text);
    } catch (IllegalArgumentException _) {
      throw Problem.notFound("enrollment", text);
    }
  }
}
