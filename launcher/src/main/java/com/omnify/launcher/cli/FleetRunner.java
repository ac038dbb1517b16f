package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.ClassPaths;
import com.omnify.launcher.fleet.FleetLock;
import com.omnify.launcher.fleet.FleetSettings;
import com.omnify.launcher.fleet.FleetState;
import com.omnify.launcher.fleet.Member;
import com.omnify.launcher.fleet.Secrets;
import com.omnify.launcher.fleet.Supervisor;
import com.omnify.launcher.process.Logs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a fleet in this process, or in one of its own that outlives this command. */
final class FleetRunner {

  static final int FAILED = 1;
  static final int ALREADY_RUNNING = 2;

  /** What a command adds to a running fleet. */
  interface Extra {
    /** Once it is ready. Answers with lines for the person at the terminal. */
    List<String> whenReady(FleetState fleet, Secrets secrets)
        throws IOException, InterruptedException;

    /** First of all when it is to stop. */
    void beforeStop(FleetState fleet, Secrets secrets) throws IOException, InterruptedException;
  }

  /** Nothing more. */
  static final Extra NOTHING =
      new Extra() {
        @Override
        public List<String> whenReady(FleetState fleet, Secrets secrets) {
          return List.of();
        }

        @Override
        public void beforeStop(FleetState fleet, Secrets secrets) {}
      };

  private final FleetSettings settings;
  private final PrintWriter out;
  private final PrintWriter err;
  private boolean complaining;

  FleetRunner(FleetSettings settings, PrintWriter out, PrintWriter err) {
    this.settings = settings;
    this.out = out;
    this.err = err;
  }

  /** Starts, announces, and stays until somebody stops it. */
  int runHere(Extra extra) throws IOException, InterruptedException {
    settings.data().create();
    var lock = FleetLock.tryTake(settings.data().lock());
    if (lock.isEmpty()) {
      return alreadyRunning();
    }
    try (var _ = lock.get()) {
      Files.deleteIfExists(settings.data().state());
      Files.deleteIfExists(announcement());
      var taken = Supervisor.membersWithTakenPorts(settings);
      if (!taken.isEmpty()) {
        err.println(
            "omnify: these ports are taken: "
                + taken.stream()
                    .map(member -> settings.ports().of(member) + " (" + member.title() + ")")
                    .collect(Collectors.joining(", "))
                + ". Choose others, for example with --port-offset 1000");
        return FAILED;
      }
      var secrets = Secrets.load(settings.data().secrets(), System.getenv());
      var supervisor = new Supervisor(settings, secrets, classPaths(), err::println);
      Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop, "stop"));
      try {
        supervisor.start();
      } catch (IOException e) {
        err.println("omnify: " + Problems.describe(e));
        return FAILED;
      }
      supervisor.beforeStop(() -> beforeStop(supervisor.state(), secrets, extra));
      announce(supervisor.state(), secrets, extra);
      supervisor.awaitStop();
      return 0;
    }
  }

  private void beforeStop(FleetState fleet, Secrets secrets, Extra extra) {
    try {
      extra.beforeStop(fleet, secrets);
    } catch (IOException | RuntimeException e) {
      err.println("omnify: " + Problems.describe(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void announce(FleetState fleet, Secrets secrets, Extra extra)
      throws IOException, InterruptedException {
    var lines = new ArrayList<>(banner(fleet, secrets));
    try {
      lines.addAll(extra.whenReady(fleet, secrets));
    } catch (IOException | RuntimeException e) {
      lines.add("  ! " + Problems.describe(e));
    }
    lines.add("");
    Secrets.writePrivately(announcement(), String.join("\n", lines));
    lines.forEach(out::println);
    out.flush();
  }

  private List<String> banner(FleetState fleet, Secrets secrets) {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add("Omnify Sequencer is running (started in %.1f s)".formatted(fleet.startSeconds()));
    lines.add("");
    lines.add("  Console       " + fleet.url());
    lines.add("  Sign in       " + secrets.adminEmail() + "  " + secrets.adminPassword());
    lines.add("  Platform key  " + secrets.bootstrapKey() + "  (header X-API-Key)");
    lines.add("  API           " + fleet.url() + "/api/v1/openapi.json");
    if (fleet.sandboxUrl() != null) {
      lines.add(
          "  Sandbox       "
              + fleet.sandboxUrl()
              + "  (simulated providers and their ledger; SMTP on port "
              + settings.ports().smtp()
              + ", IMAP on "
              + settings.ports().imap()
              + ")");
    }
    lines.add("  Data          " + settings.data().root());
    lines.add("  Stop          ./omnify down");
    return lines;
  }

  private Path announcement() {
    return settings.data().root().resolve("announcement.txt");
  }

  private java.util.Map<String, String> classPaths() throws IOException {
    var modules =
        Arrays.stream(Member.values())
            .map(Member::module)
            .filter(module -> !module.isEmpty())
            .distinct()
            .toList();
    return new ClassPaths(settings.project()).gather(modules);
  }

  private int alreadyRunning() {
    err.println(
        FleetState.read(settings.data().state())
            .map(
                fleet ->
                    "omnify: the fleet is already running: %s (pid %d). ./omnify status tells more, ./omnify down stops it."
                        .formatted(fleet.url(), fleet.pid()))
            .orElse("omnify: the fleet is already running in " + settings.data().root()));
    return ALREADY_RUNNING;
  }

  /** Starts the same command as a process of its own and waits until it has announced itself. */
  int runInBackground(List<String> arguments) throws IOException, InterruptedException {
    settings.data().create();
    if (FleetLock.isHeld(settings.data().lock())) {
      return alreadyRunning();
    }
    Files.deleteIfExists(announcement());
    var log = settings.data().log("omnify");
    Logs.rotate(log);
    long before = Files.exists(log) ? Files.size(log) : 0;
    var process = background(arguments, log);
    long shown = before;
    while (!Files.exists(announcement())) {
      boolean alive = process.isAlive();
      shown = copyProgress(log, shown);
      if (!alive) {
        return process.exitValue() == 0 ? FAILED : process.exitValue();
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    copyProgress(log, shown);
    err.flush();
    out.println(Files.readString(announcement()));
    out.flush();
    return 0;
  }

  private static Process background(List<String> arguments, Path log) throws IOException {
    var command = new ArrayList<String>();
    @Nullable Path setsid = onPath("setsid");
    if (setsid != null) {
      // apart from this terminal's process group: its Ctrl-C and hang-up are not for the fleet
      command.add(setsid.toString());
    } else {
      command.add("nohup");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "com.omnify.launcher.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static @Nullable Path onPath(String program) {
    for (var directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      var candidate = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private long copyProgress(Path log, long from) throws IOException {
    if (!Files.exists(log)) {
      return from;
    }
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      if (file.length() <= from) {
        return from;
      }
      file.seek(from);
      var bytes = new byte[(int) Math.min(file.length() - from, 1 << 16)];
      file.readFully(bytes);
      var text = new String(bytes, StandardCharsets.UTF_8);
      var whole = text.substring(0, text.lastIndexOf('\n') + 1);
      whole.lines().forEach(this::passOn);
      return from + whole.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /** Progress, and everything from the first complaint on; the announcement has its own file. */
  private void passOn(String line) {
    complaining |= line.startsWith("omnify:");
    if (complaining || line.matches("\\s*\\d+\\.\\d s  .*")) {
      err.println(line);
    }
  }
}
