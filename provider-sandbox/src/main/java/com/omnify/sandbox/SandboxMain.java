package com.omnify.sandbox;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.twilio.Account;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the sandbox as a process of its own, until it is told to end (SIGTERM, SIGINT). */
@Command(
    name = "provider-sandbox",
    mixinStandardHelpOptions = true,
    description =
        "Simulated providers on the real wire: Twilio Messages and Lookup, e-mail over SMTP and"
            + " Resend's API, people who answer, a ledger.")
public final class SandboxMain implements Callable<Integer> {

  @Option(names = "--address", defaultValue = "${env:SERVER_ADDRESS:-127.0.0.1}")
  String address = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "${env:SERVER_PORT:-8090}",
      description = "0 for any free one")
  int port;

  @Option(
      names = "--smtp-port",
      defaultValue = "${env:OMNIFY_SANDBOX_SMTP_PORT:-0}",
      description = "0 for any free one; GET /sandbox says which")
  int smtpPort;

  @Option(
      names = "--imap-port",
      defaultValue = "${env:OMNIFY_SANDBOX_IMAP_PORT:-0}",
      description = "0 for any free one; GET /sandbox/mail says which")
  int imapPort;

  @Option(
      names = "--public-url",
      defaultValue = "${env:OMNIFY_PUBLIC_URL:-}",
      description = "Where webhooks reach the gateway")
  String publicUrl = "";

  @Option(
      names = "--data",
      defaultValue = "${env:OMNIFY_SANDBOX_DATA:-data/sandbox}",
      description = "Directory of the ledger")
  Path data = Path.of("data", "sandbox");

  @Option(names = "--seed", defaultValue = "${env:OMNIFY_SANDBOX_SEED:-42}")
  long seed;

  @Option(
      names = "--rate",
      defaultValue = "${env:OMNIFY_SANDBOX_RATE:-1}",
      description = "Fleet seconds in a real second, until PUT /sandbox/clock says otherwise")
  double rate;

  @Option(names = "--max-messages", defaultValue = "${env:OMNIFY_SANDBOX_MAX_MESSAGES:-1000000}")
  int maxMessages;

  @Option(
      names = "--default-persona",
      defaultValue = "${env:OMNIFY_SANDBOX_DEFAULT_PERSONA:-mix}",
      description = "Of numbers nobody registered; mix for a seeded mixture")
  String defaultPersona = "mix";

  @Option(names = "--strict", description = "Refuse accounts that were not registered")
  boolean strict;

  @Option(names = "--account", description = "sid:token, may repeat")
  @Nullable List<String> accounts;

  public static void main(String[] args) {
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.INFO);
    }
    var commandLine =
        new CommandLine(new SandboxMain())
            .setExecutionExceptionHandler(
                (problem, _, _) -> {
                  LoggerFactory.getLogger(SandboxMain.class)
                      .error("not started: {}", problem.getMessage());
                  return 1;
                });
    System.exit(commandLine.execute(args));
  }

  @Override
  public Integer call() throws Exception {
    var options =
        new SandboxOptions(
            address,
            port,
            publicUrl.isBlank() ? null : publicUrl,
            data,
            seed,
            rate,
            maxMessages,
            defaultPersona.equals("mix") ? null : Persona.of(defaultPersona),
            strict,
            accounts == null ? List.of() : accounts.stream().map(SandboxMain::account).toList(),
            smtpPort,
            imapPort);
    var sandbox = Sandbox.start(options);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      try {
                        sandbox.close();
                      } catch (Exception e) {
                        LoggerFactory.getLogger(SandboxMain.class).warn("not closed cleanly", e);
                      }
                      stopped.countDown();
                    }));
    LoggerFactory.getLogger(SandboxMain.class)
        .info(
            "provider sandbox on http://{}:{}, SMTP on port {}, IMAP on {}, ledger in {}",
            address,
            sandbox.port(),
            sandbox.mail().port(),
            sandbox.mail().imapPort(),
            data);
    stopped.await();
    return 0;
  }

  private static Account account(String sidAndToken) {
    int colon = sidAndToken.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--account is sid:token, not " + sidAndToken);
    }
    return Account.of(sidAndToken.substring(0, colon), sidAndToken.substring(colon + 1), null);
  }
}
