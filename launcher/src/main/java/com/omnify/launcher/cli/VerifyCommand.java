package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.DatabaseAddress;
import com.omnify.launcher.fleet.External;
import com.omnify.launcher.fleet.FleetState;
import com.omnify.launcher.fleet.Secrets;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import com.omnify.launcher.verify.Verification;
import com.omnify.launcher.verify.policy.Check;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Compares what the provider sandbox accepted with the database and the topics of the running"
          + " fleet: message by message, id, numbers and text.",
      "While the fleet is busy it reads twice or more often, and reports what two readings in a row find."
    },
    footer = {
      "",
      "Exit code 0 when everything holds, 1 when something does not, 3 when nothing runs."
    })
final class VerifyCommand implements Callable<Integer> {

  private static final int NOT_RUNNING = 3;

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--ledger",
      paramLabel = "URL|FILE",
      description = "Another ledger than that of the fleet's own sandbox.")
  private @Nullable String ledger;

  @Option(
      names = "--settle",
      paramLabel = "SECONDS",
      defaultValue = "12",
      description = "How long to wait for what is in motion (default: ${DEFAULT-VALUE}).")
  private int settleSeconds;

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long an outcome may take to reach its enrollment (default: ${DEFAULT-VALUE}).")
  private int graceSeconds;

  @Option(
      names = "--findings",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many findings of each rule to print (default: ${DEFAULT-VALUE}).")
  private int findings;

  @Option(names = "--json", description = "One JSON object with all findings instead of a table.")
  private boolean json;

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    var running = data.runningFleet();
    if (running.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println("omnify: the fleet is not running; ./omnify up starts it");
      return NOT_RUNNING;
    }
    var fleet = running.get();
    var source = ledger != null ? ledger : fleet.sandboxUrl();
    var result =
        new Verification(source, database(fleet), fleet.kafka())
            .run(Duration.ofSeconds(settleSeconds), Duration.ofSeconds(graceSeconds));
    if (json) {
      spec.commandLine().getOut().println(json(result, source));
    } else {
      print(result, source);
    }
    return result.passed() ? 0 : 1;
  }

  private DatabaseAddress database(FleetState fleet) throws IOException {
    var external = External.from(System.getenv()).database();
    if (external.isPresent()) {
      return external.get();
    }
    var secrets = Secrets.load(data.data().secrets(), System.getenv());
    return new DatabaseAddress(
        fleet.databaseUrl(),
        fleet.databaseUrl(),
        "omnify",
        EmbeddedPostgres.ADMIN,
        secrets.databaseAdminPassword());
  }

  private void print(Verification.Result result, @Nullable String source) {
    var out = spec.commandLine().getOut();
    out.println(
        "%s, %d dispatches in the database, %d acceptances on the topic; read %s%s"
            .formatted(
                source == null ? "no ledger" : result.accepts() + " acceptances in the ledger",
                result.dispatches(),
                result.events(),
                result.readings() == 1 ? "once" : result.readings() + " times",
                result.inMotion() ? ", still in motion" : ""));
    out.println();
    for (var check : result.checks()) {
      out.println(
          "%s  %7d  %s%s"
              .formatted(
                  mark(check),
                  // What only informs is counted itself; what must hold says on how many it held.
                  check.mustBeEmpty() ? check.looked() : check.findings().size(),
                  check.rule(),
                  check.passed() ? "" : ": " + check.findings().size()));
      check.findings().stream()
          .limit(findings)
          .forEach(line -> out.println("               " + line));
      if (check.findings().size() > findings) {
        out.println("               and %d more".formatted(check.findings().size() - findings));
      }
    }
    out.println();
    long broken = result.checks().stream().filter(check -> !check.passed()).count();
    if (broken > 0) {
      out.println(broken == 1 ? "One rule is broken." : broken + " rules are broken.");
    } else {
      out.println(
          source == null
              ? "What was compared holds; start with the sandbox to have a ledger to compare with."
              : "Everything holds.");
    }
  }

  private static String mark(Check check) {
    if (!check.passed()) {
      return "FAIL";
    }
    return check.mustBeEmpty() ? "pass" : "info";
  }

  private static String json(Verification.Result result, @Nullable String source) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("passed", result.passed());
    figures.put("ledger_read", source != null);
    figures.put("ledger_accepts", result.accepts());
    figures.put("dispatches", result.dispatches());
    figures.put("accepted_events", result.events());
    figures.put("readings", result.readings());
    figures.put("in_motion", result.inMotion());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(
        "results",
        result.checks().stream()
            .map(
                check -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("check", check.name());
                  one.put("rule", check.rule());
                  one.put("passed", check.passed());
                  one.put("looked", check.looked());
                  one.put("findings", check.findings());
                  return one;
                })
            .toList());
    all.put("figures", figures);
    return JsonMapper.builder().build().writeValueAsString(all);
  }
}
