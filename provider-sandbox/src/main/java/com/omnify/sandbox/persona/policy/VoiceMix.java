package com.omnify.sandbox.persona.policy;

/**
 * How somebody of whom only the texting side is known takes a call: the same person, but not always
 * within reach.
 */
public final class VoiceMix {

  private VoiceMix() {}

  /**
   * @param nth which call to this person from this number it is, from 1
   */
  public static VoicePersona of(Persona persona, int nth, long seed, String from, String to) {
    var chance = Chance.of(seed, "voice", from, to, nth);
    return switch (persona) {
      case INVALID -> VoicePersona.MISDIALED;
      case UNREACHABLE -> chance.coin() ? VoicePersona.LINE_FAILURE : VoicePersona.NO_ANSWER;
      case STOPPER, POLITE_STOPPER -> VoicePersona.REMOVER;
      case EAGER ->
          usually(chance, chance.coin() ? VoicePersona.INTERESTED : VoicePersona.BOOKER, 200);
      case BOOKER -> usually(chance, VoicePersona.BOOKER, 200);
      case QUESTIONER ->
          usually(chance, chance.coin() ? VoicePersona.INTERESTED : VoicePersona.WANTS_HUMAN, 300);
      case OBJECTOR -> usually(chance, VoicePersona.PRICE_OBJECTOR, 300);
      case SILENT, CARRIER_FILTERED ->
          usually(chance, chance.coin() ? VoicePersona.HANGS_UP : VoicePersona.MUTE, 850);
      case LANDLINE, FLAKY, LATE, OUT_OF_ORDER, VOIP ->
          usually(
              chance, chance.coin() ? VoicePersona.INTERESTED : VoicePersona.PRICE_OBJECTOR, 500);
    };
  }

  /** So many of a thousand calls reach nobody. */
  private static VoicePersona usually(Chance chance, VoicePersona reached, int missedPerMille) {
    if (chance.below(1000) >= missedPerMille) {
      return reached;
    }
    int why = chance.below(100);
    return why < 55
        ? VoicePersona.VOICEMAIL
        : why < 88 ? VoicePersona.NO_ANSWER : VoicePersona.BUSY;
  }
}
