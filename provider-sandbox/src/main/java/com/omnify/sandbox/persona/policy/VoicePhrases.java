package com.omnify.sandbox.persona.policy;

import java.util.List;
import java.util.Locale;

/** What people say on the phone. */
final class VoicePhrases {

  static final List<String> LINE_FAILURES =
      List.of(
          "twilio-failed-to-connect-call",
          "call.in-progress.error-providerfault-outbound-sip-503-service-unavailable",
          "call.in-progress.error-sip-outbound-call-failed-to-connect",
          "call.in-progress.error-vapifault-transport-never-connected");

  static final List<String> GREETING_OF_MACHINE =
      List.of(
          "Hi, you've reached my phone, please leave a message after the tone.",
          "The person you are calling is not available. At the tone, please record your message.",
          "Hey, can't talk right now. Leave me a message and I'll call you back.");

  static final List<String> CURT =
      List.of("No thanks.", "I'm driving.", "Not a good time.", "Who? No.");

  static final List<String> YES_WHO =
      List.of(
          "Yes, speaking.",
          "Hi, yes, that's me.",
          "Uh, yeah, what is it about?",
          "Hello? Yes, I remember, go ahead.");

  static final List<String> INTEREST =
      List.of(
          "Sure. We still need it done, ideally this month.",
          "Yes, I've been meaning to get back to you, we're definitely interested.",
          "Okay. The house is from the eighties and it really needs doing.",
          "Go ahead, it sounds like what we're looking for.");

  static final List<String> SEND_DETAILS =
      List.of("Yes please, that would be great.", "Yeah, text is best.", "Do that, thank you.");

  static final List<String> TOO_DEAR =
      List.of(
          "Honestly it's more than I wanted to spend.",
          "We got another quote and it was a lot lower than yours.",
          "It's the price, it's just too expensive for us right now.");

  static final List<String> STILL_TOO_DEAR =
      List.of(
          "I don't know, I have to talk to my wife first.",
          "Maybe. It would still have to be cheaper.",
          "Let me think about it, I'll get back to you.");

  static final List<String> THANKS =
      List.of("Perfect, thank you.", "Great, thanks, bye.", "Okay, see you then.");

  static final List<String> REMOVE =
      List.of(
          "Please take me off your list and don't call me again.",
          "I never asked for this. Remove my number, please.",
          "Stop calling me. I don't want any more calls or texts from you.",
          "Could you delete my number? I'm not interested, and I don't want to be contacted.");

  static final List<String> HUMAN =
      List.of(
          "Is this a robot? Can I talk to a real person?",
          "I'd rather talk to somebody from the office.",
          "That's complicated, can you put me through to someone?");

  static final List<String> STORY =
      List.of(
          "Well, let me tell you how it started, that was when my brother still had the shop.",
          "And then the neighbours, you know, they had theirs done by somebody else entirely.",
          "It was raining that whole week, I remember, and nobody could get up the hill.",
          "Anyway, where was I? Yes, the boiler. No, the roof. It was the roof first.");

  private static final List<String> DAYS =
      List.of(
          "Tomorrow", "The day after tomorrow", "In three days", "In four days", "In five days");

  private VoicePhrases() {}

  static String pick(List<String> phrases, Chance chance) {
    return phrases.get(chance.below(phrases.size()));
  }

  /** Names a time in the words of somebody with a calendar in the kitchen. */
  static String time(int daysAhead, int hour, Chance chance) {
    var day = daysAhead <= DAYS.size() ? DAYS.get(daysAhead - 1) : "In a week or so";
    int twelve = hour > 12 ? hour - 12 : hour;
    var when = "%s at %d %s".formatted(day, twelve, hour >= 12 ? "p.m." : "a.m.");
    return chance.coin()
        ? when + " would work for me."
        : "Let's say " + when.toLowerCase(Locale.ROOT) + ".";
  }
}
