package com.omnify.events.optout.policy;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Twilio does by itself about an opt-out: to a single word it knows it answers at once and
 * takes nothing more for that person (21610). Of anything else it knows nothing.
 */
public final class ProviderKeywords {

  /** Compared with the whole message, without surrounding white space and case. */
  private static final Set<String> STOP =
      Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT");

  private ProviderKeywords() {}

  /**
   * Whether the provider has answered an opt-out. With Advanced Opt-Out a customer may have taken
   * words off Twilio's list; then nobody answers to them, which is better than two who do.
   *
   * @param body as it was received
   * @param optOutType what Twilio says it has acted upon, with Advanced Opt-Out only
   */
  public static boolean answered(String body, @Nullable String optOutType) {
    return optOutType != null && optOutType.strip().equalsIgnoreCase("STOP")
        || STOP.contains(body.strip().toUpperCase(Locale.ROOT));
  }
}
