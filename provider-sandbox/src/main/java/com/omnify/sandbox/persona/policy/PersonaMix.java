package com.omnify.sandbox.persona.policy;

import java.util.EnumMap;
import java.util.Map;

/** Who lives behind numbers that nobody has described. */
public final class PersonaMix {

  // per mille; people mostly do not answer, and a list of some age has a few dead lines
  private static final Map<Persona, Integer> SHARES = new EnumMap<>(Persona.class);

  static {
    SHARES.put(Persona.EAGER, 110);
    SHARES.put(Persona.QUESTIONER, 110);
    SHARES.put(Persona.OBJECTOR, 90);
    SHARES.put(Persona.BOOKER, 80);
    SHARES.put(Persona.SILENT, 370);
    SHARES.put(Persona.STOPPER, 35);
    SHARES.put(Persona.POLITE_STOPPER, 25);
    SHARES.put(Persona.LANDLINE, 40);
    SHARES.put(Persona.INVALID, 10);
    SHARES.put(Persona.FLAKY, 25);
    SHARES.put(Persona.UNREACHABLE, 15);
    SHARES.put(Persona.CARRIER_FILTERED, 10);
    SHARES.put(Persona.LATE, 30);
    SHARES.put(Persona.OUT_OF_ORDER, 30);
    SHARES.put(Persona.VOIP, 20);
  }

  private PersonaMix() {}

  /** The persona of a number; the same for the same seed. */
  public static Persona of(long seed, String e164) {
    int draw = Chance.of(seed, "persona", e164).below(1000);
    for (var share : SHARES.entrySet()) {
      draw -= share.getValue();
      if (draw < 0) {
        return share.getKey();
      }
    }
    throw new IllegalStateException("the shares do not add up to 1000");
  }
}
