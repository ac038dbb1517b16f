package com.omnify.channels.voice.policy;

import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a provider's complete list of calls proves about one dispatch. Each call bears the id of the
 * dispatch that placed it, so that is proof. Absence is proven only where no other call to the
 * person was placed since the fence but those that bear another dispatch's id: one that bears none
 * may be ours with its name lost.
 */
public final class CallReconciliation {

  /** How far the provider's clock may stand from ours. */
  static final Duration SKEW = Duration.ofSeconds(30);

  private CallReconciliation() {}

  /** From when on calls are to be asked for. */
  public static Instant since(Instant fencedAt) {
    return fencedAt.minus(SKEW);
  }

  /**
   * Reads a complete list.
   *
   * @param to the person's number
   * @param fencedAt real time
   */
  public static Finding read(
      DispatchId dispatch, String to, Instant fencedAt, List<FoundCall> calls) {
    String id = dispatch.toString();
    var own = calls.stream().filter(call -> call.bears(id)).findFirst();
    if (own.isPresent()) {
      return new Finding.Sent(own.get().id());
    }
    long unexplained =
        calls.stream()
            .filter(call -> !call.inbound() && to.equals(call.to()) && !call.bearsAny())
            .filter(call -> !call.createdAt().isBefore(since(fencedAt)))
            .count();
    return unexplained == 0
        ? new Finding.Absent()
        : new Finding.Undecided(
            unexplained + " calls to the person bear no dispatch's id", /* open= */ false);
  }
}
