package com.omnify.sandbox.persona;

import com.omnify.sandbox.persona.policy.EmailHabit;
import com.omnify.sandbox.persona.policy.EmailHabitMix;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.PersonaMix;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is behind which number and which address: as registered, otherwise the default, otherwise the
 * seeded mix.
 */
public final class Personas {

  private static final int MAX_REGISTERED = 1_000_000;

  private final long seed;
  private final Map<String, Persona> registered = new ConcurrentHashMap<>();
  private final Map<String, EmailHabit> mailboxes = new ConcurrentHashMap<>();
  private volatile @Nullable Persona everyoneElse;
  private volatile Talkativeness talkativeness = Talkativeness.DEFAULT;

  public Personas(long seed, @Nullable Persona everyoneElse) {
    this.seed = seed;
    this.everyoneElse = everyoneElse;
  }

  public Persona of(String e164) {
    var known = registered.get(e164);
    if (known != null) {
      return known;
    }
    var other = everyoneElse;
    return other != null ? other : PersonaMix.of(seed, e164);
  }

  public void register(String e164, Persona persona) {
    if (registered.size() >= MAX_REGISTERED && !registered.containsKey(e164)) {
      throw new IllegalArgumentException(
          "at most " + MAX_REGISTERED + " personas can be registered");
    }
    registered.put(e164, persona);
  }

  /** Who reads the mail of an address. */
  public EmailHabit mailbox(String address) {
    var known = mailboxes.get(address.toLowerCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    var other = everyoneElse;
    return other != null ? EmailHabit.of(other) : EmailHabitMix.of(seed, address);
  }

  public void register(String address, EmailHabit habit) {
    var key = address.toLowerCase(Locale.ROOT);
    if (mailboxes.size() >= MAX_REGISTERED && !mailboxes.containsKey(key)) {
      throw new IllegalArgumentException(
          "at most " + MAX_REGISTERED + " e-mail personas can be registered");
    }
    mailboxes.put(key, habit);
  }

  /** What was registered, by address in lower case. */
  public Map<String, EmailHabit> mailboxes() {
    return Map.copyOf(mailboxes);
  }

  public Map<String, Persona> registered() {
    return Map.copyOf(registered);
  }

  /** Of all numbers and addresses that are not registered; null for the seeded mix. */
  public void everyoneElse(@Nullable Persona persona) {
    everyoneElse = persona;
  }

  public @Nullable Persona everyoneElse() {
    return everyoneElse;
  }

  public Talkativeness talkativeness() {
    return talkativeness;
  }

  public void talkativeness(Talkativeness talk) {
    talkativeness = talk;
  }

  public long seed() {
    return seed;
  }
}
