package com.omnify.launcher.fleet;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a service is told, by environment variables alone: the same in a container. */
record ServiceEnvironment(
    FleetSettings settings, Secrets secrets, DatabaseAddress database, String kafka) {

  Map<String, String> of(Member member) {
    var environment = new HashMap<String, String>();
    boolean console = member == Member.CONSOLE;
    environment.put("OMNIFY_DB_URL", database.url());
    environment.put("OMNIFY_DB_USER", "omnify_" + member.shortName());
    environment.put("OMNIFY_DB_PASSWORD", secrets.databaseServicePassword());
    environment.put("OMNIFY_KAFKA", kafka);
    environment.put("SERVER_PORT", Integer.toString(settings.ports().of(member)));
    environment.put("SERVER_ADDRESS", console ? settings.bind() : "127.0.0.1");
    environment.put("OMNIFY_TOKEN_SECRET", secrets.tokenSecret());
    environment.put("OMNIFY_DEMO", Boolean.toString(settings.sandbox()));
    environment.put("OMNIFY_PUBLIC_URL", settings.publicUrl().toString());
    var sandbox = sandboxUrl(settings);
    if (sandbox != null) {
      environment.put("OMNIFY_SANDBOX_URL", sandbox);
    }
    if (console) {
      environment.put("OMNIFY_BOOTSTRAP_KEY", secrets.bootstrapKey());
      environment.put("OMNIFY_ADMIN_EMAIL", secrets.adminEmail());
      environment.put("OMNIFY_ADMIN_PASSWORD", secrets.adminPassword());
      for (var other : Member.services()) {
        if (other != Member.CONSOLE) {
          environment.put(
              "OMNIFY_URL_" + other.name(), "http://127.0.0.1:" + settings.ports().of(other));
        }
      }
      if (sandbox != null) {
        environment.put("OMNIFY_URL_SANDBOX", sandbox);
      }
    }
    return environment;
  }

  /** What the sandbox needs: where to listen, where its ledger is kept, whom it calls back. */
  static Map<String, String> ofSandbox(FleetSettings settings) {
    return Map.of(
        "SERVER_PORT", Integer.toString(settings.ports().of(Member.SANDBOX)),
        "SERVER_ADDRESS", "127.0.0.1",
        "OMNIFY_SANDBOX_SMTP_PORT", Integer.toString(settings.ports().smtp()),
        "OMNIFY_SANDBOX_IMAP_PORT", Integer.toString(settings.ports().imap()),
        "OMNIFY_SANDBOX_DATA", settings.data().sandbox().toString(),
        "OMNIFY_PUBLIC_URL", settings.publicUrl().toString());
  }

  static @Nullable String sandboxUrl(FleetSettings settings) {
    return settings.sandbox() ? "http://127.0.0.1:" + settings.ports().of(Member.SANDBOX) : null;
  }
}
