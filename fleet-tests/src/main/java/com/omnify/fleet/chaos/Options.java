package com.omnify.fleet.chaos;

import com.omnify.fleet.chaos.policy.Channel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to run.
 *
 * @param dispatches at least so many, over all kinds
 * @param seed of every choice that the harness makes
 * @param kinds of faults, in the order of {@link FaultKind}
 * @param channels that the load goes by, SMS among them
 * @param bugs plant bugs and look for them, instead
 * @param report where the reports are written to
 * @param offset added to every default port of the fleet
 * @param keep leave the fleet's data and logs behind even when all is well
 */
record Options(
    int dispatches,
    long seed,
    List<FaultKind> kinds,
    Set<Channel> channels,
    boolean bugs,
    Path report,
    int offset,
    boolean keep) {

  static final int SHORT = 100_000;
  static final int LONG = 1_000_000;

  Options {
    kinds = List.copyOf(kinds);
    channels = Set.copyOf(channels);
    if (dispatches < kinds.size() * Load.steps(Channel.SMS)) {
      throw new IllegalArgumentException(
          "--dispatches: at least " + Load.steps(Channel.SMS) + " for each kind of fault");
    }
    if (!channels.contains(Channel.SMS)) {
      throw new IllegalArgumentException(
          "--channels: sms must be among them, the points of most kills are reached by it");
    }
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException in words, for what cannot be
   */
  static Options read(List<String> arguments) {
    int dispatches = 0;
    boolean isShort = false;
    long seed = System.nanoTime() & 0xffff_ffffL;
    var kinds = new TreeSet<FaultKind>();
    var channels = EnumSet.noneOf(Channel.class);
    boolean bugs = false;
    Path report = Path.of("target", "chaos");
    int offset = 10_000;
    boolean keep = false;
    var rest = new ArrayList<>(arguments);
    while (!rest.isEmpty()) {
      String option = rest.removeFirst();
      switch (option) {
        case "--short" -> isShort = true;
        case "--bugs" -> bugs = true;
        case "--keep" -> keep = true;
        case "--dispatches" -> dispatches = Integer.parseInt(rest.removeFirst());
        case "--seed" -> seed = Long.parseLong(rest.removeFirst());
        case "--report" -> report = Path.of(rest.removeFirst());
        case "--port-offset" -> offset = Integer.parseInt(rest.removeFirst());
        case "--only" ->
            Set.of(rest.removeFirst().split(",")).forEach(title -> kinds.add(kind(title)));
        case "--channels" ->
            List.of(rest.removeFirst().split(",")).forEach(title -> channels.add(channel(title)));
        default -> throw new IllegalArgumentException("what is " + option + "?");
      }
    }
    if (dispatches == 0) {
      dispatches = isShort ? SHORT : LONG;
    }
    return new Options(
        dispatches,
        seed,
        kinds.isEmpty() ? List.of(FaultKind.values()) : List.copyOf(kinds),
        channels.isEmpty() ? EnumSet.allOf(Channel.class) : channels,
        bugs,
        report,
        offset,
        keep);
  }

  private static Channel channel(String title) {
    return Channel.named(title)
        .orElseThrow(() -> new IllegalArgumentException("no channel is called " + title));
  }

  private static FaultKind kind(String title) {
    return FaultKind.named(title)
        .orElseThrow(() -> new IllegalArgumentException("no kind of fault is called " + title));
  }
}
