package com.omnify.bench.workload;

import com.omnify.bench.ground.CpuTime;
import com.omnify.bench.ground.Ground;
import com.omnify.bench.peer.ControlRow;
import com.omnify.bench.peer.DbSchedulerNoOp;
import com.omnify.bench.peer.PeerMain;
import com.omnify.bench.provider.LoopbackProvider;
import com.omnify.bench.provider.LoopbackProvider.Received;
import com.omnify.bench.report.Measurement;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Rights;
import com.omnify.migrations.Migrations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** A peer in a process of its own, on the same server. */
public final class PeerWorkload implements Workload {

  private final String name;
  private final boolean posts;
  private final Ground ground;
  private final LoopbackProvider provider;
  private final Connection db;
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private PeerWorkload(
      String name, boolean posts, Ground ground, LoopbackProvider provider, String database)
      throws SQLException, IOException {
    this.name = name;
    this.posts = posts;
    this.ground = ground;
    this.provider = provider;
    this.db = ground.admin();
    var command = new ArrayList<>(new Rights.Same().prefix(DeathSignal.KILL));
    command.add(Ground.java());
    command.addAll(Ground.jvm());
    command.add("-Dlogback.configurationFile=com/omnify/launcher/logback-launcher.xml");
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            PeerMain.class.getName(),
            name,
            database,
            provider.address().toString()));
    process =
        Child.fork(
            new ProcessBuilder(command)
                .redirectError(ground.directory().resolve(name + ".log").toFile()));
    orders = process.outputWriter(StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    answer("ready");
  }

  /** Row at a time, on tables like the product's in a schema beside them. */
  public static Workload controlRow(Ground ground, LoopbackProvider provider)
      throws SQLException, IOException {
    return new PeerWorkload(ControlRow.NAME, true, ground, provider, ground.server() + "omnify");
  }

  /** db-scheduler, in a database of its own. */
  public static Workload dbScheduler(Ground ground, LoopbackProvider provider)
      throws SQLException, IOException {
    Migrations.createDatabase(ground.server() + "postgres", "postgres", "", "db_scheduler");
    return new PeerWorkload(
        DbSchedulerNoOp.NAME,
        false,
        ground,
        provider,
        ground.server() + "db_scheduler?user=postgres");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Measurement run(int run, int steps) throws SQLException, IOException {
    order("prepare " + steps);
    answer("prepared");
    provider.forget();
    Meter meter =
        Meter.start(
            db, () -> Map.of("postgresql", ground.postgresCpu(), name, CpuTime.of(process.pid())));
    order("run");
    String done = answer("done ");
    var measured =
        meter.stop(
            name, run, steps, Duration.ofNanos(Long.parseLong(done.substring("done ".length()))));
    if (posts) {
      List<Received> received = provider.received();
      var people = new HashSet<Long>();
      received.forEach(one -> people.add(one.to()));
      if (received.size() != steps || people.size() != steps) {
        throw new BrokenPromise(
            "%s made %d requests to %d people of %d steps"
                .formatted(name, received.size(), people.size(), steps));
      }
    }
    return measured;
  }

  private void order(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
  }

  private String answer(String beginning) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new IOException(
        name
            + " ended early:\n"
            + String.join(
                "\n",
                com.omnify.launcher.process.Logs.tail(
                    ground.directory().resolve(name + ".log"), 20)));
  }

  @Override
  public void close() throws SQLException, IOException {
    orders.close();
    process.destroy();
    db.close();
  }
}
