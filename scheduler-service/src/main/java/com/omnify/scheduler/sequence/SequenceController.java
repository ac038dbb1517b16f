package com.omnify.scheduler.sequence;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.MergePatch;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.EntryRule;
import com.omnify.model.ReplyPolicy;
import com.omnify.model.TriggerType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.SequenceRows.Authored;
import com.omnify.scheduler.sequence.SequenceViews.SequenceView;
import com.omnify.scheduler.sequence.SequenceViews.TriggerBody;
import com.omnify.scheduler.sequence.SequenceViews.VersionView;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.PublishLint;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Sequences: settings, the draft's steps, versions. */
@RestController
@RequestMapping("/api/v1/sequences")
@Tag(name = "Sequences")
class SequenceController {

  private static final int MOST_STEPS = 100;

  /**
   * What an author settles. An inactive sequence takes nobody in, and sends nothing to those who
   * are on their way until it is active again.
   *
   * @param recontactGap ISO-8601; time between two ways of one contact through the sequence
   * @param sendWindow in the contact's own zones; default 08:00 to 21:00 daily
   * @param priority 1 (first) to 9
   */
  record SettingsBody(
      @Nullable String name,
      @Nullable String description,
      @Nullable TriggerBody trigger,
      @Nullable String entryRule,
      @Nullable String recontactGap,
      @Nullable String replyPolicy,
      @Nullable Map<String, @Nullable List<HoursJson.SpanBody>> sendWindow,
      @Nullable Integer priority,
      @Nullable Boolean active) {}

  /** A new sequence: {@link SettingsBody} and, if known already, the steps of its first draft. */
  record CreateBody(
      @Nullable String name,
      @Nullable String description,
      @Nullable TriggerBody trigger,
      @Nullable String entryRule,
      @Nullable String recontactGap,
      @Nullable String replyPolicy,
      @Nullable Map<String, @Nullable List<HoursJson.SpanBody>> sendWindow,
      @Nullable Integer priority,
      @Nullable List<StepJson.StepBody> steps) {
    SettingsBody settings() {
      return new SettingsBody(
          name,
          description,
          trigger,
          entryRule,
          recontactGap,
          replyPolicy,
          sendWindow,
          priority,
          false);
    }
  }

  record StepsBody(@Nullable List<StepJson.StepBody> steps) {}

  record StepsView(int version, String state, List<StepJson.StepBody> items) {}

  record PublishBody(@Nullable Boolean migrate) {}

  record PublishedView(int version, int migrated, SequenceView sequence) {}

  private record Draft(int version, List<Step> steps) {}

  private final Transactions tx;
  private final SequenceRows rows;
  private final SequenceViews views;
  private final SequenceBook book;
  private final FleetClock clock;
  private final JsonMapper json;

  SequenceController(
      Transactions tx,
      SequenceRows rows,
      SequenceViews views,
      SequenceBook book,
      FleetClock clock,
      JsonMapper json) {
    this.tx = tx;
    this.rows = rows;
    this.views = views;
    this.book = book;
    this.clock = clock;
    this.json = json;
  }

  // ---- the sequence

