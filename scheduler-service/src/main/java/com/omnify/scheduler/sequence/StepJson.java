package com.omnify.scheduler.sequence;

import com.omnify.model.StepKind;
import com.omnify.model.WireEnum;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.SkipRule;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step as it is written in JSON, on the wire and in rows alike. */
final class StepJson {

  private static final Duration DEFAULT_RETRY = Duration.ofMinutes(5);
  private static final int DEFAULT_ATTEMPTS = 3;
  private static final String DELAYS =
      "immediate, fixed, business_hours, local_time, after_previous";
  private static final List<String> KINDS =
      Arrays.stream(StepKind.values()).map(StepKind::wire).toList();
  private static final String SKIPS =
      "replied, answered, booked, not_before, not_after, unless_voicemail";

  record StepBody(
      @Nullable String id,
      @Nullable Integer position,
      @Nullable String name,
      @Nullable String kind,
      @Nullable DelayBody delay,
      @Nullable Map<String, Object> content,
      @Nullable List<SkipBody> skipIf,
      @Nullable ThenBody onSuccess,
      @Nullable ThenBody onFailure,
      @Nullable Boolean urgent) {}

  record DelayBody(@Nullable String type, @Nullable String duration, @Nullable String time) {}

  record SkipBody(@Nullable String type, @Nullable String at) {}

  record ThenBody(
      @Nullable String action,
      @Nullable String stepId,
      @Nullable String after,
      @Nullable Integer maxAttempts) {}

  private StepJson() {}

  /**
   * The step, or null where too much of it is wrong; what is wrong is noted.
   *
   * @param fresh the id it gets where it bears none
   */
  static @Nullable Step read(
      StepBody body, int position, String path, StepId fresh, Problems problems) {
    Step step = parse(body, position, path, fresh, true, problems);
    if (step == null) {
      return null;
    }
    int before = problems.all().size();
    StepContent.lint(step.kind(), step.content(), path + ".content", problems);
    return problems.all().size() > before ? null : step;
  }

  /**
   * Reads what {@link #write} wrote. What it says was checked when it was saved and when it was
   * published: a rule of today must not stop what went out by the rules of its day.
   */
  static Step readStored(StepBody body) {
    var problems = new Problems();
    StepId id = StepId.of(java.util.Objects.requireNonNull(body.id()));
    int position = java.util.Objects.requireNonNull(body.position());
    Step step = parse(body, position, "step", id, false, problems);
    if (step == null) {
      throw new IllegalStateException("step " + id + " does not make sense: " + problems.all());
    }
    return step;
  }

  private static @Nullable Step parse(
      StepBody body, int position, String path, StepId fresh, boolean checked, Problems problems) {
    int before = problems.all().size();
    StepId id = body.id() == null ? fresh : id(body.id(), path + ".id", problems);
    StepKind kind = kind(body.kind(), path + ".kind", problems);
    Delay delay = delay(body.delay(), path + ".delay", problems);
    Map<String, Object> content =
        checked
            ? StepContent.check(kind, body.content(), path + ".content", problems)
            : StepContent.given(body.content());
    List<SkipRule> skips = skips(body.skipIf(), path + ".skip_if", problems);
    OnSuccess success = onSuccess(body.onSuccess(), path + ".on_success", problems);
    OnFailure failure = onFailure(body.onFailure(), path + ".on_failure", problems);
    if (body.name() != null && body.name().length() > 200) {
      problems.add(path + ".name", "a name has at most 200 characters", "shorten it");
    }
    if (problems.all().size() > before
        || id == null
        || kind == null
        || delay == null
        || success == null
        || failure == null) {
      return null;
    }
    return new Step(
        id,
        position,
        body.name(),
        kind,
        delay,
        content,
        skips,
        success,
        failure,
        Boolean.TRUE.equals(body.urgent()));
  }

