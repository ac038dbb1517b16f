package com.omnify.events.call.policy;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose number a call shows. */
public final class CallerId {

  private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /**
   * What carriers show where a caller hides: ANONYMOUS, UNAVAILABLE, RESTRICTED, UNKNOWN and
   * BLOCKED on the keys of a telephone. They look like numbers and belong to nobody.
   */
  private static final Set<String> HIDDEN =
      Set.of("+266696687", "+86282452253", "+7378742833", "+8656696", "+2562533");

  private CallerId() {}

  /** The number in E.164; null where the caller shows none. */
  public static @Nullable String of(@Nullable String shown) {
    if (shown == null) {
      return null;
    }
    String number = shown.strip();
    return E164.matcher(number).matches() && !HIDDEN.contains(number) ? number : null;
  }
}
