package com.omnify.sandbox.twilio;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The accounts the provider knows. One that nobody registered is taken as it comes, with the token
 * it shows, unless the sandbox is strict.
 */
public final class Accounts {

  private static final int MAX_ADOPTED = 10_000;

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final boolean strict;

  public Accounts(boolean strict) {
    this.strict = strict;
  }

  public void register(Account account) {
    accounts.put(account.sid(), account);
  }

  public Collection<Account> registered() {
    return accounts.values().stream().filter(Account::registered).toList();
  }

  public Collection<Account> all() {
    return List.copyOf(accounts.values());
  }

  public Optional<Account> find(String sid) {
    return Optional.ofNullable(accounts.get(sid));
  }

  /** The account that the basic credentials prove; empty when they do not. */
  Optional<Account> authenticate(Optional<String> authorization) {
    var credentials = authorization.flatMap(Accounts::decode);
    if (credentials.isEmpty()) {
      return Optional.empty();
    }
    var sid = credentials.get()[0];
    var token = credentials.get()[1];
    var known = accounts.get(sid);
    if (known != null && known.registered()) {
      boolean same =
          MessageDigest.isEqual(
              known.authToken().getBytes(StandardCharsets.UTF_8),
              token.getBytes(StandardCharsets.UTF_8));
      return same ? Optional.of(known) : Optional.empty();
    }
    if (strict || (known == null && accounts.size() >= MAX_ADOPTED)) {
      return Optional.empty();
    }
    if (known != null && known.authToken().equals(token)) {
      return Optional.of(known);
    }
    try {
      var adopted = new Account(sid, token, null, Set.of(), null, false, false);
      accounts.put(sid, adopted);
      return Optional.of(adopted);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<String[]> decode(String header) {
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      var text =
          new String(
              Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 1
          ? Optional.empty()
          : Optional.of(new String[] {text.substring(0, colon), text.substring(colon + 1)});
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
