package com.omnify.scheduler.message.policy;

import com.omnify.model.SmsEncoding;
import com.omnify.model.SmsSegments;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person reads who has opted out in words that only we understand: that it is done, from
 * whom, and how to come back. Nothing else may stand in it, and it is one segment of GSM-7.
 */
public final class ConfirmationText {

  private static final String SENTENCE =
      "You are unsubscribed and will get no more messages. Reply START to get them again.";

  private static final int ROOM = SmsSegments.LONGEST_GSM_7;

  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern LINK =
      Pattern.compile("https?:|www\\.|\\b[a-z0-9-]+\\.[a-z]{2,}/", Pattern.CASE_INSENSITIVE);

  /** What is wrong with a text, and how to mend it. */
  public record Fault(String message, String fix) {}

  private ConfirmationText() {}

  /**
   * The client's own words, or ours with its name.
   *
   * @param own as {@link #faults} let it pass, null where the client has none
   */
  public static String of(String clientName, @Nullable String own) {
    return own == null ? standard(clientName) : own;
  }

  private static String standard(String clientName) {
    String name = BLANKS.matcher(gsm(clientName)).replaceAll(" ").strip();
    int room = ROOM - SENTENCE.length() - 2;
    while (units(name) > room) {
      name = name.substring(0, name.length() - 1).strip();
    }
    return name.isEmpty() ? SENTENCE : name + ": " + SENTENCE;
  }

  /** Only what GSM-7 has; letters with an accent that it lacks lose the accent. */
  private static String gsm(String text) {
    var plain = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            c -> {
              String bare =
                  MARKS.matcher(Normalizer.normalize(c, Normalizer.Form.NFKD)).replaceAll("");
              if (inGsm(c)) {
                plain.append(c);
              } else if (inGsm(bare)) {
                plain.append(bare);
              } else if (c.equals("’") || c.equals("‘")) {
                plain.append('\'');
              }
            });
    return plain.toString();
  }

  private static boolean inGsm(String text) {
    return SmsSegments.of(text).encoding() == SmsEncoding.GSM_7;
  }

  private static int units(String text) {
    return SmsSegments.of(text).units();
  }

  /** Why a client's own words cannot be sent; empty where they can. */
  public static List<Fault> faults(String text) {
    var faults = new ArrayList<Fault>();
    if (text.isBlank()) {
      faults.add(new Fault("it is empty", "write one sentence, or null for the standard one"));
      return faults;
    }
    SmsSegments counted = SmsSegments.of(text);
    if (counted.encoding() != SmsEncoding.GSM_7) {
      String strange =
          text.codePoints()
              .mapToObj(Character::toString)
              .filter(c -> !inGsm(c))
              .findFirst()
              .orElseThrow();
      faults.add(
          new Fault(
              "'" + strange + "' is not in the GSM-7 alphabet",
              "use plain letters and punctuation: it must fit one segment"));
    } else if (counted.segments() > 1) {
      faults.add(
          new Fault(
              "it takes " + counted.segments() + " segments",
              "shorten it to " + ROOM + " characters"));
    }
    if (text.contains("{{") || text.contains("{%")) {
      faults.add(new Fault("it holds template braces", "write it out: it is sent as it stands"));
    }
    if (LINK.matcher(text).find()) {
      faults.add(
          new Fault(
              "it holds a link",
              "leave it out: a confirmation says that the opt-out is in force, and nothing else"));
    }
    return faults;
  }
}