  @Needs(Role.ADMIN)
  @PostMapping
  @Operation(summary = "Create a sequence with a first draft")
  ResponseEntity<SequenceView> create(@RequestBody CreateBody body, Caller caller) {
    ClientId client = caller.client();
    var problems = new Problems();
    SequenceId id = rows.newSequence();
    Authored authored = authored(id, body.settings(), null, problems);
    List<Step> steps = body.steps() == null ? List.of() : steps(body.steps(), problems);
    refuse(problems);
    SequenceView view =
        tx.inClient(
            client,
            () -> {
              rows.insert(client, Objects.requireNonNull(authored));
              rows.replaceSteps(client, id, 1, steps);
              return view(client, id);
            });
    return ResponseEntity.created(URI.create("/api/v1/sequences/" + id)).body(view);
  }

  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List sequences, newest first")
  Page<SequenceView> list(
      @RequestParam(required = false) @Nullable Boolean active,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor,
      Caller caller) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    ClientId client = caller.client();
    return tx.readInClient(
        client,
        () ->
            Page.of(
                views.list(client, active, size + 1, before),
                size,
                view -> Cursor.encode(view.id().toString())));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One sequence, with how many people are where")
  SequenceView get(@PathVariable String id, Caller caller) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    return tx.readInClient(client, () -> view(client, sequence));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/{id}")
  @Operation(summary = "Change settings; switch it on or off")
  SequenceView patch(@PathVariable String id, @RequestBody ObjectNode patch, Caller caller) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    var switchedOn = new AtomicBoolean();
    SequenceView changed =
        tx.inClient(
            client,
            () -> {
              lock(client, sequence);
              SequenceView current = view(client, sequence);
              SettingsBody merged =
                  MergePatch.apply(json, body(current), patch, SettingsBody.class);
              var problems = new Problems();
              Authored authored = authored(sequence, merged, current.publishedVersion(), problems);
              refuse(problems);
              switchedOn.set(Boolean.TRUE.equals(merged.active()) && !current.active());
              if (switchedOn.get() && current.publishedVersion() == null) {
                throw Problem.conflict(
                    "not_published",
                    "The sequence has no published version, so nobody could go through it.",
                    "Publish the draft first: POST /api/v1/sequences/" + sequence + "/versions.");
              }
              rows.update(client, Objects.requireNonNull(authored));
              return view(client, sequence);
            });
    book.forget(client, sequence);
    if (switchedOn.get()) {
      // In a transaction of its own: a claim that still saw it off has committed by now.
      tx.inClient(client, () -> rows.wakeAfterSwitchOn(client, sequence));
    }
    return changed;
  }

  private static SettingsBody body(SequenceView view) {
    Map<String, @Nullable List<HoursJson.SpanBody>> window = new java.util.LinkedHashMap<>();
    window.putAll(view.sendWindow());
    return new SettingsBody(
        view.name(),
        view.description(),
        view.trigger(),
        view.entryRule(),
        view.recontactGap(),
        view.replyPolicy(),
        window,
        view.priority(),
        view.active());
  }

  private static @Nullable Authored authored(
      SequenceId id, SettingsBody body, @Nullable Integer published, Problems problems) {
    String name = body.name() == null ? "" : body.name().strip();
    if (name.isEmpty() || name.length() > 200) {
      problems.add("name", "a name has 1 to 200 characters", "name the sequence");
    }
    TriggerBody trigger = body.trigger() == null ? new TriggerBody("manual", null) : body.trigger();
    TriggerType type =
        choice(
            TriggerType.class,
            "trigger.type",
            Objects.requireNonNullElse(trigger.type(), "manual"),
            problems);
    var conditions =
        ConditionJson.read(
            Objects.requireNonNullElse(trigger.conditions(), List.of()),
            "trigger.conditions",
            problems);
    EntryRule entryRule =
        choice(
            EntryRule.class,
            "entry_rule",
            Objects.requireNonNullElse(body.entryRule(), "once"),
            problems);
    ReplyPolicy replyPolicy =
        choice(
            ReplyPolicy.class,
            "reply_policy",
            Objects.requireNonNullElse(body.replyPolicy(), "adaptive"),
            problems);
    Duration gap =
        body.recontactGap() == null
            ? SequenceRows.defaultGap()
            : problems.duration("recontact_gap", body.recontactGap());
    if (gap != null && gap.isNegative()) {
      problems.add("recontact_gap", "a gap is not negative", "write for example \"P30D\"");
    }
    WeeklyHours window =
        body.sendWindow() == null
            ? SequenceRows.defaultWindow()
            : HoursJson.read(body.sendWindow(), "send_window", problems);
    int priority = body.priority() == null ? 5 : body.priority();
    if (priority < 1 || priority > 9) {
      problems.add("priority", "a priority lies between 1 and 9", "5 is the middle");
    }
    if (type != null && Boolean.TRUE.equals(body.active()) && !heard(type)) {
      problems.add(
          "trigger.type",
          "nothing reports '" + type.wire() + "' in this version, so nobody would ever enter",
          "use manual, new_lead, form_submitted, tag_added, status_changed or missed_call, or leave the"
              + " sequence off");
    }
    if (!problems.isEmpty()
        || type == null
        || entryRule == null
        || replyPolicy == null
        || gap == null) {
      return null;
    }
    var settings =
        new SequenceSettings(
            id,
            type,
            conditions,
            entryRule,
            gap,
            replyPolicy,
            window,
            Boolean.TRUE.equals(body.active()),
            published);
    return new Authored(name, body.description(), priority, settings);
  }

  /** Whether some door of this version tells of it. */
  private static boolean heard(TriggerType type) {
    return switch (type) {
      case MANUAL, NEW_LEAD, FORM_SUBMITTED, TAG_ADDED, STATUS_CHANGED, MISSED_CALL -> true;
      case SCHEDULE -> false;
    };
  }

  private static <E extends Enum<E> & WireEnum> @Nullable E choice(
      Class<E> type, String field, String text, Problems problems) {
    return problems.valid(field, "use one of them", () -> WireEnum.parse(type, text));
  }

  // ---- steps

  @Needs(Role.MEMBER)
  @GetMapping("/{id}/steps")
  @Operation(
      summary = "The steps of a version: the draft's if there is one, else the published ones")
  StepsView steps(
      @PathVariable String id,
      @RequestParam(required = false) @Nullable Integer version,
      Caller caller) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    return tx.readInClient(
        client,
        () -> {
          SequenceView view = view(client, sequence);
          int shown =
              version != null
                  ? version
                  : Objects.requireNonNullElse(
                      view.draftVersion(), Objects.requireNonNullElse(view.publishedVersion(), 1));
          if (!rows.hasVersion(client, sequence, shown)) {
            throw Problem.notFound("version", shown);
          }
          boolean draft = Objects.equals(view.draftVersion(), shown);
          return view(shown, draft ? "draft" : "published", book.steps(client, sequence, shown));
        });
  }

  @Needs(Role.ADMIN)
  @PutMapping("/{id}/steps")
  @Operation(summary = "Replace the draft's steps")
  StepsView putSteps(@PathVariable String id, @RequestBody StepsBody body, Caller caller) {
    var problems = new Problems();
    if (body.steps() == null) {
      problems.add("steps", "the list of steps is missing", "send {\"steps\": […]}");
    }
    List<Step> steps = body.steps() == null ? List.of() : steps(body.steps(), problems);
    refuse(problems);
    return edit(id, caller, _ -> steps);
  }

  @Needs(Role.ADMIN)
  @PostMapping("/{id}/steps")
  @Operation(summary = "Append a step to the draft")
  ResponseEntity<StepJson.StepBody> append(
      @PathVariable String id, @RequestBody StepJson.StepBody body, Caller caller) {
    var problems = new Problems();
    Step step = StepJson.read(body, 1, "step", rows.newStep(), problems);
    refuse(problems);
    Step read = Objects.requireNonNull(step);
    StepsView view =
        edit(
            id,
            caller,
            steps -> {
              if (steps.stream().anyMatch(s -> s.id().equals(read.id()))) {
                throw Problem.conflict(
                    "step_exists", "The draft has that step already.", "Change it by PATCH.");
              }
              var all = new ArrayList<>(steps);
              all.add(read);
              return all;
            });
    return ResponseEntity.created(URI.create("/api/v1/sequences/" + id + "/steps/" + read.id()))
        .body(view.items().getLast());
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/{id}/steps/{stepId}")
  @Operation(summary = "Change a step of the draft")
  StepJson.StepBody patchStep(
      @PathVariable String id,
      @PathVariable String stepId,
      @RequestBody ObjectNode patch,
      Caller caller) {
    StepsView view =
        edit(
            id,
            caller,
            steps -> {
              var all = new ArrayList<>(steps);
              int index = index(steps, stepId);
              var merged =
                  MergePatch.apply(
                      json, StepJson.write(steps.get(index)), patch, StepJson.StepBody.class);
              var problems = new Problems();
              Step step = StepJson.read(merged, index + 1, "step", steps.get(index).id(), problems);
              refuse(problems);
              all.remove(index);
              // A position that was given moves the step there.
              int wanted = merged.position() == null ? index + 1 : merged.position();
              int at = Math.max(0, Math.min(all.size(), wanted - 1));
              Step read = Objects.requireNonNull(step);
              if (!read.id().equals(steps.get(index).id())) {
                throw Problem.invalid("id", "a step keeps its id", "Leave id out.");
              }
              all.add(at, read);
              return all;
            });
    return view.items()
        .get(index(view.items().stream().map(StepJson.StepBody::id).toList(), stepId));
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/{id}/steps/{stepId}")
  @Operation(summary = "Take a step out of the draft")
  ResponseEntity<Void> deleteStep(
      @PathVariable String id, @PathVariable String stepId, Caller caller) {
    edit(
        id,
        caller,
        steps -> {
          var all = new ArrayList<>(steps);
          all.remove(index(steps, stepId));
          return all;
        });
    return ResponseEntity.noContent().build();
  }

  private static int index(List<?> stepsOrIds, String stepId) {
    for (int i = 0; i < stepsOrIds.size(); i++) {
      Object each = stepsOrIds.get(i);
      String id = each instanceof Step step ? step.id().toString() : String.valueOf(each);
      if (id.equals(stepId)) {
        return i;
      }
    }
    throw Problem.notFound("step", stepId);
  }

  /** Changes the draft; where there is none it is made from the published version. */
  private StepsView edit(String id, Caller caller, UnaryOperator<List<Step>> change) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    return tx.inClient(
        client,
        () -> {
          lock(client, sequence);
          Draft draft = draft(client, sequence);
          var steps = numbered(change.apply(draft.steps()));
          if (steps.size() > MOST_STEPS) {
            throw Problem.invalid("steps", "a sequence has at most 100 steps", "Split it.");
          }
          rows.replaceSteps(client, sequence, draft.version(), steps);
          return view(draft.version(), "draft", steps);
        });
  }

  private Draft draft(ClientId client, SequenceId sequence) {
    var version = rows.draft(client, sequence);
    if (version.isPresent()) {
      return new Draft(version.get(), book.steps(client, sequence, version.get()));
    }
    int latest = rows.latestVersion(client, sequence);
    rows.insertDraft(client, sequence, latest + 1);
    return new Draft(latest + 1, book.steps(client, sequence, latest));
  }

  private List<Step> steps(List<StepJson.StepBody> bodies, Problems problems) {
    var steps = new ArrayList<Step>();
    var ids = new HashSet<StepId>();
    if (bodies.size() > MOST_STEPS) {
      problems.add("steps", "a sequence has at most 100 steps", "split it");
      return steps;
    }
    for (int i = 0; i < bodies.size(); i++) {
      String path = "steps[" + i + "]";
      Step step = StepJson.read(bodies.get(i), i + 1, path, rows.newStep(), problems);
      if (step != null) {
        if (!ids.add(step.id())) {
          problems.add(path + ".id", "two steps have this id", "leave it out for a new step");
        }
        steps.add(step);
      }
    }
    return steps;
  }

  private static List<Step> numbered(List<Step> steps) {
    var numbered = new ArrayList<Step>();
    for (Step step : steps) {
      numbered.add(step.at(numbered.size() + 1));
    }
    return numbered;
  }

  private static StepsView view(int version, String state, List<Step> steps) {
    return new StepsView(version, state, steps.stream().map(StepJson::write).toList());
  }

  // ---- versions

  @Needs(Role.MEMBER)
  @GetMapping("/{id}/versions")
  @Operation(summary = "All versions, with how many people stand at each step")
  Page<VersionView> versions(@PathVariable String id, Caller caller) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    return tx.readInClient(
        client,
        () -> {
          view(client, sequence);
          return new Page<>(views.versions(client, sequence), null);
        });
  }

  @Needs(Role.ADMIN)
  @PostMapping("/{id}/versions")
  @Operation(summary = "Publish the draft; with migrate, people on their way go on in it")
  ResponseEntity<PublishedView> publish(
      @PathVariable String id,
      @RequestBody(required = false) @Nullable PublishBody body,
      Caller caller) {
    ClientId client = caller.client();
    SequenceId sequence = id(id);
    PublishedView published =
        tx.inClient(
            client,
            () -> {
              lock(client, sequence);
              int version =
                  rows.draft(client, sequence)
                      .orElseThrow(
                          () ->
                              Problem.conflict(
                                  "no_draft",
                                  "There is no draft: all that was written is published.",
                                  "Change the steps first; that makes a draft."));
              var settings = book.settings(client, sequence).orElseThrow();
              var steps = book.steps(client, sequence, version);
              var problems = new Problems();
              for (int i = 0; i < steps.size(); i++) {
                StepContent.review(steps.get(i), "steps[" + i + "].content", problems);
              }
              var findings = new ArrayList<>(problems.all());
              PublishLint.check(steps, settings.sendWindow()).stream()
                  .filter(finding -> !names(problems, finding.field()))
                  .forEach(findings::add);
              if (!findings.isEmpty()) {
                throw Problem.unprocessable("not_publishable", faults(findings));
              }
              rows.publish(client, sequence, version);
              boolean migrate = body != null && Boolean.TRUE.equals(body.migrate());
              int migrated = migrate ? rows.migrate(client, sequence, version, clock.now()) : 0;
              return new PublishedView(version, migrated, view(client, sequence));
            });
    book.forget(client, sequence);
    return ResponseEntity.created(
            URI.create("/api/v1/sequences/" + sequence + "/steps?version=" + published.version()))
        .body(published);
  }

  // ---- common

  private void lock(ClientId client, SequenceId sequence) {
    if (!rows.lock(client, sequence)) {
      throw Problem.notFound("sequence", sequence);
    }
  }

  private SequenceView view(ClientId client, SequenceId sequence) {
    return views.find(client, sequence).orElseThrow(() -> Problem.notFound("sequence", sequence));
  }

  private static boolean names(Problems problems, String field) {
    return problems.all().stream().anyMatch(one -> one.field().startsWith(field));
  }

  private static void refuse(Problems problems) {
    if (!problems.isEmpty()) {
      throw Problem.unprocessable(faults(problems.all()));
    }
  }

  private static List<FieldFault> faults(List<PublishLint.Finding> findings) {
    return findings.stream()
        .map(finding -> new FieldFault(finding.field(), finding.message(), finding.fix()))
        .toList();
  }

  private static SequenceId id(String text) {
    try {
      return SequenceId.of(text);
    } catch (IllegalArgumentException _) {
      throw Problem.notFound("sequence", text);
    }
  }
}
