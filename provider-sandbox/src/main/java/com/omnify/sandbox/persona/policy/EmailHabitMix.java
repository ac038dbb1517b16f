package com.omnify.sandbox.persona.policy;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Who lives behind addresses that nobody has described. */
public final class EmailHabitMix {

  // per mille
  private static final Map<EmailHabit, Integer> SHARES = new EnumMap<>(EmailHabit.class);

  static {
    SHARES.put(EmailHabit.IGNORES, 370);
    SHARES.put(EmailHabit.OPENS, 220);
    SHARES.put(EmailHabit.CLICKS, 90);
    SHARES.put(EmailHabit.EAGER, 65);
    SHARES.put(EmailHabit.QUESTIONER, 60);
    SHARES.put(EmailHabit.OBJECTOR, 40);
    SHARES.put(EmailHabit.BOOKER, 35);
    SHARES.put(EmailHabit.STOPPER, 10);
    SHARES.put(EmailHabit.POLITE_STOPPER, 15);
    SHARES.put(EmailHabit.UNSUBSCRIBER, 15);
    SHARES.put(EmailHabit.COMPLAINER, 5);
    SHARES.put(EmailHabit.OUT_OF_OFFICE, 30);
    SHARES.put(EmailHabit.NO_MAILBOX, 20);
    SHARES.put(EmailHabit.MAILBOX_FULL, 10);
    SHARES.put(EmailHabit.SPAM_FILTERED, 7);
    SHARES.put(EmailHabit.BUSY, 8);
  }

  private EmailHabitMix() {}

  /** The habit behind an address; the same for the same seed, however the address is written. */
  public static EmailHabit of(long seed, String address) {
    int draw = Chance.of(seed, "mailbox", address.toLowerCase(Locale.ROOT)).below(1000);
    for (var share : SHARES.entrySet()) {
      draw -= share.getValue();
      if (draw < 0) {
        return share.getKey();
      }
    }
    throw new IllegalStateException("the shares do not add up to 1000");
  }
}
