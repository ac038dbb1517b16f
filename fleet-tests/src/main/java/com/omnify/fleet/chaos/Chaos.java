package com.omnify.fleet.chaos;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.chaos.policy.Evidence;
import com.omnify.fleet.chaos.policy.Evidence.DispatchRow;
import com.omnify.fleet.chaos.policy.Verdict;
import com.omnify.launcher.fleet.FleetState.MemberState;
import com.omnify.launcher.verify.Verification;
import com.omnify.launcher.verify.policy.Check;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** One run: all kinds of faults one after the other, then rest, then judgement. */
final class Chaos {

  /** Fleet seconds in a real second: the minutes after which a failure is healed become seconds. */
  private static final int RATE = 60;

  private static final Duration REST = Duration.ofMinutes(10);
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final int GATHERERS = 3;

  private final Fleet fleet;
  private final Options options;
  private final Consumer<String> say;
  private final Rows rows;
  private final Breaker breaker;
  private final Repeater repeater;
  private final long start = System.nanoTime();
  private final Instant startedAt = Instant.now();

  Chaos(Fleet fleet, Options options, Consumer<String> say) {
    this.fleet = fleet;
    this.options = options;
    this.say = say;
    this.rows = new Rows(fleet);
    this.breaker = new Breaker(fleet, rows);
    this.repeater = new Repeater(fleet.state().kafka());
  }

  private record Ran(FaultKind kind, Crowd crowd, double seconds) {}

  /** Breaks the fleet and tells what became of it. */
  Report run(String command) throws IOException, SQLException, InterruptedException {
    ready();
    Map<FaultKind, Crowd> crowds = gather();
    var ran = new ArrayList<Ran>();
    var trouble = new ArrayList<String>();
    var phases = new Phases(breaker, repeater, rows, new Random(options.seed()));
    for (FaultKind kind : options.kinds()) {
      long began = System.nanoTime();
      say.accept("%s: %s".formatted(kind.title(), kind.words()));
      Crowd crowd = crowds.get(kind);
      if (crowd == null) {
        throw new IllegalStateException("nobody for " + kind);
      }
      try {
        phases.run(kind, crowd);
      } catch (IllegalStateException e) {
        trouble.add(kind.title() + ": " + e.getMessage());
        say.accept(trouble.getLast());
        crowd.pushRest();
        breaker.script(List.of());
        breaker.awaitAllUp();
      }
      ran.add(new Ran(kind, crowd, secondsSince(began)));
    }
    breaker.script(List.of());
    breaker.provider(Map.of());
    say.accept("waiting until everything has come to its end");
    var all = ran.stream().map(Ran::crowd).toList();
    all.forEach(Crowd::awaitAnswers);
    new Rest(rows).await(all, REST);
    say.accept("judging");
    Report report = judge(command, ran, trouble);
    all.forEach(Crowd::close);
    rows.close();
    return report;
  }

  /** Plants bugs one after the other and tells which were found. */
  Report bugs(String command) {
    ready();
    var bugs = new Bugs(fleet, breaker, repeater, rows, say).run();
    rows.close();
    return new Report(
        command,
        options.seed(),
        startedAt,
        secondsSince(start),
        List.of(),
        List.of(),
        repeater.repeated(),
        List.of(),
        List.of(),
        bugs,
        List.of());
  }

  private void ready() {
    fleet.rate(RATE);
    fleet.sandbox().put("/sandbox/personas/default", Map.of("persona", "silent"));
    // a call of some fleet seconds, whatever is said
    fleet.sandbox().put("/sandbox/vapi/personas/default", Map.of("persona", "hangs_up"));
    breaker.awaitAllUp();
  }

  private Map<FaultKind, Crowd> gather() {
    Load load =
        Load.of(Math.ceilDiv(options.dispatches(), options.kinds().size()), options.channels());
    say.accept(
        "gathering %d people for each of %d kinds of fault, %d messages in all"
            .formatted(
                load.people().values().stream().mapToInt(Integer::intValue).sum(),
                options.kinds().size(),
                load.messages() * options.kinds().size()));
    var gathered = new LinkedHashMap<FaultKind, CompletableFuture<Crowd>>();
    var crowds = new LinkedHashMap<FaultKind, Crowd>();
    try (var threads = Executors.newFixedThreadPool(GATHERERS)) {
      for (FaultKind kind : options.kinds()) {
        gathered.put(
            kind,
            CompletableFuture.supplyAsync(
                () -> Crowd.gather(fleet, "Chaos " + kind.title(), kind.ordinal(), load), threads));
      }
      gathered.forEach((kind, crowd) -> crowds.put(kind, crowd.join()));
    }
    return crowds;
  }

  private Report judge(String command, List<Ran> ran, List<String> trouble)
      throws IOException, SQLException, InterruptedException {
    Book book = Book.read(fleet.sandboxUrl());
    var kinds = new ArrayList<Report.Kind>();
    for (Ran one : ran) {
      kinds.add(kind(one, book));
    }
    long strangers = book.acceptedOfOthers(ran.stream().map(r -> r.crowd().clientId()).toList());
    if (strangers > 0) {
      trouble.add(strangers + " messages in the ledger are nobody's");
    }
    List<Check> checks =
        new Verification(fleet.sandboxUrl(), fleet.databaseAddress(), fleet.state().kafka())
            .run(SETTLE, Duration.ofSeconds(60))
            .checks();
    return new Report(
        command,
        options.seed(),
        startedAt,
        secondsSince(start),
        kinds,
        breaker.blows(),
        repeater.repeated(),
        unexpectedRestarts(),
        checks,
        List.of(),
        trouble);
  }

  private Report.Kind kind(Ran one, Book book) {
    Book.Page page = book.page(one.crowd().clientId());
    return new Report.Kind(
        one.kind(),
        one.seconds(),
        one.crowd().people(),
        page.posts(),
        page.faults(),
        Findings.about(one.crowd(), rows, book).stream().map(Chaos::part).toList());
  }

  private static Report.Part part(Evidence evidence) {
    return new Report.Part(
        evidence.channel(),
        evidence.dispatches().size(),
        evidence.accepts().size(),
        evidence.dispatches().stream().filter(DispatchRow::wasUnknown).count(),
        Verdict.resolved(evidence),
        Verdict.on(evidence));
  }

  /** A member that dies without having been killed is a finding, whatever the figures say. */
  private List<String> unexpectedRestarts() {
    var unexpected = new ArrayList<String>();
    for (MemberState member : fleet.state().members()) {
      long killed = breaker.kills(member.name());
      if (member.restarts() > killed) {
        unexpected.add(
            "%s was started again %d times and killed %d times"
                .formatted(member.name(), member.restarts(), killed));
      }
    }
    return unexpected;
  }

  private static double secondsSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis() / 1000.0;
  }
}
