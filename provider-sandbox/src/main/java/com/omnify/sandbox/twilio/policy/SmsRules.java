package com.omnify.sandbox.twilio.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Twilio checks before it takes a message. The texts follow Twilio's, but only the codes are
 * meant to be relied upon.
 *
 * <p>Twilio's magic numbers for tests work here too: as To +15005550001 invalid, …0002 cannot
 * route, …0003 no international permission, …0004 opted out, …0009 cannot take SMS; as From …0001
 * invalid, …0007 not yours, …0008 queue full.
 */
public final class SmsRules {

  private static final int MAX_BODY = 1_600;
  private static final Pattern SENDER =
      Pattern.compile("\\+[1-9]\\d{6,14}|\\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +\\-_&]{1,11}");
  private static final Pattern HTTP_URL =
      Pattern.compile("(?i)https?://[^/?#:\\s]+(:\\d{1,5})?([/?#]\\S*)?");
  private static final Set<String> STOP =
      Set.of("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT");
  private static final Set<String> START = Set.of("START", "YES", "UNSTOP");
  private static final Set<String> HELP = Set.of("HELP", "INFO");

  /**
   * A request to send, as it came.
   *
   * @param toE164 the recipient's number where {@code to} can be read as one
   * @param mediaOrContent where a text is not required
   */
  public record Draft(
      @Nullable String to,
      @Nullable String toE164,
      @Nullable String from,
      @Nullable String messagingServiceSid,
      @Nullable String body,
      @Nullable String statusCallback,
      boolean mediaOrContent) {}

  /** What the account says about its senders: {@code numbers} empty means any. */
  public record Senders(Set<String> numbers, String whenServicePicks) {}

  /** A checked request or the reason against it. */
  public sealed interface Verdict {
    /** Both numbers normalised to E.164 (a sender may also be a short code or a name). */
    record Fine(String to, String from, String body) implements Verdict {}

    record Wrong(TwilioError error) implements Verdict {}
  }

  /** The effect of a word that carriers and Twilio act upon. */
  public enum Keyword {
    STOP,
    START,
    HELP
  }

  private SmsRules() {}

  public static Verdict check(Draft draft, Senders senders) {
    if (draft.to() == null) {
      return wrong(21604, "A 'To' phone number is required.");
    }
    var to = draft.toE164();
    if (to == null) {
      return wrong(21211, "Invalid 'To' Phone Number: " + masked(draft.to()));
    }
    if (draft.from() == null && draft.messagingServiceSid() == null) {
      return wrong(21603, "A 'From' phone number is required.");
    }
    var from = draft.from() == null ? senders.whenServicePicks() : draft.from();
    var badSender = sender(from, senders);
    if (badSender.isPresent()) {
      return badSender.get();
    }
    if (to.equals(from)) {
      return wrong(21266, "'To' and 'From' number cannot be the same: " + masked(from));
    }
    if (draft.body() == null && !draft.mediaOrContent()) {
      return wrong(21602, "Message body is required.");
    }
    var body = draft.body() == null ? "" : draft.body();
    if (body.length() > MAX_BODY) {
      return wrong(21617, "The concatenated message body exceeds the 1600 character limit");
    }
    if (draft.statusCallback() != null && !HTTP_URL.matcher(draft.statusCallback()).matches()) {
      return wrong(
          21609, "The 'StatusCallback' URL " + draft.statusCallback() + " is not a valid URL.");
    }
    return magicRecipient(to)
        .<Verdict>map(Verdict.Wrong::new)
        .orElseGet(() -> new Verdict.Fine(to, from, body));
  }

  /** The refusal once a recipient has said STOP to a sender. */
  public static TwilioError optedOut() {
    return new TwilioError(400, 21610, "Attempt to send to unsubscribed recipient");
  }

  /** The refusal of a number that does not exist. */
  public static TwilioError noSuchNumber(String to) {
    return new TwilioError(400, 21211, "Invalid 'To' Phone Number: " + masked(to));
  }

  /**
   * Twilio compares the whole message, without surrounding white space and case. "STOP PLEASE" is
   * no keyword to Twilio, though it is a wish a sender must honour.
   */
  public static Optional<Keyword> keyword(String body) {
    var word = body.strip().toUpperCase(Locale.ROOT);
    if (STOP.contains(word)) {
      return Optional.of(Keyword.STOP);
    }
    if (START.contains(word)) {
      return Optional.of(Keyword.START);
    }
    return HELP.contains(word) ? Optional.of(Keyword.HELP) : Optional.empty();
  }

  private static Optional<Verdict> sender(String from, Senders senders) {
    if (from.equals("+15005550001") || !SENDER.matcher(from).matches()) {
      return Optional.of(
          wrong(
              21212,
              "The 'From' number %s is not a valid phone number, shortcode, or alphanumeric sender ID."
                  .formatted(from)));
    }
    if (from.equals("+15005550007")) {
      return Optional.of(
          wrong(
              21606,
              "The 'From' phone number provided (%s) is not a valid message-capable Twilio phone number for this destination/account"
                  .formatted(from)));
    }
    if (from.equals("+15005550008")) {
      return Optional.of(
          new Verdict.Wrong(
              new TwilioError(
                  429,
                  21611,
                  "This 'From' number has exceeded the maximum number of queued messages")));
    }
    if (!senders.numbers().isEmpty() && !senders.numbers().contains(from)) {
      return Optional.of(
          wrong(
              21659,
              "'From' %s is not a Twilio phone number or Short Code country mismatch"
                  .formatted(from)));
    }
    return Optional.empty();
  }

  private static Optional<TwilioError> magicRecipient(String to) {
    return switch (to) {
      case "+15005550001" -> Optional.of(noSuchNumber(to));
      case "+15005550002" ->
          Optional.of(
              new TwilioError(
                  400,
                  21612,
                  "The 'To' phone number is not currently reachable using the 'From' number"));
      case "+15005550003" ->
          Optional.of(
              new TwilioError(
                  400,
                  21408,
                  "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"));
      case "+15005550004" -> Optional.of(optedOut());
      case "+15005550009" ->
          Optional.of(new TwilioError(400, 21614, "'To' number is not a valid mobile number"));
      default -> Optional.empty();
    };
  }

  private static Verdict wrong(int code, String message) {
    return new Verdict.Wrong(new TwilioError(400, code, message));
  }

  /** As Twilio does: the last four digits are nobody's business in a log. */
  private static String masked(String number) {
    return number.length() <= 4 ? number : number.substring(0, number.length() - 4) + "XXXX";
  }
}
