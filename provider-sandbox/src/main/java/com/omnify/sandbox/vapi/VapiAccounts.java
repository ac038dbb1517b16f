package com.omnify.sandbox.vapi;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The organisations VAPI knows. A key that nobody registered makes one of its own, unless the
 * sandbox is strict.
 */
public final class VapiAccounts {

  private static final int MAX_ADOPTED = 10_000;

  private final Map<String, VapiAccount> byKey = new ConcurrentHashMap<>();
  private final boolean strict;

  public VapiAccounts(boolean strict) {
    this.strict = strict;
  }

  /** Makes it known; an earlier one of the same id is replaced, whatever its key was. */
  public synchronized void register(VapiAccount account) {
    byKey.values().removeIf(other -> other.orgId().equals(account.orgId()));
    byKey.put(account.key(), account);
  }

  public List<VapiAccount> registered() {
    return byKey.values().stream().filter(VapiAccount::registered).toList();
  }

  public Collection<VapiAccount> all() {
    return List.copyOf(byKey.values());
  }

  Optional<VapiAccount> find(String orgId) {
    return byKey.values().stream().filter(a -> a.orgId().equals(orgId)).findFirst();
  }

  /** The account that owns a phone number. */
  Optional<VapiAccount> owning(String e164) {
    return byKey.values().stream()
        .filter(a -> a.allNumbers().values().stream().anyMatch(n -> n.number().equals(e164)))
        .findFirst();
  }

  Optional<VapiAccount> authenticate(Optional<String> authorization) {
    var key =
        authorization
            .filter(header -> header.regionMatches(true, 0, "Bearer ", 0, 7))
            .map(header -> header.substring(7).strip())
            .filter(text -> !text.isEmpty());
    if (key.isEmpty()) {
      return Optional.empty();
    }
    var known = byKey.get(key.get());
    if (known != null) {
      return Optional.of(known);
    }
    if (strict || byKey.size() >= MAX_ADOPTED) {
      return Optional.empty();
    }
    var id = UUID.nameUUIDFromBytes(key.get().getBytes(StandardCharsets.UTF_8)).toString();
    return Optional.of(byKey.computeIfAbsent(key.get(), k -> adopted(id, k)));
  }

  private static VapiAccount adopted(String id, String key) {
    return new VapiAccount(id, key, null, null, null, null, 0, null, Map.of(), Map.of(), false);
  }
}
