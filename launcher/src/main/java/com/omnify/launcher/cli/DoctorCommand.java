package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.FleetLock;
import com.omnify.launcher.fleet.FleetSettings;
import com.omnify.launcher.fleet.Member;
import com.omnify.launcher.process.Ports;
import com.omnify.launcher.process.Rights;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Checks whether this machine can run the fleet, and says how to fix what is missing.",
    footer = {"", "Exit code 1 when something would keep the fleet from running."})
final class DoctorCommand implements Callable<Integer> {

  private static final long NEEDED_MEMORY = 3L << 30;
  private static final long NEEDED_DISK = 3L << 30;
  private static final int NEEDED_NODE = 20;
  private static final Pattern NUMBER = Pattern.compile("(\\d+)");

  @Mixin private FleetOptions fleet = new FleetOptions();

  private enum Grade {
    OK,
    HINT,
    BAD
  }

  private record Finding(Grade grade, String subject, String fact, String fix) {
    static Finding ok(String subject, String fact) {
      return new Finding(Grade.OK, subject, fact, "");
    }

    static Finding when(boolean fine, Grade otherwise, String subject, String fact, String fix) {
      return new Finding(fine ? Grade.OK : otherwise, subject, fact, fine ? "" : fix);
    }
  }

  @Override
  public Integer call() throws Exception {
    var settings = fleet.settings(true);
    var findings = new ArrayList<Finding>();
    findings.add(jdk());
    findings.add(maven());
    findings.add(node());
    findings.add(memory());
    findings.add(disk(settings.data().root()));
    findings.add(writable(settings.data().root()));
    findings.add(deathSignal());
    findings.add(rights(settings.data().root()));
    findings.add(platform());
    findings.addAll(ports(settings));

    var out = fleet.commandLine().getOut();
    for (var finding : findings) {
      var mark =
          switch (finding.grade()) {
            case OK -> "ok  ";
            case HINT -> "hint";
            case BAD -> "BAD ";
          };
      out.println("%s  %-20s %s".formatted(mark, finding.subject(), finding.fact()));
      if (!finding.fix().isEmpty()) {
        out.println("      %-20s -> %s".formatted("", finding.fix()));
      }
    }
    long bad = findings.stream().filter(finding -> finding.grade() == Grade.BAD).count();
    out.println();
    out.println(bad == 0 ? "The fleet can run here." : bad + " of these must be fixed first.");
    return bad == 0 ? 0 : 1;
  }

  private static Finding jdk() {
    int version = Runtime.version().feature();
    return Finding.when(
        version >= 25,
        Grade.BAD,
        "JDK",
        version + " in " + System.getProperty("java.home"),
        "install JDK 25 (https://adoptium.net) or set JAVA_HOME");
  }

  private static Finding maven() {
    var version = output(System.getProperty("omnify.maven", "mvn"), "-v");
    return version
        .map(
            text ->
                Finding.ok(
                    "Maven",
                    text.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}\\[[0-9;]*m", "")))
        .orElseGet(
            () ->
                new Finding(
                    Grade.HINT,
                    "Maven",
                    "not found",
                    "needed to build: apt install maven, brew install maven, or https://maven.apache.org"));
  }

  private static Finding node() {
    var node = output("node", "--version");
    var npm = output("npm", "--version");
    if (node.isEmpty() || npm.isEmpty()) {
      return new Finding(
          Grade.HINT,
          "Node and npm",
          "not found",
          "needed to build the console's pages: install Node " + NEEDED_NODE + " or newer");
    }
    var matcher = NUMBER.matcher(node.get());
    int major = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    return Finding.when(
        major >= NEEDED_NODE,
        Grade.HINT,
        "Node and npm",
        node.get().strip() + ", npm " + npm.get().strip(),
        "the console's pages are built with Node " + NEEDED_NODE + " or newer");
  }

  private static Finding memory() {
    long free = availableMemory();
    return Finding.when(
        free >= NEEDED_MEMORY,
        Grade.HINT,
        "Memory",
        gibibytes(free) + " available",
        "the fleet takes about 2.5 GiB: close other programs");
  }

  private static long availableMemory() {
    try {
      var text = Files.readString(Path.of("/proc/meminfo"));
      var matcher = Pattern.compile("MemAvailable:\\s+(\\d+) kB").matcher(text);
      if (matcher.find()) {
        return Long.parseLong(matcher.group(1)) * 1024;
      }
    } catch (IOException e) {
      // not Linux: what the JVM knows
    }
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system == null ? 0 : system.getTotalMemorySize();
  }

  private static Finding disk(Path data) {
    try {
      FileStore store = Files.getFileStore(existing(data));
      long free = store.getUsableSpace();
      return Finding.when(
          free >= NEEDED_DISK,
          Grade.HINT,
          "Disk",
          gibibytes(free) + " free for " + data,
          "make room, or choose another place with --data");
    } catch (IOException e) {
      return new Finding(
          Grade.HINT, "Disk", "cannot be asked: " + e.getMessage(), "look at " + data);
    }
  }

  private static Finding writable(Path data) {
    var nearest = existing(data);
    return Finding.when(
        Files.isDirectory(nearest) && Files.isWritable(nearest),
        Grade.BAD,
        "Data directory",
        data.toString(),
        nearest + " is not writable: choose another place with --data");
  }

  private static Finding deathSignal() {
    return Finding.when(
        Rights.hasParentDeathSignal(),
        Grade.HINT,
        "setpriv",
        Rights.hasParentDeathSignal() ? "there: children die with the launcher" : "not found",
        "a watching shell does it instead, a second later; on Linux install util-linux");
  }

  private static Finding rights(Path data) {
    if (!Rights.isRoot()) {
      return Finding.ok("User", System.getProperty("user.name"));
    }
    try {
      var rights = Rights.unprivileged(List.of(existing(data)));
      return Finding.ok(
          "User",
          rights instanceof Rights.Nobody
              ? "root; PostgreSQL runs as user " + Rights.NOBODY
              : "root; PostgreSQL runs in a user namespace");
    } catch (IllegalStateException e) {
      return new Finding(Grade.BAD, "User", "root", String.valueOf(e.getMessage()));
    }
  }

  private static Finding platform() {
    var name = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    boolean served = name.matches("(Linux (amd64|aarch64))|(Mac OS X aarch64)");
    return Finding.when(
        served,
        Grade.BAD,
        "Platform",
        name,
        "there is no embedded PostgreSQL for it: use OMNIFY_EXTERNAL_DB_URL (docker-compose.yml has one)");
  }

  private static List<Finding> ports(FleetSettings settings) throws IOException {
    if (FleetLock.isHeld(settings.data().lock())) {
      return List.of(Finding.ok("Ports", "the fleet is running"));
    }
    var taken = new ArrayList<Finding>();
    for (var member : Member.values()) {
      int port = settings.ports().of(member);
      if (!Ports.isFree(port)) {
        taken.add(
            new Finding(
                Grade.BAD,
                "Port " + port,
                "taken; " + member.title() + " wants it",
                "choose others with --port-offset N or --ports " + member.title() + "=PORT"));
      }
    }
    return taken.isEmpty()
        ? List.of(Finding.ok("Ports", "all " + Member.values().length + " free"))
        : taken;
  }

  private static Path existing(Path path) {
    @Nullable Path at = path.toAbsolutePath();
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at == null ? Path.of("/") : at;
  }

  private static Optional<String> output(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(text)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static String gibibytes(long bytes) {
    return "%.1f GiB".formatted(bytes / (double) (1L << 30));
  }
}
