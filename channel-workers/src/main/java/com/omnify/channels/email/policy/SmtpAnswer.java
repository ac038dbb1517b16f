package com.omnify.channels.email.policy;

import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how an attempt ended: only what is certain is called so, everything else is unknown. */
public final class SmtpAnswer {

  /** What a server says of itself when it gives a mail a number, in the forms that are common. */
  private static final Pattern QUEUED =
      Pattern.compile(
          "(?i)queued (?:as|with id) <?([A-Za-z0-9._@+=-]{4,200})|^250 Ok (\\S{20,200})");

  private static final Pattern ENHANCED =
      Pattern.compile("^[245]\\d\\d[ -]([245]\\.\\d{1,3}\\.\\d{1,3})\\b");

  /** Who we are, or may be, is what it does not like. */
  private static final Set<String> CREDENTIALS =
      Set.of("530", "534", "535", "538", "5.7.8", "5.7.9", "5.7.11", "5.7.13", "5.7.14");

  /** The sender's own address is refused. */
  private static final Set<String> OWN_ADDRESS = Set.of("5.1.7", "5.1.8", "5.7.60");

  private static final Set<String> SYNTAX = Set.of("500", "501", "502", "503", "504", "555");

  private SmtpAnswer() {}

  /**
   * What was seen of one attempt that was not accepted.
   *
   * @param phase the furthest it came
   * @param code the server's reply in that phase, 0 where none came
   * @param reply its text
   * @param trouble a short code of what went wrong where there is no reply
   */
  public record Seen(SmtpPhase phase, int code, @Nullable String reply, String trouble) {}

  /** The server took it. */
  public static SendResult accepted(@Nullable String reply, String messageId) {
    Matcher queued = QUEUED.matcher(reply == null ? "" : reply);
    if (!queued.find()) {
      return new SendResult.Accepted(messageId.replaceAll("[<>]", ""));
    }
    String id = queued.group(1) == null ? queued.group(2) : queued.group(1);
    return new SendResult.Accepted(id);
  }

  /** It did not, or nobody knows. */
  public static SendResult read(Seen seen) {
    boolean refused = seen.code() >= 400 && seen.code() < 600;
    String code = refused ? code(seen) : seen.trouble();
    return switch (seen.phase()) {
      case DOT ->
          refused ? rejected(seen, code) : new SendResult.Unknown(seen.trouble(), seen.reply());
      case MAIL, RCPT, DATA, CONTENT ->
          refused ? rejected(seen, code) : new SendResult.NotSent(code, seen.reply());
      case AUTH ->
          refused && seen.code() >= 500
              ? new SendResult.Rejected(FailureType.ACCOUNT_PROBLEM, code, seen.reply(), null)
              : new SendResult.NotSent(code, seen.reply());
      case CONNECT ->
          code.equals("address_refused")
              ? new SendResult.Rejected(FailureType.ACCOUNT_PROBLEM, code, seen.reply(), null)
              : new SendResult.NotSent(code, seen.reply());
    };
  }

  /** The more precise of the two that a reply has; 421 is the server's own, whatever follows. */
  private static String code(Seen seen) {
    String plain = Integer.toString(seen.code());
    Matcher enhanced = ENHANCED.matcher(seen.reply() == null ? "" : seen.reply());
    return enhanced.find() && seen.code() != 421 ? enhanced.group(1) : plain;
  }

  private static SendResult rejected(Seen seen, String code) {
    return new SendResult.Rejected(failure(seen, code), code, seen.reply(), null);
  }

  private static FailureType failure(Seen seen, String code) {
    String plain = Integer.toString(seen.code());
    if (seen.code() < 500) {
      // Greylisting, a full disk, too much at once: it asks to come again.
      return FailureType.CAPACITY_EXHAUSTED;
    }
    if (CREDENTIALS.contains(code) || CREDENTIALS.contains(plain) || OWN_ADDRESS.contains(code)) {
      return FailureType.ACCOUNT_PROBLEM;
    }
    if (code.startsWith("5.1.") && seen.phase() != SmtpPhase.MAIL) {
      return FailureType.EMAIL_BOUNCED;
    }
    if (SYNTAX.contains(plain) || code.startsWith("5.5.") || code.startsWith("5.6.")) {
      return FailureType.BAD_REQUEST;
    }
    if (seen.phase() == SmtpPhase.MAIL) {
      return code.equals("5.3.4") || plain.equals("552")
          ? FailureType.BAD_REQUEST
          : FailureType.ACCOUNT_PROBLEM;
    }
    // Whatever its words: policy never blames the address.
    return code.startsWith("5.7.") ? FailureType.EMAIL_SPAM : FailureType.EMAIL_BOUNCED;
  }
}
