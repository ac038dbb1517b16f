package com.omnify.sandbox.persona.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one call goes, decided before it begins. All times are fleet time since the call was taken.
 *
 * @param ringing when the phone rings; empty when it never does
 * @param answered when somebody or a machine answers; empty when nobody does
 * @param moments what happens in between, in order
 * @param ended when it is over
 * @param endedReason the provider's word for why
 * @param summary what its analysis says; empty when there was no conversation
 * @param outcome what came out of it
 */
public record CallScript(
    Optional<Duration> ringing,
    Optional<Duration> answered,
    List<Moment> moments,
    Duration ended,
    String endedReason,
    String summary,
    Outcome outcome) {

  /** What came out of a call. */
  public enum Outcome {
    /** Nobody was reached, or nothing was said. */
    NOTHING,
    /** The person does not want it, at least not now. */
    DECLINED,
    INTERESTED,
    BOOKED,
    /** The person wants to speak to somebody. */
    WANTS_PERSON,
    /** The person wants no more calls. */
    WANTS_OUT;

    /** Whether the call was worth it. */
    public boolean isSuccess() {
      return this == INTERESTED || this == BOOKED || this == WANTS_PERSON;
    }
  }

  /** Something that happens during the call. */
  public sealed interface Moment {
    Duration at();
  }

  /** Somebody says something. */
  public record Said(Speaker who, Duration at, Duration length, String text) implements Moment {}

  /** The assistant calls its booking tool and waits for the answer. */
  public record Booking(Duration at, int daysAhead, int hour) implements Moment {}

  /** The assistant puts the person through to somebody. */
  public record Transfer(Duration at) implements Moment {}

  /** Who speaks. */
  public enum Speaker {
    ASSISTANT,
    PERSON
  }

  /**
   * What the caller brought.
   *
   * @param firstMessage the assistant's first words, as the person hears them
   * @param voicemailMessage what it leaves on a machine; empty for nothing
   * @param canTransfer whether it has somebody to put the person through to
   * @param longest how long the call may last once it is answered
   */
  public record Call(
      String from,
      String to,
      int nth,
      String firstMessage,
      String voicemailMessage,
      boolean canTransfer,
      Duration longest) {}

  public CallScript {
    moments = List.copyOf(moments);
  }

  public static CallScript of(VoicePersona persona, Call call, long seed) {
    var chance = Chance.of(seed, "call", call.from(), call.to(), call.nth());
    return switch (persona) {
      case MISDIALED -> unreached(Optional.empty(), 900, "twilio-reported-customer-misdialed");
      case LINE_FAILURE ->
          unreached(
              Optional.empty(),
              1_500 + chance.below(2_000),
              VoicePhrases.LINE_FAILURES.get(chance.below(VoicePhrases.LINE_FAILURES.size())));
      case BUSY ->
          unreached(
              Optional.of(Duration.ofMillis(1_200 + chance.below(600))),
              2_500 + chance.below(2_000),
              "customer-busy");
      case NO_ANSWER ->
          unreached(
              Optional.of(Duration.ofMillis(1_200 + chance.below(600))),
              32_000 + chance.below(13_000),
              "customer-did-not-answer");
      case VOICEMAIL -> voicemail(call, chance);
      case HANGS_UP -> hangsUp(call, chance);
      case MUTE -> mute(call, chance);
      case INTERESTED -> interested(call, chance);
      case PRICE_OBJECTOR -> priceObjector(call, chance);
      case BOOKER -> booker(call, chance);
      case REMOVER -> remover(call, chance);
      case WANTS_HUMAN -> wantsHuman(call, chance);
      case RAMBLER -> rambler(call, chance);
    };
  }

  private static CallScript unreached(Optional<Duration> ringing, int endMs, String reason) {
    return new CallScript(
        ringing,
        Optional.empty(),
        List.of(),
        Duration.ofMillis(endMs),
        reason,
        "",
        Outcome.NOTHING);
  }

  private static CallScript voicemail(Call call, Chance chance) {
    var talk = new Talk(chance, 18_000 + chance.below(8_000));
    talk.person(VoicePhrases.pick(VoicePhrases.GREETING_OF_MACHINE, chance));
    if (!call.voicemailMessage().isBlank()) {
      talk.assistant(call.voicemailMessage());
    }
    return talk.end("voicemail", call, "", Outcome.NOTHING);
  }

  private static CallScript hangsUp(Call call, Chance chance) {
    var talk = opened(call, chance);
    if (chance.coin()) {
      talk.person(VoicePhrases.pick(VoicePhrases.CURT, chance));
    }
    return talk.end(
        "customer-ended-call", call, "The customer hung up after a few seconds.", Outcome.DECLINED);
  }

  private static CallScript mute(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.pause(30_000);
    return talk.end("silence-timed-out", call, "Nobody spoke on the other side.", Outcome.NOTHING);
  }

  private static CallScript interested(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.person(VoicePhrases.pick(VoicePhrases.YES_WHO, chance));
    talk.assistant("Great. I would like to ask two quick questions, if you have a minute.");
    talk.person(VoicePhrases.pick(VoicePhrases.INTEREST, chance));
    talk.assistant("Good to know. Shall I send you the details by text?");
    talk.person(VoicePhrases.pick(VoicePhrases.SEND_DETAILS, chance));
    talk.assistant("I will do that. Thank you for your time, goodbye.");
    return talk.end(
        chance.coin() ? "customer-ended-call" : "assistant-ended-call",
        call,
        "The customer is interested and wants the details by text.",
        Outcome.INTERESTED);
  }

  private static CallScript priceObjector(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.person(VoicePhrases.pick(VoicePhrases.YES_WHO, chance));
    talk.assistant("It is about the estimate that you asked for. Is it still of interest?");
    talk.person(VoicePhrases.pick(VoicePhrases.TOO_DEAR, chance));
    talk.assistant("I understand. Many people spread the cost. Would that help?");
    talk.person(VoicePhrases.pick(VoicePhrases.STILL_TOO_DEAR, chance));
    talk.assistant("Of course, take your time. Goodbye.");
    return talk.end(
        "customer-ended-call",
        call,
        "The customer finds the price too high and wants to think about it.",
        Outcome.DECLINED);
  }

  private static CallScript booker(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.person(VoicePhrases.pick(VoicePhrases.YES_WHO, chance));
    talk.assistant("I can offer you a visit this week or next. When would it suit you?");
    int days = 1 + chance.below(6);
    int hour = 9 + chance.below(8);
    talk.person(VoicePhrases.time(days, hour, chance));
    talk.assistant("One moment, I am checking the calendar.");
    talk.book(days, hour);
    talk.person(VoicePhrases.pick(VoicePhrases.THANKS, chance));
    return talk.end(
        "assistant-ended-call", call, "The customer agreed to an appointment.", Outcome.BOOKED);
  }

  private static CallScript remover(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.person(VoicePhrases.pick(VoicePhrases.REMOVE, chance));
    talk.assistant("I am sorry to have disturbed you. I will pass that on. Goodbye.");
    return talk.end(
        "customer-ended-call",
        call,
        "The customer asked to be removed from the list and not to be contacted again.",
        Outcome.WANTS_OUT);
  }

  private static CallScript wantsHuman(Call call, Chance chance) {
    var talk = opened(call, chance);
    talk.person(VoicePhrases.pick(VoicePhrases.HUMAN, chance));
    if (call.canTransfer()) {
      talk.assistant("Of course, I will put you through.");
      talk.transfer();
      return talk.end(
          "assistant-forwarded-call",
          call,
          "The customer asked for a person and was put through.",
          Outcome.WANTS_PERSON);
    }
    talk.assistant("I will ask a colleague to call you back today.");
    talk.person(VoicePhrases.pick(VoicePhrases.THANKS, chance));
    return talk.end(
        "customer-ended-call",
        call,
        "The customer wants to be called back by a person.",
        Outcome.WANTS_PERSON);
  }

  private static CallScript rambler(Call call, Chance chance) {
    var talk = opened(call, chance);
    for (int i = 0; i < 4; i++) {
      talk.person(VoicePhrases.STORY.get(i % VoicePhrases.STORY.size()));
      talk.assistant("I see. Go on, please.");
    }
    talk.pause((int) Math.min(call.longest().toMillis(), Integer.MAX_VALUE / 2));
    return talk.end(
        "exceeded-max-duration",
        call,
        "The customer talked at length about other things.",
        Outcome.DECLINED);
  }

  private static Talk opened(Call call, Chance chance) {
    var talk = new Talk(chance, 5_000 + chance.below(14_000));
    talk.assistant(
        call.firstMessage().isBlank() ? "Hello, do you have a minute?" : call.firstMessage());
    return talk;
  }

  /** Puts moments one after another. */
  private static final class Talk {
    private final Chance chance;
    private final Duration ringing;
    private final Duration answered;
    private final List<Moment> moments = new ArrayList<>();
    private Duration now;

    Talk(Chance chance, int ringsMs) {
      this.chance = chance;
      this.ringing = Duration.ofMillis(1_200 + chance.below(600));
      this.answered = ringing.plusMillis(ringsMs);
      this.now = answered;
    }

    // what it would have come to is not known
    private static final String CUT_OFF = "The call was cut off when its time was up.";

    void assistant(String text) {
      say(Speaker.ASSISTANT, text);
    }

    void person(String text) {
      say(Speaker.PERSON, text);
    }

    void pause(int ms) {
      now = now.plusMillis(ms);
    }

    void book(int daysAhead, int hour) {
      pause(600);
      moments.add(new Booking(now, daysAhead, hour));
      // the assistant reads the confirmation out
      pause(5_500);
    }

    void transfer() {
      pause(400);
      moments.add(new Transfer(now));
      pause(20_000 + chance.below(40_000));
    }

    private void say(Speaker who, String text) {
      pause(350 + chance.below(900));
      // people speak about 160 words a minute
      var length = Duration.ofMillis(500 + 370L * text.split("\\s+").length);
      moments.add(new Said(who, now, length, text));
      now = now.plus(length);
    }

    CallScript end(String reason, Call call, String summary, Outcome outcome) {
      pause(500 + chance.below(1_500));
      var latest = answered.plus(call.longest());
      if (now.compareTo(latest) > 0) {
        var inTime = moments.stream().filter(m -> m.at().compareTo(latest) < 0).toList();
        return new CallScript(
            Optional.of(ringing),
            Optional.of(answered),
            inTime,
            latest,
            "exceeded-max-duration",
            CUT_OFF,
            Outcome.NOTHING);
      }
      return new CallScript(
          Optional.of(ringing), Optional.of(answered), moments, now, reason, summary, outcome);
    }
  }
}
