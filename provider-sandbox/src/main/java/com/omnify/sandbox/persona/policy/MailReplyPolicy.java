package com.omnify.sandbox.persona.policy;

import com.omnify.sandbox.persona.policy.ReplyPolicy.Exchange;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Reply;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether, when and what a person answers to a mail; by hand or by machine. */
public final class MailReplyPolicy {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEEE, MMMM d", Locale.US);

  /**
   * What a machine answers while its owner is away.
   *
   * @param back the first day on which somebody reads mail again
   */
  public record Away(LocalDate back, String text) {}

  private MailReplyPolicy() {}

  /** What the person writes, with fleet time since the mail was read. */
  public static Optional<Reply> decide(
      EmailHabit habit, Exchange exchange, Talkativeness talk, long seed) {
    return ReplyPolicy.decide(habit.voice(), exchange, talk, seed)
        .map(reply -> new Reply(reply.after(), words(habit, reply.text(), exchange, seed)));
  }

  private static String words(EmailHabit habit, String words, Exchange exchange, long seed) {
    var chance = Chance.of(seed, "letter", exchange.from(), exchange.to(), exchange.received());
    return switch (habit) {
      case STOPPER -> pick(chance, Phrases.MAIL_STOP);
      case POLITE_STOPPER ->
          pick(chance, exchange.said() > 0 ? Phrases.MAIL_STOP : Phrases.MAIL_POLITE_STOP);
      default -> pick(chance, Phrases.MAIL_GREETINGS) + words + pick(chance, Phrases.MAIL_CLOSINGS);
    };
  }

  /**
   * The automatic answer of somebody who is away, the first time one sender writes.
   *
   * @param received the day on which the mail came
   */
  public static Optional<Away> away(
      EmailHabit habit, Exchange exchange, LocalDate received, long seed) {
    if (habit != EmailHabit.OUT_OF_OFFICE || exchange.received() > 1) {
      return Optional.empty();
    }
    var chance = Chance.of(seed, "away", exchange.to());
    var back = received.plusDays(2 + chance.below(12));
    var day = DAY.format(back);
    return Optional.of(new Away(back, pick(chance, Phrases.MAIL_AWAY).formatted(day)));
  }

  /** How long the machine takes. */
  public static Duration awayAfter() {
    return Duration.ofSeconds(2);
  }

  private static String pick(Chance chance, List<String> phrases) {
    return phrases.get(chance.below(phrases.size()));
  }
}
