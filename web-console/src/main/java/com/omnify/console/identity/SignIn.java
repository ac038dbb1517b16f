package com.omnify.console.identity;

import com.github.benmanes.caffeine.cache.Ticker;
import com.omnify.kit.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Checks e-mail and password; whatever is wrong, the answer is the same and takes as long. */
@Component
class SignIn {

  /** BCrypt hashes no more of it. */
  static final int MOST_PASSWORD_BYTES = 72;

  private final Accounts accounts;
  private final PasswordEncoder passwords;
  private final LoginThrottle throttle = new LoginThrottle(Ticker.systemTicker());
  private final String nobodysHash;

  SignIn(Accounts accounts, PasswordEncoder passwords) {
    this.accounts = accounts;
    this.passwords = passwords;
    this.nobodysHash = passwords.encode(Secrets.random(""));
  }

  Accounts.Account check(String email, String password, String address) {
    String canonical = Accounts.canonical(email);
    if (!throttle.allows(canonical, address)) {
      throw Problem.of(
          HttpStatus.TOO_MANY_REQUESTS,
          "too_many_attempts",
          "Too many wrong passwords for this account from here.",
          "Wait a quarter of an hour, or ask an administrator for a new password.");
    }
    Optional<Accounts.Account> account = accounts.byEmail(canonical);
    boolean fits =
        matches(password, account.map(Accounts.Account::passwordHash).orElse(nobodysHash));
    if (account.isEmpty() || !fits) {
      throttle.failed(canonical, address);
      throw Problem.of(
          HttpStatus.UNAUTHORIZED,
          "wrong_credentials",
          "E-mail address and password do not fit together.",
          "Check both. In the demonstration ./omnify demo prints them.");
    }
    throttle.succeeded(canonical, address);
    return account.get();
  }

  private boolean matches(String password, String hash) {
    if (password.getBytes(StandardCharsets.UTF_8).length > MOST_PASSWORD_BYTES) {
      return false;
    }
    throttle.hashing().acquireUninterruptibly();
    try {
      return passwords.matches(password, hash);
    } finally {
      throttle.hashing().release();
    }
  }
}