  static StepBody write(Step step) {
    return new StepBody(
        step.id().toString(),
        step.position(),
        step.name(),
        step.kind().wire(),
        write(step.delay()),
        step.content(),
        step.skipIf().stream().map(StepJson::write).toList(),
        write(step.onSuccess()),
        write(step.onFailure()),
        step.urgent());
  }

  private static @Nullable StepId id(String text, String path, Problems problems) {
    return problems.valid(
        path,
        "leave it out for a new step, or use the id that the step has",
        () -> StepId.of(text));
  }

  private static @Nullable StepKind kind(@Nullable String kind, String path, Problems problems) {
    if (kind == null) {
      problems.add(path, "the kind of step is missing", "use one of " + KINDS);
      return null;
    }
    return problems.valid(path, "use one of " + KINDS, () -> WireEnum.parse(StepKind.class, kind));
  }

  // ---- delay

  private static @Nullable Delay delay(@Nullable DelayBody body, String path, Problems problems) {
    if (body == null) {
      return new Delay.Immediate();
    }
    return switch (body.type() == null ? "" : body.type()) {
      case "immediate" -> new Delay.Immediate();
      case "fixed" -> lasting(body, path, problems, Delay.Fixed::new);
      case "business_hours" -> lasting(body, path, problems, Delay.BusinessHours::new);
      case "after_previous" -> lasting(body, path, problems, Delay.AfterPrevious::new);
      case "local_time" -> localTime(body, path, problems);
      default -> {
        problems.add(
            path + ".type",
            body.type() == null
                ? "the type of delay is missing"
                : "'" + body.type() + "' is no type of delay",
            "use one of " + DELAYS);
        yield null;
      }
    };
  }

  private static @Nullable Delay lasting(
      DelayBody body,
      String path,
      Problems problems,
      java.util.function.Function<Duration, Delay> type) {
    Duration duration = problems.duration(path + ".duration", body.duration());
    if (duration == null) {
      return null;
    }
    return problems.valid(
        path + ".duration", "choose a duration up to P365D", () -> type.apply(duration));
  }

  private static @Nullable Delay localTime(DelayBody body, String path, Problems problems) {
    LocalTime time = problems.time(path + ".time", body.time());
    Duration wait =
        body.duration() == null
            ? Duration.ZERO
            : problems.duration(path + ".duration", body.duration());
    if (time == null || wait == null) {
      return null;
    }
    if (!Duration.ofDays(wait.toDays()).equals(wait)) {
      problems.add(
          path + ".duration",
          "a time of day is reached after whole days, not after " + wait,
          "write whole days, such as \"P2D\"");
      return null;
    }
    return problems.valid(
        path + ".duration",
        "choose a duration up to P365D",
        () -> new Delay.AtLocalTime(Math.toIntExact(wait.toDays()), time));
  }

  private static DelayBody write(Delay delay) {
    return switch (delay) {
      case Delay.Immediate() -> new DelayBody("immediate", null, null);
      case Delay.Fixed(Duration duration) -> new DelayBody("fixed", duration.toString(), null);
      case Delay.BusinessHours(Duration duration) ->
          new DelayBody("business_hours", duration.toString(), null);
      case Delay.AfterPrevious(Duration duration) ->
          new DelayBody("after_previous", duration.toString(), null);
      case Delay.AtLocalTime(int days, LocalTime time) ->
          new DelayBody("local_time", "P" + days + "D", time.toString());
    };
  }

  // ---- skip conditions

  private static List<SkipRule> skips(
      @Nullable List<SkipBody> bodies, String path, Problems problems) {
    var rules = new ArrayList<SkipRule>();
    for (int i = 0; bodies != null && i < bodies.size(); i++) {
      SkipRule rule = skip(bodies.get(i), path + "[" + i + "]", problems);
      if (rule != null) {
        rules.add(rule);
      }
    }
    return rules;
  }

