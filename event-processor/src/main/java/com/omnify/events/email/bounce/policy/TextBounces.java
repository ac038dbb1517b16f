package com.omnify.events.email.bounce.policy;

import com.omnify.events.email.message.policy.MailAddresses;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bounces without a delivery report: qmail's, exim's, old sendmail's, Exchange's and the portals'.
 * A message is one only when a mail system wrote it and it speaks of a failure or a delay.
 */
final class TextBounces {

  private static final int MOST_LINES = 1_000;
  private static final int LONGEST_LINE = 1_000;
  private static final int LONGEST_WORDS = 2_000;
  private static final int MOST_RECIPIENTS = 50;

  private static final int FLAGS = Pattern.CASE_INSENSITIVE;

  private static final Pattern SYSTEM =
      Pattern.compile(
          "daemon|postmaster|mail delivery (?:sub)?system|system administrator|mail administrator"
              + "|mail system|bounce",
          FLAGS);

  /** Names that people have, too: only with a subject that says it. */
  private static final Pattern PERHAPS_SYSTEM =
      Pattern.compile(
          "administrator|gateway|mail delivery|delivery service|smtp|exchange|notification", FLAGS);

  private static final Pattern FAILURE =
      Pattern.compile(
          "undeliver|non-?deliver|delivery[ -](?:status|failure|failed|has failed|notification|report|error|problem)"
              + "|failure notice|failure delivery|returned (?:mail|message|to sender)|return(?:ing|ed) message to sender"
              + "|mail (?:delivery )?(?:failed|failure|error|could not)|mail system error|message not delivered"
              + "|(?:could|can) ?not be (?:delivered|sent)|(?:was|were)n'?t able to (?:be )?deliver|unable to deliver"
              + "|did(?: not|n'?t) reach|error sending your mail|not delivered|delivery to the following"
              + "|unzustellbar|nicht zugestellt|non remis|échec de la remise|no se (?:ha )?pud?o? entregar"
              + "|não (?:foi )?entregue|mancato recapito|niet (?:worden )?bezorgd|недоставлен|не доставлен",
          FLAGS);

  private static final Pattern DELAY =
      Pattern.compile(
          "will (?:keep|continue) (?:on )?trying|you do not need to resend|no action is required on your part"
              + "|delivery (?:attempts )?will (?:be retried|continue)|has not (?:yet )?been delivered"
              + "|delivery (?:is |has been |temporarily )delayed|message delayed|delayed \\d{1,3} hours"
              + "|warning: message|temporary (?:non-fatal|failure).{0,40}will",
          FLAGS);

  /** Where the mail that failed begins. */
  private static final Pattern RETURNED =
      Pattern.compile(
          "[\\s>*#=-]{0,80}(?:below (?:this line|the next line) is a copy of|(?:this|below) is a copy of (?:the|your) (?:original )?message"
              + "|(?:original|unsent|returned|returned original) message (?:follows|below|headers?)?\\W{0,60}$"
              + "|original message(?: follows)?\\W{0,60}$|message headers? follow|the headers? of the original message"
              + "|header of the original message|message text follows|the original message follows"
              + "|original mail|forwarded message|undelivered message|copy of (?:the )?message).{0,120}",
          FLAGS);

  private static final Pattern HEADER_BEGINS =
      Pattern.compile(
          "(?:Received|Return-Path|DKIM-Signature|X-Apparently-From):\\s?\\S.{0,900}", FLAGS);

  private static final Pattern AT_START =
      Pattern.compile(
          "[\\s>*\"-]{0,12}<?" + MailAddresses.FORM + "[>\"]?(?:\\s*[:,(].*|\\s.*)?", FLAGS);

  private static final Pattern NAMED =
      Pattern.compile(
          "(?:recipient(?: address)?:?|rcpt to:?|your mail to|undeliverable to|attempts:|size:|sent to:?)\\s{0,10}<?"
              + MailAddresses.FORM,
          FLAGS);

  private static final Pattern TRANSCRIPT =
      Pattern.compile("[45]\\d\\d[ -]<" + MailAddresses.FORM + ">\\.{3}.{0,400}", FLAGS);

  private TextBounces() {}

  static boolean isBounce(MailPart mail) {
    MailHeaders headers = mail.headers();
    if (headers.has("x-failed-recipients")) {
      return true;
    }
    boolean system =
        SYSTEM.matcher(headers.text("from")).find()
            || SYSTEM.matcher(headers.text("return-path")).find()
            || headers.raw("return-path").map(path -> path.equals("<>")).orElse(false);
    boolean subject = FAILURE.matcher(headers.text("subject")).find();
    if (!system) {
      return subject && PERHAPS_SYSTEM.matcher(headers.text("from")).find();
    }
    String report = report(mail);
    return subject
        || FAILURE.matcher(cut(report, LONGEST_WORDS)).find()
        || mail.first("message/delivery-status").isPresent()
        || isDelay(mail);
  }

  static boolean isDelay(MailPart mail) {
    return DELAY.matcher(mail.headers().text("subject")).find()
        || DELAY.matcher(cut(report(mail), LONGEST_WORDS)).find();
  }

