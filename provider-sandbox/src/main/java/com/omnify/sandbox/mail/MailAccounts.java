package com.omnify.sandbox.mail;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The accounts that may send mail. Where nobody registered the name that a client gives, it is
 * taken as it comes, unless the sandbox is strict; then its vendor is told by what its mails carry.
 */
public final class MailAccounts {

  private static final String ADOPTED = "adopted:";

  private final Map<String, MailAccount> accounts = new ConcurrentHashMap<>();
  private final boolean strict;

  public MailAccounts(boolean strict) {
    this.strict = strict;
  }

  public void register(MailAccount account) {
    accounts.put(account.id(), account);
  }

  public Collection<MailAccount> registered() {
    return List.copyOf(accounts.values());
  }

  Optional<MailAccount> find(String id) {
    return Optional.ofNullable(accounts.get(id));
  }

  public boolean strict() {
    return strict;
  }

  /** The id of who the credentials prove; several accounts may share a name, as "apikey" is. */
  Optional<String> login(String user, String password) {
    boolean known = false;
    for (var account : accounts.values()) {
      if (account.username().equals(user)) {
        known = true;
        if (same(account.secret(), password)) {
          return Optional.of(account.id());
        }
      }
    }
    return known || strict || password.isEmpty()
        ? Optional.empty()
        : Optional.of(ADOPTED + user.replace(' ', '_'));
  }

  /** Whose API key it is. */
  public Optional<MailAccount> bearer(Vendor vendor, String key) {
    var ofVendor = accounts.values().stream().filter(a -> a.vendor() == vendor).toList();
    var found = ofVendor.stream().filter(a -> same(a.secret(), key)).findFirst();
    return found.isPresent() || strict || !ofVendor.isEmpty() || key.isEmpty()
        ? found
        : Optional.of(
            new MailAccount(
                ADOPTED + vendor.wire(), vendor, "", key, null, null, null, null, null, false));
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
