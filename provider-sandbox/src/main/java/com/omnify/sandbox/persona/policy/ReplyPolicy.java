package com.omnify.sandbox.persona.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whether, when and what a person answers. */
public final class ReplyPolicy {

  /**
   * How talkative people are.
   *
   * @param probability that a message which may be answered is; people who want out always say so
   * @param every at most one answer in so many messages
   */
  public record Talkativeness(double probability, int every) {

    public static final Talkativeness DEFAULT = new Talkativeness(0.6, 2);

    public Talkativeness {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("probability is 0 to 1, was " + probability);
      }
      if (every < 1) {
        throw new IllegalArgumentException("every is at least 1, was " + every);
      }
    }
  }

  /**
   * What went before between this person and this sender.
   *
   * @param received messages to the person, this one included
   * @param said how often the person has answered or is about to
   * @param saidAfter the value of {@code received} at the last answer; 0 before the first
   */
  public record Exchange(String from, String to, int received, int said, int saidAfter) {}

  /**
   * @param after fleet time since the message was in hand
   */
  public record Reply(Duration after, String text) {}

  private ReplyPolicy() {}

  public static Optional<Reply> decide(
      Persona persona, Exchange exchange, Talkativeness talk, long seed) {
    var chance = Chance.of(seed, "reply", exchange.from(), exchange.to(), exchange.received());
    return switch (persona) {
      case SILENT, LANDLINE, INVALID, UNREACHABLE, CARRIER_FILTERED -> Optional.empty();
      case STOPPER ->
          wantsOut(exchange, seed)
              ? Optional.of(reply(chance, 2, 30, Phrases.STOP))
              : Optional.empty();
      case POLITE_STOPPER -> {
        if (exchange.said() > 0) {
          // asked nicely and was written to again: now the word that carriers act on
          yield exchange.said() == 1
              ? Optional.of(reply(chance, 1, 10, Phrases.STOP))
              : Optional.empty();
        }
        yield wantsOut(exchange, seed)
            ? Optional.of(reply(chance, 5, 60, Phrases.POLITE_STOP))
            : Optional.empty();
      }
      case EAGER -> perhaps(exchange, talk, chance, 1, 10, Phrases.EAGER);
      case QUESTIONER -> perhaps(exchange, talk, chance, 5, 45, Phrases.QUESTION);
      case OBJECTOR -> perhaps(exchange, talk, chance, 10, 120, Phrases.OBJECTION);
      case BOOKER ->
          perhaps(
              exchange,
              talk,
              chance,
              5,
              60,
              exchange.said() == 0 && chance.coin() ? Phrases.BOOKING_SOON : Phrases.BOOKING);
      case FLAKY, LATE, OUT_OF_ORDER, VOIP ->
          perhaps(
              exchange,
              new Talkativeness(talk.probability() / 2, talk.every()),
              chance,
              10,
              180,
              chance.coin() ? Phrases.EAGER : Phrases.QUESTION);
    };
  }

  /**
   * People who want out say so on the first or the second message; if the moment passed, on the
   * next.
   */
  private static boolean wantsOut(Exchange exchange, long seed) {
    boolean patient = Chance.of(seed, "patience", exchange.from(), exchange.to()).coin();
    return exchange.said() == 0 && exchange.received() >= (patient ? 2 : 1);
  }

  private static Optional<Reply> perhaps(
      Exchange exchange,
      Talkativeness talk,
      Chance chance,
      int fromMinutes,
      int toMinutes,
      List<String> phrases) {
    boolean due =
        exchange.said() == 0 || exchange.received() - exchange.saidAfter() >= talk.every();
    return due && chance.unit() < talk.probability()
        ? Optional.of(reply(chance, fromMinutes, toMinutes, phrases))
        : Optional.empty();
  }

  private static Reply reply(Chance chance, int fromMinutes, int toMinutes, List<String> phrases) {
    return new Reply(
        Duration.ofSeconds(fromMinutes * 60L + chance.below((toMinutes - fromMinutes) * 60)),
        phrases.get(chance.below(phrases.size())));
  }
}
