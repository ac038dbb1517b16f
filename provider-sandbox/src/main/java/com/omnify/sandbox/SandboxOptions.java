package com.omnify.sandbox;

import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.twilio.Account;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is started.
 *
 * @param port 0 for any free one
 * @param publicUrl where the gateway is reached, without a slash at the end; null when inbound
 *     webhooks follow the StatusCallback
 * @param data directory of the ledger and of what was set
 * @param seed of personas, replies and faults
 * @param clockRate fleet seconds in a real second, unless one was set before
 * @param maxMessages how many messages lists and fetches know
 * @param everyoneElse persona of numbers nobody registered; null for the seeded mix
 * @param strict whether accounts that nobody registered are refused
 * @param smtpPort 0 for any free one
 * @param imapPort likewise
 */
public record SandboxOptions(
    String address,
    int port,
    @Nullable String publicUrl,
    Path data,
    long seed,
    double clockRate,
    int maxMessages,
    @Nullable Persona everyoneElse,
    boolean strict,
    List<Account> accounts,
    int smtpPort,
    int imapPort) {

  // a message with its indexes and its conversation takes about this much
  private static final long BYTES_A_MESSAGE = 900;

  public SandboxOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
    for (int mail : new int[] {smtpPort, imapPort}) {
      if (mail < 0 || mail > 65_535) {
        throw new IllegalArgumentException("a port is 0 to 65535, not " + mail);
      }
    }
    if (maxMessages < 1) {
      throw new IllegalArgumentException("maxMessages is at least 1");
    }
    if (publicUrl != null && publicUrl.endsWith("/")) {
      publicUrl = publicUrl.substring(0, publicUrl.length() - 1);
    }
    accounts = List.copyOf(accounts);
  }

  /** On a free port of this machine, rate 1, the seeded mix of personas, any account. */
  public static SandboxOptions in(Path data) {
    return new SandboxOptions(
        "127.0.0.1", 0, null, data, 42, 1, 1_000_000, null, false, List.of(), 0, 0);
  }

  public SandboxOptions withPort(int newPort) {
    return new SandboxOptions(
        address,
        newPort,
        publicUrl,
        data,
        seed,
        clockRate,
        maxMessages,
        everyoneElse,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withPublicUrl(String url) {
    return new SandboxOptions(
        address,
        port,
        url,
        data,
        seed,
        clockRate,
        maxMessages,
        everyoneElse,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withSeed(long newSeed) {
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        newSeed,
        clockRate,
        maxMessages,
        everyoneElse,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withClockRate(double rate) {
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        seed,
        rate,
        maxMessages,
        everyoneElse,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withMaxMessages(int max) {
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        seed,
        clockRate,
        max,
        everyoneElse,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withEveryoneElse(Persona persona) {
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        seed,
        clockRate,
        maxMessages,
        persona,
        strict,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions onlyRegisteredAccounts() {
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        seed,
        clockRate,
        maxMessages,
        everyoneElse,
        true,
        accounts,
        smtpPort,
        imapPort);
  }

  public SandboxOptions withAccount(Account account) {
    var more = new ArrayList<>(accounts);
    more.add(account);
    return new SandboxOptions(
        address,
        port,
        publicUrl,
        data,
        seed,
        clockRate,
        maxMessages,
        everyoneElse,
        strict,
        more,
        smtpPort,
        imapPort);
  }

  /** How many dispatch ids are remembered to count duplicates. */
  int affordableDispatches() {
    return (int) Math.min(2_000_000, Runtime.getRuntime().maxMemory() / 10 / 90);
  }

  /** The configured number, or fewer when not half of the heap holds that many. */
  int affordableMessages() {
    long fits = Runtime.getRuntime().maxMemory() * 45 / 100 / BYTES_A_MESSAGE;
    return (int) Math.max(1, Math.min(maxMessages, fits));
  }
}
