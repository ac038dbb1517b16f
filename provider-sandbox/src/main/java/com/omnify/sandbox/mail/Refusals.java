package com.omnify.sandbox.mail;

import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import com.omnify.sandbox.mail.smtp.SmtpReply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Replies that the SMTP server gives on purpose before it takes a mail. */
public final class Refusals {

  private static final int MAX_RULES = 100;
  private static final int MAX_SEEN = 100_000;

  /**
   * A rule.
   *
   * @param stage where it applies
   * @param code 4xx or 5xx; 421 also ends the talk at CONNECT, DATA and DOT
   * @param text what is said with it; null for a usual one
   * @param rate how often, 0 to 1; null for always
   * @param times how often in all; null without end
   * @param to only for that recipient; null for all
   * @param firstOnly only the first time for a pair of sender and recipient: greylisting
   */
  public record Rule(
      @Nullable Stage stage,
      int code,
      @Nullable String text,
      @Nullable Double rate,
      @Nullable Long times,
      @Nullable String to,
      boolean firstOnly) {

    public Rule {
      if (stage == null) {
        throw new IllegalArgumentException("stage is connect, mail, rcpt, data or dot");
      }
      if (code < 400 || code > 599) {
        throw new IllegalArgumentException("code is 400 to 599, was " + code);
      }
      if (rate != null && !(rate >= 0 && rate <= 1)) {
        throw new IllegalArgumentException("rate is 0 to 1, was " + rate);
      }
    }

    SmtpReply reply() {
      var usual =
          firstOnly
              ? "4.7.1 Greylisted, please try again later"
              : code < 500 ? "4.3.2 Try again later" : "5.7.1 Refused by a switch";
      return new SmtpReply(code, text == null ? usual : text);
    }
  }

  private final SplittableRandom random;
  private final Map<Rule, Long> fired = new LinkedHashMap<>();
  private final Map<String, Boolean> seen = new LinkedHashMap<>();
  private List<Rule> rules = List.of();

  Refusals(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Replaces all rules. */
  synchronized void set(List<Rule> newRules) {
    if (newRules.size() > MAX_RULES) {
      throw new IllegalArgumentException("at most " + MAX_RULES + " rules");
    }
    rules = List.copyOf(newRules);
    fired.clear();
    seen.clear();
  }

  synchronized List<Rule> rules() {
    return rules;
  }

  /** The reply of the first rule that fires. */
  synchronized Optional<SmtpReply> at(Stage stage, Envelope envelope) {
    return rules.stream()
        .filter(r -> r.stage() == stage && meant(r, envelope) && fires(r, envelope))
        .findFirst()
        .map(Rule::reply);
  }

  private static boolean meant(Rule rule, Envelope envelope) {
    var to = rule.to();
    return to == null || envelope.to().stream().anyMatch(to::equalsIgnoreCase);
  }

  private boolean fires(Rule rule, Envelope envelope) {
    long before = fired.getOrDefault(rule, 0L);
    var times = rule.times();
    var rate = rule.rate();
    if ((times != null && before >= times) || (rate != null && random.nextDouble() >= rate)) {
      return false;
    }
    if (rule.firstOnly()) {
      var pair = (envelope.from() + " " + envelope.to()).toLowerCase(Locale.ROOT);
      if (seen.size() >= MAX_SEEN || seen.put(pair, true) != null) {
        return false;
      }
    }
    fired.put(rule, before + 1);
    return true;
  }
}
