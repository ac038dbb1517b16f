package com.omnify.console.identity;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Lets the first program and the first person in, as the environment names them. */
final class Bootstrap implements SmartLifecycle {

  private final Settings settings;
  private final ApiKeys keys;
  private final Accounts accounts;
  private final PasswordEncoder passwords;
  private volatile boolean running;

  /**
   * What the environment says.
   *
   * @param bootstrapKey a key of the platform, {@code omk_…}
   * @param adminEmail the platform's administrator
   * @param adminPassword a changed one replaces the old
   */
  @ConfigurationProperties("omnify")
  record Settings(
      @Nullable String bootstrapKey, @Nullable String adminEmail, @Nullable String adminPassword) {}

  Bootstrap(Settings settings, ApiKeys keys, Accounts accounts, PasswordEncoder passwords) {
    this.settings = settings;
    this.keys = keys;
    this.accounts = accounts;
    this.passwords = passwords;
  }

  /** Before the web server: whoever finds it ready can sign in. */
  @Override
  public int getPhase() {
    return 0;
  }

  @Override
  public void start() {
    String key = settings.bootstrapKey();
    if (key != null && !key.isBlank()) {
      if (!key.startsWith(Secrets.API_KEY) || key.length() < 24) {
        throw new IllegalArgumentException(
            "OMNIFY_BOOTSTRAP_KEY must start with omk_ and have at least 24 characters");
      }
      keys.ensureBootstrap(key);
    }
    String email = settings.adminEmail();
    String password = settings.adminPassword();
    if (email != null && !email.isBlank() && password != null && !password.isBlank()) {
      ensureAdmin(email, password);
    }
    running = true;
  }

  private void ensureAdmin(String email, String password) {
    if (password.getBytes(StandardCharsets.UTF_8).length > SignIn.MOST_PASSWORD_BYTES) {
      throw new IllegalArgumentException("OMNIFY_ADMIN_PASSWORD is longer than 72 bytes");
    }
    boolean kept =
        accounts
            .byEmail(email)
            .filter(account -> passwords.matches(password, account.passwordHash()))
            .isPresent();
    accounts.ensurePlatformAdmin(email, kept ? null : passwords.encode(password));
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
