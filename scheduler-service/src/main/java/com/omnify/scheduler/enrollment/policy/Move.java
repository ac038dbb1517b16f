package com.omnify.scheduler.enrollment.policy;

import com.omnify.kit.quiet.policy.Receipt;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.StepKind;
import com.omnify.model.WireEnum;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.OrderId;
import com.omnify.model.id.StepId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision about an enrollment, complete: what the row becomes, when it is looked at again, what
 * the log says, which dispatch is born or which errand is run.
 */
public record Move(
    Enrollment before,
    Enrollment after,
    Due due,
    List<LogLine> log,
    List<Skipped> skipped,
    @Nullable Opening opening,
    @Nullable Errand errand) {

  public record Skipped(StepId stepId, String code) {}

  /**
   * A dispatch to be born READY.
   *
   * @param receipt which rules were asked whether it may go out
   */
  public record Opening(
      DispatchId id,
      StepId stepId,
      Channel channel,
      DispatchKind kind,
      int attempt,
      boolean urgent,
      Receipt receipt) {}

  /** What becomes of the order of a step that does something other than speak. */
  public sealed interface Errand {

    OrderId id();

    /** To be placed, or said again where it is placed already. */
    record Place(OrderId id, StepId stepId, StepKind kind, int attempt) implements Errand {}

    /** It is over. */
    record Settle(OrderId id, OrderState state, @Nullable String code) implements Errand {}
  }

  /** How an order ended. */
  public enum OrderState implements WireEnum {
    DONE,
    FAILED,
    GIVEN_UP
  }

  public Move {
    log = List.copyOf(log);
    skipped = List.copyOf(skipped);
  }

  /** Nothing changes. */
  public static Move none(Enrollment enrollment) {
    return new Move(enrollment, enrollment, new Due.Unchanged(), List.of(), List.of(), null, null);
  }

  public static Move of(Enrollment before, Enrollment after, Due due, LogLine... log) {
    return new Move(before, after, due, List.of(log), List.of(), null, null);
  }

  public Move with(LogLine line) {
    return new Move(before, after, due, added(log, line), skipped, opening, errand);
  }

  public Move skipping(StepId step, String code) {
    return new Move(
        before, after, due, log, added(skipped, new Skipped(step, code)), opening, errand);
  }

  public Move opening(Opening dispatch) {
    return new Move(before, after, due, log, skipped, dispatch, errand);
  }

  public Move running(Errand order) {
    return new Move(before, after, due, log, skipped, opening, order);
  }

  /** Both, one after the other; the second was decided on what the first left. */
  public Move then(Move next) {
    return new Move(
        before,
        next.after,
        next.due instanceof Due.Unchanged ? due : next.due,
        joined(log, next.log),
        joined(skipped, next.skipped),
        next.opening == null ? opening : next.opening,
        next.errand == null ? errand : next.errand);
  }

  public boolean changesRow() {
    return !before.equals(after) || !(due instanceof Due.Unchanged);
  }

  public boolean isNone() {
    return !changesRow() && log.isEmpty() && skipped.isEmpty() && opening == null && errand == null;
  }

  private static <T> List<T> added(List<T> list, T element) {
    return joined(list, List.of(element));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
