package com.omnify.scheduler.dispatch;

import com.omnify.kit.event.Doorbell;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.model.Channel;
import com.omnify.model.StepKind;
import com.omnify.model.event.StepEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.scheduler.client.ClientBook;
import com.omnify.scheduler.dispatch.DueRows.Backlog;
import com.omnify.scheduler.dispatch.DueRows.Claimed;
import com.omnify.scheduler.dispatch.DueRows.Share;
import com.omnify.scheduler.dispatch.policy.Appetite;
import com.omnify.scheduler.dispatch.policy.DueStep;
import com.omnify.scheduler.dispatch.policy.ErrandPolicy;
import com.omnify.scheduler.dispatch.policy.FairShare;
import com.omnify.scheduler.dispatch.policy.Lane;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.Parked;
import com.omnify.scheduler.dispatch.policy.StepDecision;
import com.omnify.scheduler.dispatch.policy.StepMoves;
import com.omnify.scheduler.dispatch.policy.StepPolicy;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy;
import com.omnify.scheduler.enrollment.EnrolledPerson;
import com.omnify.scheduler.enrollment.MoveWriter;
import com.omnify.scheduler.enrollment.Timetables;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.SequenceBook;
import com.omnify.scheduler.sequence.policy.Conditions.Facts;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Claims what is due, decides each step by a pure function, and parks the enrollments on the
 * dispatches that come of it: one transaction, no network inside.
 */
@Component
class Dispatcher {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /** After so many there may be more. */
  private static final int MANY = 100;

  /** Waiting for more to come is cheaper than a commit for each. */
  private static final Duration BUSY = Duration.ofMillis(20);

  private static final Duration IDLE = Duration.ofMillis(500);

  /** Whoever has little due within this time, by the fleet clock, shall not find a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(10);

  /** How often, in real time, somebody with little is looked for. */
  private static final Duration BETWEEN_GLANCES = Duration.ofMillis(500);

  /** Who had little due so recently will have more of it. */
  private static final Duration RECENTLY = Duration.ofSeconds(5);

  private final Transactions tx;
  private final DueRows due;
  private final DispatchRows dispatches;
  private final ErrandRows errands;
  private final ConditionFacts conditionFacts;
  private final RecentContacts recentContacts;
  private final MoveWriter writer;
  private final SequenceBook sequences;
  private final ClientBook clients;
  private final Timetables timetables;
  private final Moments moments;
  private final FleetClock fleetClock;
  private final RealClock realClock;
  private final Ids ids;
  private final Doorbell doorbell;
  private final DispatchMetrics metrics;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile long glanceNanos = System.nanoTime() - BETWEEN_GLANCES.toNanos();
  private volatile long restsUntilNanos = System.nanoTime();
  private volatile long littleSeenNanos = System.nanoTime() - RECENTLY.toNanos();

  Dispatcher(
      Transactions tx,
      DueRows due,
      DispatchRows dispatches,
      ErrandRows errands,
      ConditionFacts conditionFacts,
      RecentContacts recentContacts,
      MoveWriter writer,
      SequenceBook sequences,
      ClientBook clients,
      Timetables timetables,
      Moments moments,
      FleetClock fleetClock,
      RealClock realClock,
      Ids ids,
      Doorbell doorbell,
      DispatchMetrics metrics) {
    this.tx = tx;
    this.due = due;
    this.dispatches = dispatches;
    this.errands = errands;
    this.conditionFacts = conditionFacts;
    this.recentContacts = recentContacts;
    this.writer = writer;
    this.sequences = sequences;
    this.clients = clients;
    this.timetables = timetables;
    this.moments = moments;
    this.fleetClock = fleetClock;
    this.realClock = realClock;
    this.ids = ids;
    this.doorbell = doorbell;
    this.metrics = metrics;
  }

  /** What a tick wrote. */
  record Ticked(int claimed, List<StepEvent> opened) {}

