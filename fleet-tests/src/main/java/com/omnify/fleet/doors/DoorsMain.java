package com.omnify.fleet.doors;

import com.omnify.fleet.Fleet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code ./omnify doors}: starts a fleet of its own and measures both ways in. */
public final class DoorsMain {

  private static final int BROKEN = 1;
  private static final int WRONG_USAGE = 2;

  private DoorsMain() {}

  /**
   * What is to be tried.
   *
   * @param rows of the file; 0: no file
   * @param leads that are posted; 0: none
   * @param perSecond how many of them in a second
   */
  private record Options(int rows, int leads, int perSecond, int offset) {

    static Options read(List<String> arguments) {
      int rows = 1_000_000;
      int leads = 3_000;
      int perSecond = 50;
      int offset = 16_500;
      var left = new ArrayDeque<>(arguments);
      while (!left.isEmpty()) {
        String option = left.poll();
        String value = left.poll();
        if (value == null) {
          throw new IllegalArgumentException(option + " needs a number");
        }
        switch (option) {
          case "--rows" -> rows = Integer.parseInt(value);
          case "--leads" -> leads = Integer.parseInt(value);
          case "--per-second" -> perSecond = Integer.parseInt(value);
          case "--port-offset" -> offset = Integer.parseInt(value);
          default -> throw new IllegalArgumentException("no option " + option);
        }
      }
      return new Options(rows, leads, perSecond, offset);
    }
  }

  /** Ends with 0 when everything holds, 1 when something does not, 2 for wrong usage. */
  public static void main(String[] arguments) throws Exception {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    try {
      options = Options.read(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(
          "omnify: " + e.getMessage() + " (--rows, --leads, --per-second, --port-offset)");
      System.exit(WRONG_USAGE);
      return;
    }
    System.exit(run(options, out) ? 0 : BROKEN);
  }

  private static boolean run(Options options, PrintStream out) throws Exception {
    Fleet fleet = Fleet.start(options.offset());
    fleet.openAllHours();
    var closed = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (closed.compareAndSet(false, true)) {
                    fleet.close();
                  }
                }));
    boolean passed = true;
    try {
      if (options.leads() > 0) {
        passed = new LeadTrial(fleet, out).run(options.leads(), options.perSecond());
      }
      if (options.rows() > 0) {
        passed &= new CsvTrial(fleet, out).run(options.rows());
      }
      return passed;
    } finally {
      if (closed.compareAndSet(false, true)) {
        fleet.close();
      }
      if (passed) {
        delete(fleet.files().root());
      } else {
        out.println("Data and logs of the fleet: " + fleet.files().root());
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (var paths = Files.walk(tree)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