  private static @Nullable SkipRule skip(SkipBody body, String path, Problems problems) {
    return switch (body.type() == null ? "" : body.type()) {
      case "replied" -> new SkipRule.Replied();
      case "answered" -> new SkipRule.Answered();
      case "booked" -> new SkipRule.Booked();
      case "unless_voicemail" -> new SkipRule.UnlessVoicemail();
      case "not_before" -> {
        Instant at = problems.instant(path + ".at", body.at());
        yield at == null ? null : new SkipRule.NotBefore(at);
      }
      case "not_after" -> {
        Instant at = problems.instant(path + ".at", body.at());
        yield at == null ? null : new SkipRule.NotAfter(at);
      }
      default -> {
        problems.add(
            path + ".type",
            body.type() == null
                ? "the type of condition is missing"
                : "'" + body.type() + "' is no skip condition",
            "use one of " + SKIPS);
        yield null;
      }
    };
  }

  private static SkipBody write(SkipRule rule) {
    return switch (rule) {
      case SkipRule.Replied() -> new SkipBody("replied", null);
      case SkipRule.Answered() -> new SkipBody("answered", null);
      case SkipRule.Booked() -> new SkipBody("booked", null);
      case SkipRule.UnlessVoicemail() -> new SkipBody("unless_voicemail", null);
      case SkipRule.NotBefore(Instant at) -> new SkipBody("not_before", at.toString());
      case SkipRule.NotAfter(Instant at) -> new SkipBody("not_after", at.toString());
    };
  }

  // ---- where it leads

  private static @Nullable OnSuccess onSuccess(
      @Nullable ThenBody body, String path, Problems problems) {
    if (body == null) {
      return new OnSuccess.Continue();
    }
    return switch (body.action() == null ? "" : body.action()) {
      case "continue" -> new OnSuccess.Continue();
      case "end" -> new OnSuccess.End();
      case "jump" -> jump(body, path, problems);
      default -> unknown(body, path, "continue, jump, end", problems);
    };
  }

  private static @Nullable OnFailure onFailure(
      @Nullable ThenBody body, String path, Problems problems) {
    if (body == null) {
      return new OnSuccess.Continue();
    }
    return switch (body.action() == null ? "" : body.action()) {
      case "continue" -> new OnSuccess.Continue();
      case "end" -> new OnSuccess.End();
      case "jump" -> jump(body, path, problems);
      case "skip" -> new OnFailure.Skip();
      case "retry" -> {
        Duration after =
            body.after() == null ? DEFAULT_RETRY : problems.duration(path + ".after", body.after());
        int most = body.maxAttempts() == null ? DEFAULT_ATTEMPTS : body.maxAttempts();
        yield after == null
            ? null
            : problems.valid(
                path,
                "choose after up to P365D and max_attempts from 1 to 10",
                () -> new OnFailure.Retry(after, most));
      }
      default -> unknown(body, path, "continue, jump, end, retry, skip", problems);
    };
  }

  private static OnSuccess.@Nullable Jump jump(ThenBody body, String path, Problems problems) {
    String target = body.stepId();
    if (target == null) {
      problems.add(
          path + ".step_id", "the step to jump to is missing", "name the id of a later step");
      return null;
    }
    return problems.valid(
        path + ".step_id",
        "name the id of a later step",
        () -> new OnSuccess.Jump(StepId.of(target)));
  }

  private static <T> @Nullable T unknown(
      ThenBody body, String path, String choices, Problems problems) {
    problems.add(
        path + ".action",
        body.action() == null ? "the action is missing" : "'" + body.action() + "' is no action",
        "use one of " + choices);
    return null;
  }

  private static ThenBody write(OnFailure then) {
    return switch (then) {
      case OnSuccess.Continue() -> new ThenBody("continue", null, null, null);
      case OnSuccess.End() -> new ThenBody("end", null, null, null);
      case OnSuccess.Jump(StepId to) -> new ThenBody("jump", to.toString(), null, null);
      case OnFailure.Skip() -> new ThenBody("skip", null, null, null);
      case OnFailure.Retry(Duration after, int most) ->
          new ThenBody("retry", null, after.toString(), most);
    };
  }
}