  /** The part that the mail system wrote. */
  static String report(MailPart mail) {
    String text = mail.readable();
    return text.substring(0, split(text));
  }

  /** The part that it returns, from its first header field; empty where it returns nothing. */
  static String returned(MailPart mail) {
    String text = mail.readable();
    String rest = text.substring(split(text));
    var lines = new ArrayList<String>();
    boolean begun = false;
    for (String line : (Iterable<String>) rest.lines().limit(MOST_LINES)::iterator) {
      boolean field = line.matches("[A-Za-z][A-Za-z0-9-]{1,60}:.{0,998}");
      if (!begun) {
        begun = field;
      } else if (line.isBlank()) {
        break;
      }
      if (begun) {
        lines.add(line);
      }
    }
    if (lines.isEmpty()) {
      return Stream.concat(Stream.of(mail), mail.parts().stream())
          .filter(part -> part.type().startsWith("text/"))
          .map(MailPart::text)
          .filter(part -> HEADER_BEGINS.matcher(firstLine(part)).matches())
          .findFirst()
          .orElse("");
    }
    return String.join("\n", lines);
  }

  /** The failed recipients, each with the words about it. */
  static Map<String, String> recipients(MailPart mail) {
    List<String> lines = report(mail).lines().limit(MOST_LINES).map(TextBounces::cut).toList();
    Set<String> own = own(mail.headers());
    Map<String, String> found = new LinkedHashMap<>();
    List<String> failed =
        mail.headers().all("x-failed-recipients").stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(MailAddresses::first)
            .filter(address -> !address.isEmpty())
            .limit(MOST_RECIPIENTS)
            .toList();
    if (!failed.isEmpty()) {
      failed.forEach(address -> found.put(address, wordsAbout(lines, address)));
      return found;
    }
    Set<String> others = new LinkedHashSet<>();
    Set<String> ours = new LinkedHashSet<>();
    for (String line : lines) {
      String address = introduced(line);
      if (!address.isEmpty() && others.size() < MOST_RECIPIENTS) {
        (own.contains(address.toLowerCase(Locale.ROOT)) ? ours : others).add(address);
      }
    }
    // an address that is one's own can fail, too, where no other does
    (others.isEmpty() ? ours : others)
        .forEach(address -> found.putIfAbsent(address, wordsAbout(lines, address)));
    return found;
  }

  static String wordsAbout(MailPart mail, String recipient) {
    return wordsAbout(
        report(mail).lines().limit(MOST_LINES).map(TextBounces::cut).toList(), recipient);
  }

  /** From the line that introduces it to the one that introduces the next. */
  private static String wordsAbout(List<String> lines, String address) {
    for (int at = 0; at < lines.size(); at++) {
      if (!introduced(lines.get(at)).equalsIgnoreCase(address)) {
        continue;
      }
      if (TRANSCRIPT.matcher(lines.get(at)).matches()) {
        String before = at > 0 && lines.get(at - 1).startsWith("<<<") ? lines.get(at - 1) : "";
        return before + "\n" + lines.get(at);
      }
      var words = new StringBuilder();
      for (int n = at; n < lines.size() && words.length() < LONGEST_WORDS; n++) {
        String next = introduced(lines.get(n));
        if (n > at && !next.isEmpty() && !next.equalsIgnoreCase(address)) {
          break;
        }
        words.append(lines.get(n).strip()).append('\n');
      }
      if (words.toString().strip().length() > address.length() + 6) {
        return words.toString();
      }
    }
    return cut(String.join("\n", lines), LONGEST_WORDS);
  }

  private static String introduced(String line) {
    if (line.indexOf('@') < 0) {
      return "";
    }
    for (Pattern pattern : List.of(AT_START, TRANSCRIPT)) {
      Matcher whole = pattern.matcher(line);
      if (whole.matches()) {
        return MailAddresses.trimmed(whole.group(1));
      }
    }
    Matcher named = NAMED.matcher(line);
    return named.find() ? MailAddresses.trimmed(named.group(1)) : "";
  }

  private static Set<String> own(MailHeaders headers) {
    var own = new LinkedHashSet<String>();
    for (String name : List.of("to", "delivered-to", "x-original-to", "envelope-to")) {
      headers.all(name).stream()
          .map(MailAddresses::first)
          .map(address -> address.toLowerCase(Locale.ROOT))
          .forEach(own::add);
    }
    return own;
  }

  private static int split(String text) {
    int at = 0;
    int lines = 0;
    while (at < text.length() && lines < MOST_LINES) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      String line = cut(text.substring(at, end < 0 ? text.length() : end), LONGEST_LINE);
      if (lines > 0
          && (RETURNED.matcher(line).matches() || HEADER_BEGINS.matcher(line).matches())) {
        return at;
      }
      at = next;
      lines++;
    }
    return text.length();
  }

  private static String firstLine(String text) {
    String begun = text.stripLeading();
    int end = begun.indexOf('\n');
    return cut(end < 0 ? begun : begun.substring(0, end), LONGEST_LINE);
  }

  private static String cut(String line) {
    return cut(line, LONGEST_LINE);
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) : text;
  }
}