  /** A round of a lane's claim loop; says how long, in real time, the next one may wait. */
  Duration round(Lane lane) {
    long began = System.nanoTime();
    if (lane == Lane.BULK && restsUntilNanos - began > 0) {
      // Something became due: that is no reason to cut a whale's rest short.
      return Duration.ofNanos(restsUntilNanos - began);
    }
    int claimed = tick(lane).claimed();
    long ended = System.nanoTime();
    if (claimed >= MANY) {
      return Duration.ZERO;
    }
    if (claimed > 0) {
      Duration pause = appetite(lane).pause(Duration.ofNanos(ended - began), BUSY);
      if (lane == Lane.BULK && pause.compareTo(BUSY) > 0) {
        restsUntilNanos = ended + pause.toNanos();
      }
      return pause;
    }
    // Overdue rows that were not claimed wait for a sender or for another scheduler: no rush.
    DueRows.Next next = tx.readInBackground(due::next);
    Duration wait = IDLE;
    if (next.stepAt() != null) {
      wait = shorter(wait, fleetClock.realUntil(next.stepAt()));
    }
    if (next.lookAt() != null) {
      wait = shorter(wait, Duration.between(realClock.now(), next.lookAt()));
    }
    return wait.compareTo(BUSY) < 0 ? BUSY : wait;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Claims, decides and writes one batch of a lane, and rings for what was born. */
  Ticked tick(Lane lane) {
    Moment moment = moments.now();
    var now = new DueRows.Now(moment.now(), realClock.now());
    int thisTurn = turn.getAndIncrement();
    var ticked =
        tx.inBackground(
            () -> {
              var shares = shares(backlogs(lane, now), appetite(lane), thisTurn);
              if (shares.isEmpty()) {
                return new Ticked(0, List.of());
              }
              var claimed = due.claim(shares, now);
              return new Ticked(
                  claimed.size(), writer.write(decide(claimed, moment), moment.now()));
            });
    doorbell.ring(ticked.opened());
    return ticked;
  }

  private Appetite appetite(Lane lane) {
    boolean besideOthers =
        lane == Lane.BULK && System.nanoTime() - littleSeenNanos < RECENTLY.toNanos();
    return besideOthers ? Appetite.BESIDE_OTHERS : Appetite.ALONE;
  }

  /** The quick lane looks often: at no more of a whale than it needs to know that it is one. */
  private List<Backlog> backlogs(Lane lane, DueRows.Now now) {
    if (lane == Lane.BULK) {
      lookForLittle(now);
      var all = due.backlogs(now, Appetite.ALONE.batch(), Integer.MAX_VALUE);
      metrics.inFlight(all.stream().mapToInt(Backlog::inFlight).sum());
      return served(all, lane);
    }
    var little = served(due.backlogs(now, Lane.FEW + 1, Lane.FEW), lane);
    if (!little.isEmpty()) {
      littleSeenNanos = System.nanoTime();
    }
    return little;
  }

  private void lookForLittle(DueRows.Now now) {
    if (System.nanoTime() - glanceNanos < BETWEEN_GLANCES.toNanos()) {
      return;
    }
    glanceNanos = System.nanoTime();
    if (due.littleIsDue(Lane.FEW, now, now.fleet().plus(SOON))) {
      littleSeenNanos = glanceNanos;
    }
  }

  private static List<Backlog> served(List<Backlog> all, Lane lane) {
    return all.stream().filter(one -> one.due() > 0 && lane.serves(one.due())).toList();
  }

  private static List<Share> shares(List<Backlog> backlogs, Appetite appetite, int thisTurn) {
    int batch = appetite.batch();
    var rooms =
        backlogs.stream().map(one -> appetite.room(one.perSecond(), one.inFlight())).toList();
    var wantedUrgent = new ArrayList<Integer>();
    for (int i = 0; i < backlogs.size(); i++) {
      wantedUrgent.add(Math.min(backlogs.get(i).urgent(), rooms.get(i)));
    }
    var urgent = FairShare.divide(wantedUrgent, batch / 2, thisTurn);
    int left = batch - urgent.stream().mapToInt(Integer::intValue).sum();
    var wanted = new ArrayList<Integer>();
    for (int i = 0; i < backlogs.size(); i++) {
      wanted.add(Math.min(backlogs.get(i).normal(), rooms.get(i) - urgent.get(i)));
    }
    var normal = FairShare.divide(wanted, left, thisTurn);
    var waits = FairShare.divide(backlogs.stream().map(Backlog::waits).toList(), batch, thisTurn);
    var looks = FairShare.divide(backlogs.stream().map(Backlog::looks).toList(), batch, thisTurn);
    var shares = new ArrayList<Share>();
    for (int i = 0; i < backlogs.size(); i++) {
      var share =
          new Share(
              backlogs.get(i).client(), urgent.get(i), normal.get(i), waits.get(i), looks.get(i));
      if (!share.isEmpty()) {
        shares.add(share);
      }
    }
    return shares;
  }

  private List<Move> decide(List<Claimed> claimed, Moment moment) {
    var moves = new ArrayList<Move>();
    var watchdogs = new ArrayList<Claimed>();
    var facts = conditionFacts.of(asking(claimed));
    var recent = recentContacts.of(counted(claimed, moment.now()), moment.now());
    for (Claimed row : claimed) {
      Enrollment enrollment = row.person().enrollment();
      if (row.watchdog() && enrollment.place().openDispatch() != null) {
        watchdogs.add(row);
      } else if (enrollment.place().openDispatch() != null) {
        // Whatever wrote this row, the dispatch must be heard of first.
        moves.add(Move.of(enrollment, enrollment, new Due.WatchAt(moment.nextLook(), false)));
      } else if (!enrollment.isActive()) {
        moves.add(Move.of(enrollment, enrollment, new Due.Nothing()));
      } else {
        metrics.lag(Duration.between(row.dueAt(), moment.now()), fleetClock.rate());
        moves.add(
            unlessBroken(enrollment, moment, () -> step(row.person(), facts, recent, moment)));
      }
    }
    moves.addAll(watch(watchdogs, moment));
    return moves;
  }

  /** Those whose step is a condition: it wants to know more than others. */
  private List<Enrollment> asking(List<Claimed> claimed) {
    return claimed.stream()
        .map(row -> row.person().enrollment())
        .filter(enrollment -> enrollment.isActive() && enrollment.place().openDispatch() == null)
        .filter(this::asks)
        .toList();
  }

  private boolean asks(Enrollment enrollment) {
    try {
      return plan(enrollment)
          .step(enrollment.place().stepId())
          .filter(step -> step.kind() == StepKind.CONDITION)
          .isPresent();
    } catch (DataAccessException e) {
      throw e;
    } catch (RuntimeException _) {
      // A plan that makes no sense is told of where its step is decided.
      return false;
    }
  }

  private SequencePlan plan(Enrollment enrollment) {
    var ref = enrollment.ref();
    return sequences.plan(ref.clientId(), ref.sequenceId(), ref.version());
  }

  /** Those who may be written to and called only so often by law. */
  private List<EnrolledPerson> counted(List<Claimed> claimed, Instant now) {
    return claimed.stream()
        .map(Claimed::person)
        .filter(one -> one.enrollment().isActive())
        .filter(one -> one.enrollment().place().openDispatch() == null)
        .filter(one -> timetables.counts(one.person(), now))
        .toList();
  }

  private Move step(
      EnrolledPerson person,
      Map<EnrollmentId, Facts> facts,
      Map<ContactId, List<Instant>> recent,
      Moment moment) {
    Enrollment enrollment = person.enrollment();
    ClientId client = enrollment.ref().clientId();
    SequenceSettings settings = settings(enrollment);
    boolean on = settings.active() && clients.facts(client).active();
    if (!on) {
      // Whoever switches it on makes its steps due at once: an answer a second old costs a day. So
      // the
      // switches are kept as they are until this is written.
      due.holdSwitches(enrollment.ref());
      sequences.forget(client, enrollment.ref().sequenceId());
      clients.forget(client);
      settings = settings(enrollment);
      on = settings.active() && clients.facts(client).active();
    }
    var step =
        new DueStep(
            enrollment,
            person.person(),
            plan(enrollment),
            timetables.of(client, person.person(), settings),
            on,
            new DispatchId(ids.next()),
            recent.getOrDefault(enrollment.ref().contactId(), List.of()));
    StepDecision decision =
        StepPolicy.decide(
            step, facts.getOrDefault(enrollment.ref().id(), Facts.NONE), moment.now());
    metrics.decided(decision);
    if (decision instanceof StepDecision.Send send && send.channel() != Channel.EMAIL) {
      // Another enrollment of the same person may be in this very batch.
      var theirs = recent.get(enrollment.ref().contactId());
      if (theirs != null) {
        theirs.add(moment.now());
      }
    }
    return StepMoves.carryOut(step, decision, moment);
  }

  private List<Move> watch(List<Claimed> rows, Moment moment) {
    var open =
        rows.stream()
            .map(row -> Objects.requireNonNull(row.person().enrollment().place().openDispatch()))
            .toList();
    var watched =
        dispatches.watched(
            rows.stream().map(row -> row.person().enrollment().ref().clientId()).toList(), open);
    var waiting =
        errands.waiting(
            rows.stream().map(row -> row.person().enrollment().ref().clientId()).toList(), open);
    Instant realNow = realClock.now();
    var moves = new ArrayList<Move>();
    for (int i = 0; i < rows.size(); i++) {
      Claimed row = rows.get(i);
      Enrollment enrollment = row.person().enrollment();
      var dispatch = watched.get(open.get(i));
      var errand = waiting.get(open.get(i));
      if (dispatch == null && errand != null) {
        Moment again =
            moments.after(WatchdogPolicy.nextLookIn(Duration.between(errand.createdAt(), realNow)));
        moves.add(
            unlessBroken(
                enrollment,
                moment,
                () -> ErrandPolicy.look(parked(row.person()), errand, realNow, again)));
        continue;
      }
      if (dispatch == null) {
        // Born in the transaction that parked the enrollment on it: without a row nothing was sent.
        moves.add(
            Move.of(enrollment, enrollment.close(), new Due.Nothing())
                .then(
                    held(
                        enrollment.close(),
                        "dispatch_missing",
                        "its dispatch does not exist",
                        moment)));
        continue;
      }
      metrics.watched(dispatch.state());
      Duration age = Duration.between(dispatch.createdAt(), realNow);
      Moment look = moments.after(WatchdogPolicy.nextLookIn(age));
      moves.add(
          unlessBroken(
              enrollment,
              moment,
              () ->
                  WatchdogPolicy.look(
                      parked(row.person()), dispatch, row.inFlight(), realNow, look)));
    }
    return moves;
  }

  /** One row that cannot be decided must not hold up all the others for ever. */
  private static Move unlessBroken(Enrollment enrollment, Moment moment, Supplier<Move> decision) {
    try {
      return decision.get();
    } catch (DataAccessException e) {
      // The transaction is gone, and with it the batch; it is tried again.
      throw e;
    } catch (RuntimeException e) {
      log.error("Enrollment {} cannot be decided", enrollment.ref().id(), e);
      return held(enrollment, "internal_fault", "it cannot be decided, see the log", moment);
    }
  }

  private static Move held(Enrollment enrollment, String code, String why, Moment moment) {
    // What may still be sent stays open, or resuming would send it twice.
    boolean parked = enrollment.place().openDispatch() != null;
    return Move.of(
        enrollment,
        enrollment.pause(code, true),
        parked ? new Due.WatchAt(moment.nextLook(), false) : new Due.Nothing(),
        new LogLine(
            enrollment.place().stepId(),
            enrollment.place().openDispatch(),
            "held",
            code,
            "Held for a person: " + why,
            null,
            moment.now()));
  }

  /** An enrollment with what its course is decided by. */
  Parked parked(EnrolledPerson person) {
    Enrollment enrollment = person.enrollment();
    var ref = enrollment.ref();
    return new Parked(
        enrollment,
        sequences.plan(ref.clientId(), ref.sequenceId(), ref.version()),
        timetables.of(ref.clientId(), person.person(), settings(enrollment)));
  }

  private SequenceSettings settings(Enrollment enrollment) {
    // A foreign key stands behind it.
    return sequences
        .settings(enrollment.ref().clientId(), enrollment.ref().sequenceId())
        .orElseThrow();
  }
}
