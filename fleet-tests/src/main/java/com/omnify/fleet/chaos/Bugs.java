package com.omnify.fleet.chaos;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.chaos.policy.Verdict;
import com.omnify.fleet.plant.Plant;
import com.omnify.fleet.plant.PlantAgent;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Plants one bug after the other in the running fleet, does what brings it to light, and looks
 * whether the judgement says so. A judgement that finds nothing in a broken fleet is worth nothing
 * on a sound one. The same is done first with no bug at all, and must find nothing.
 */
final class Bugs {

  private static final int PEOPLE = 30;
  private static final int UNANSWERED = 12;

  /** What a planted bug leaves behind may never come to its end. */
  private static final Duration WITH_BUG = Duration.ofSeconds(40);

  private static final Duration WITHOUT_BUG = Duration.ofMinutes(4);
  private static final int EXAMPLES = 3;

  private final Fleet fleet;
  private final Breaker breaker;
  private final Repeater repeater;
  private final Rows rows;
  private final Consumer<String> say;

  Bugs(Fleet fleet, Breaker breaker, Repeater repeater, Rows rows, Consumer<String> say) {
    this.fleet = fleet;
    this.breaker = breaker;
    this.repeater = repeater;
    this.rows = rows;
    this.say = say;
  }

  List<Report.Bug> run() {
    var found = new ArrayList<Report.Bug>();
    found.add(control());
    for (Plant plant : Plant.values()) {
      found.add(planted(plant));
    }
    return found;
  }

  private Report.Bug control() {
    long start = System.nanoTime();
    say.accept("no bug: everything that is to bring one to light, on a sound fleet");
    var crowds = new ArrayList<Crowd>();
    var verdicts = new ArrayList<Verdict>();
    for (Plant plant : Plant.values()) {
      Crowd crowd = Crowd.gather(fleet, "No " + plant.title(), crowds.size(), PEOPLE);
      crowds.add(crowd);
      provoke(plant, crowd);
    }
    new Rest(rows).await(crowds, WITHOUT_BUG);
    Book book = Book.read(fleet.sandboxUrl());
    crowds.forEach(crowd -> verdicts.add(verdict(crowd, book)));
    crowds.forEach(Crowd::close);
    boolean clean = verdicts.stream().allMatch(Verdict::isClean);
    return told("none", "as it is", false, !clean, verdicts, start);
  }

  /** These crowds are reached by SMS alone. */
  private Verdict verdict(Crowd crowd, Book book) {
    return Verdict.on(Findings.about(crowd, rows, book).getFirst());
  }

  private Report.Bug planted(Plant plant) {
    long start = System.nanoTime();
    say.accept(plant.title() + ": " + plant.words());
    Path marks = fleet.files().root().resolve("planted-" + plant.title());
    Path flags = fleet.files().jvmFlags(plant.member());
    try {
      Files.createDirectories(flags.getParent());
      Files.writeString(flags, "-javaagent:" + agent() + "=" + plant.title() + "," + marks + "\n");
      breaker.restart(plant.member());
      requireApplied(plant, marks);
      try (Crowd crowd =
          Crowd.gather(fleet, "With " + plant.title(), 10 + plant.ordinal(), PEOPLE)) {
        provoke(plant, crowd);
        new Rest(rows).await(List.of(crowd), WITH_BUG);
        Verdict verdict = verdict(crowd, Book.read(fleet.sandboxUrl()));
        boolean found =
            switch (plant.shows()) {
              case DUPLICATES -> !verdict.duplicates().isEmpty();
              case MISCOUNTED -> !verdict.miscounted().isEmpty();
            };
        return told(plant.title(), plant.words(), true, found, List.of(verdict), start);
      }
    } catch (IOException e) {
      throw new IllegalStateException(plant.title() + " cannot be planted", e);
    } finally {
      uproot(plant, flags);
    }
  }

  private void uproot(Plant plant, Path flags) {
    try {
      Files.deleteIfExists(flags);
    } catch (IOException e) {
      throw new IllegalStateException(plant.title() + " cannot be taken out again", e);
    }
    breaker.restart(plant.member());
  }

  /** A bug that is not there is not found either, and that would prove nothing. */
  private static void requireApplied(Plant plant, Path marks) throws IOException {
    List<String> made = Files.exists(marks) ? Files.readAllLines(marks) : List.of();
    List<String> missing =
        plant.edits().stream().map(PlantAgent::mark).filter(mark -> !made.contains(mark)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "%s was not planted whole, the code has changed: %s".formatted(plant.title(), missing));
    }
  }

  /** Does what the bug makes mistakes at. */
  private void provoke(Plant plant, Crowd crowd) {
    switch (plant) {
      case SDK_RETRIES, READY_AFTER_UNKNOWN -> {
        breaker.provider(Map.of("callback_lose", 1.0));
        breaker.script(Collections.nCopies(UNANSWERED, "accept_then_500"));
        crowd.pushRest();
        crowd.awaitAnswers();
        Breaker.until(
            Duration.ofSeconds(30), Duration.ofMillis(100), () -> breaker.scripted() == 0);
      }
      case NO_FENCE -> repeating("steps.sms", crowd);
      case NO_INBOX -> repeating("deliveries", crowd);
    }
  }

  private void repeating(String topic, Crowd crowd) {
    breaker.provider(Map.of("callback_lose", 1.0));
    try (var said = repeater.from(List.of(topic))) {
      crowd.pushRest();
      crowd.awaitAnswers();
      new Rest(rows).await(List.of(crowd), WITH_BUG);
      said.sayAgain();
      new Rest(rows).await(List.of(crowd), WITH_BUG);
    }
  }

  private static Report.Bug told(
      String name,
      String words,
      boolean planted,
      boolean found,
      List<Verdict> verdicts,
      long start) {
    var examples = new ArrayList<String>();
    for (Verdict verdict : verdicts) {
      for (var findings :
          List.of(
              verdict.duplicates(), verdict.lost(), verdict.miscounted(), verdict.quarantined())) {
        findings.stream().limit(1).forEach(examples::add);
      }
    }
    return new Report.Bug(
        name,
        words,
        planted,
        found,
        verdicts.stream().mapToLong(verdict -> verdict.duplicates().size()).sum(),
        verdicts.stream().mapToLong(verdict -> verdict.lost().size()).sum(),
        verdicts.stream().mapToLong(verdict -> verdict.miscounted().size()).sum(),
        examples.stream().limit(EXAMPLES).toList(),
        Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0);
  }

  /** The jar that this class came from. */
  private static Path agent() {
    try {
      return Path.of(PlantAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
