package com.omnify.sandbox.vapi;

import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.persona.policy.VoiceMix;
import com.omnify.sandbox.persona.policy.VoicePersona;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who takes a call: as registered, otherwise the default, otherwise as somebody would who texts the
 * way this number does.
 */
public final class VoicePersonas {

  private static final int MAX_REGISTERED = 1_000_000;

  private final Personas people;
  private final Map<String, VoicePersona> registered = new ConcurrentHashMap<>();
  private volatile @Nullable VoicePersona everyoneElse;

  public VoicePersonas(Personas people) {
    this.people = people;
  }

  /**
   * @param nth which call to this person from this number it is, from 1
   */
  VoicePersona of(String from, String to, int nth) {
    var known = registered.get(to);
    if (known != null) {
      return known;
    }
    var other = everyoneElse;
    return other != null ? other : VoiceMix.of(people.of(to), nth, people.seed(), from, to);
  }

  long seed() {
    return people.seed();
  }

  public void register(String e164, VoicePersona persona) {
    if (registered.size() >= MAX_REGISTERED && !registered.containsKey(e164)) {
      throw new IllegalArgumentException(
          "at most " + MAX_REGISTERED + " voice personas can be registered");
    }
    registered.put(e164, persona);
  }

  public Map<String, VoicePersona> registered() {
    return Map.copyOf(registered);
  }

  /** What is registered for a number; null when nothing is. */
  public @Nullable VoicePersona registered(String e164) {
    return registered.get(e164);
  }

  /** The persona of all numbers that are not registered; null for the mix. */
  public void everyoneElse(@Nullable VoicePersona persona) {
    everyoneElse = persona;
  }

  public @Nullable VoicePersona everyoneElse() {
    return everyoneElse;
  }
}
