package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.Member;
import com.omnify.launcher.process.Logs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Prints what the processes have written.")
final class LogsCommand implements Callable<Integer> {

  @Mixin private DataOption data = new DataOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "PROCESS",
      description =
          "postgresql, kafka, provider-sandbox, scheduler, channels, events, memory, healer, learning,"
              + " console, or omnify for the launcher itself (default: all).")
  private @Nullable String process;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on printing what is written.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "How many lines of each to begin with (default: 200 of one, 10 of all).")
  private @Nullable Integer lines;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    var files = files();
    if (files.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("omnify: nothing has been logged in " + data.data().logs());
      return 1;
    }
    boolean one = files.size() == 1;
    int first = lines != null ? lines : one ? 200 : 10;
    var positions = new HashMap<Path, Long>();
    for (var file : files) {
      positions.put(file, Files.size(file));
      Logs.tail(file, first).forEach(line -> print(out, one, file, line));
    }
    while (follow) {
      TimeUnit.MILLISECONDS.sleep(250);
      for (var file : files) {
        positions.put(file, printFrom(out, one, file, positions.getOrDefault(file, 0L)));
      }
      if (out.checkError()) {
        return 0;
      }
    }
    return 0;
  }

  private List<Path> files() throws IOException {
    if (process != null) {
      var name = Member.named(process).map(Member::title).orElse(process);
      var file = data.data().log(name);
      if (!name.matches("[a-z-]+") || !Files.exists(file)) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "There is no log of '" + process + "' in " + data.data().logs());
      }
      return List.of(file);
    }
    var files = new ArrayList<Path>();
    if (Files.isDirectory(data.data().logs())) {
      try (var all = Files.list(data.data().logs())) {
        all.filter(file -> file.toString().endsWith(".log")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static long printFrom(PrintWriter out, boolean one, Path file, long from)
      throws IOException {
    try (var reading = new RandomAccessFile(file.toFile(), "r")) {
      long length = reading.length();
      long start = length < from ? 0 : from;
      var bytes = new byte[(int) Math.min(length - start, 1 << 20)];
      reading.seek(start);
      reading.readFully(bytes);
      var text = new String(bytes, StandardCharsets.UTF_8);
      int end = text.lastIndexOf('\n') + 1;
      text.substring(0, end).lines().forEach(line -> print(out, one, file, line));
      return start + text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
    }
  }

  private static void print(PrintWriter out, boolean one, Path file, String line) {
    var name = file.getFileName().toString().replaceAll("\\.log$", "");
    out.println(one ? line : "%-18s %s".formatted(name, line));
  }
}
