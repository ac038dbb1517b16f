package com.omnify.events.email.bounce.policy;

import com.omnify.events.email.autoreply.policy.AutoReplies;
import com.omnify.events.email.message.policy.MailAddresses;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import com.omnify.model.id.DispatchId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what comes to the address that bounces go to: delivery reports (RFC 3464), feedback loops
 * (RFC 5965), the free forms of older mail servers, and answers of machines. Anything else, garbage
 * included, is a report of class {@code none}.
 */
public final class Bounces {

  private static final int MOST_RECIPIENTS = 50;

  /** A report about a report, and once more: further in there is nothing of ours. */
  private static final int DEEPEST = 3;

  private Bounces() {}

  /**
   * One report for each recipient the message speaks of, at least one.
   *
   * @param received the day it came, for answers of machines
   */
  public static List<BounceReport> read(byte[] message, LocalDate received) {
    return read(MailPart.read(message), received);
  }

  /** As {@link #read(byte[], LocalDate)}, of a message taken apart already. */
  public static List<BounceReport> read(MailPart mail, LocalDate received) {
    List<BounceReport> reports = reports(mail, 0);
    if (!reports.isEmpty()) {
      return reports;
    }
    MailHeaders headers = mail.headers();
    boolean automatic =
        !isDisposition(mail)
            && AutoReplies.recognise(headers, headers.text("subject"), mail.readable(), received)
                .automatic();
    return List.of(
        new BounceReport(
            automatic ? MailAddresses.first(headers.text("from")) : "",
            "",
            "",
            automatic ? BounceClass.AUTO_REPLY : BounceClass.NONE,
            "",
            ReturnedMail.dispatchOf(headers)));
  }

  private static List<BounceReport> reports(MailPart mail, int depth) {
    Optional<MailPart> feedback = mail.first("message/feedback-report");
    if (feedback.isPresent()) {
      return feedback(mail, MailHeaders.read(feedback.get().text()));
    }
    Optional<String> complained = ReturnedMail.headers(mail).raw("x-hmxmroriginalrecipient");
    if (complained.isPresent()) {
      // Microsoft's feedback loop encloses the mail and says no more
      return feedback(mail, MailHeaders.read("Original-Rcpt-To: " + complained.get()));
    }
    List<BounceReport> delivery = deliveryReports(mail);
    if (!delivery.isEmpty()) {
      return delivery;
    }
    if (!TextBounces.isBounce(mail)) {
      return List.of();
    }
    if (depth < DEEPEST && TextBounces.recipients(mail).isEmpty()) {
      List<BounceReport> enclosed =
          mail.walk()
              .filter(part -> part.type().equals("message/rfc822"))
              .flatMap(part -> part.parts().stream())
              .map(inner -> reports(inner, depth + 1))
              .filter(reports -> !reports.isEmpty())
              .findFirst()
              .orElse(List.of());
      if (!enclosed.isEmpty()) {
        return enclosed;
      }
    }
    return textReports(mail);
  }

  private static List<BounceReport> feedback(MailPart mail, MailHeaders report) {
    MailHeaders returned = ReturnedMail.headers(mail);
    String type = report.raw("feedback-type").orElse("abuse").strip().toLowerCase(Locale.ROOT);
    // a broken signature is the sender's matter, "not spam" is praise
    boolean complaint = !type.startsWith("not-spam") && !type.startsWith("auth-failure");
    List<String> recipients =
        report.all("original-rcpt-to").stream()
            .map(MailAddresses::first)
            .filter(address -> !address.isEmpty())
            .distinct()
            .limit(MOST_RECIPIENTS)
            .toList();
    if (recipients.isEmpty()) {
      recipients = List.of(MailAddresses.first(returned.text("to")));
    }
    Optional<DispatchId> dispatch = ReturnedMail.dispatch(mail);
    return recipients.stream()
        .map(
            recipient ->
                new BounceReport(
                    recipient,
                    "",
                    "",
                    complaint ? BounceClass.FEEDBACK : BounceClass.NONE,
                    type,
                    dispatch))
        .toList();
  }

  private static List<BounceReport> deliveryReports(MailPart mail) {
    Map<String, BounceReport> reports = new LinkedHashMap<>();
    Optional<DispatchId> dispatch = ReturnedMail.dispatch(mail);
    for (MailHeaders group : groups(mail)) {
      String recipient = recipient(group);
      if (recipient.isEmpty() || reports.size() >= MOST_RECIPIENTS) {
        continue;
      }
      String action = group.raw("action").orElse("").strip().toLowerCase(Locale.ROOT);
      String status = group.raw("status").orElse("");
      String said = withoutType(group.text("diagnostic-code"));
      String words = said.isBlank() ? TextBounces.wordsAbout(mail, recipient) : said;
      BounceStatus verdict = BounceStatus.of(status, words + " " + comment(status));
      reports.putIfAbsent(
          recipient.toLowerCase(Locale.ROOT),
          new BounceReport(
              recipient,
              action,
              verdict.code(),
              failed(action) ? verdict.bounceClass() : BounceClass.NONE,
              words.strip(),
              dispatch));
    }
    return List.copyOf(reports.values());
  }

  private static List<BounceReport> textReports(MailPart mail) {
    Map<String, String> recipients = TextBounces.recipients(mail);
    Optional<DispatchId> dispatch = ReturnedMail.dispatch(mail);
    boolean delayed = TextBounces.isDelay(mail);
    if (recipients.isEmpty()) {
      recipients =
          Map.of(
              MailAddresses.first(ReturnedMail.headers(mail).text("to")), TextBounces.report(mail));
    }
    var reports = new ArrayList<BounceReport>();
    boolean only = recipients.size() == 1;
    recipients.forEach(
        (recipient, words) -> {
          if (reports.size() < MOST_RECIPIENTS) {
            BounceStatus verdict = verdict(words, only, TextBounces.report(mail));
            reports.add(
                new BounceReport(
                    recipient,
                    delayed ? "delayed" : "",
                    verdict.code(),
                    delayed ? BounceClass.NONE : verdict.bounceClass(),
                    words.strip(),
                    dispatch));
          }
        });
    return reports;
  }

  /** Some servers give the reason first and the address after it. */
  private static BounceStatus verdict(String words, boolean only, String report) {
    BounceStatus verdict = BounceStatus.of("", words);
    boolean silent = verdict.code().isEmpty() && verdict.bounceClass() == BounceClass.SOFT;
    return only && silent ? BounceStatus.of("", report) : verdict;
  }

  /** The groups of fields of all delivery reports; some servers put them into the text. */
  private static List<MailHeaders> groups(MailPart mail) {
    List<String> texts =
        mail.walk()
            .filter(part -> part.type().endsWith("delivery-status"))
            .map(MailPart::text)
            .toList();
    if (texts.isEmpty() && TextBounces.isBounce(mail)) {
      String report = TextBounces.report(mail);
      boolean inText =
          report.lines().anyMatch(line -> line.regionMatches(true, 0, "Final-Recipient:", 0, 16));
      texts = inText ? List.of(report) : List.of();
    }
    var groups = new ArrayList<MailHeaders>();
    for (String text : texts) {
      for (String block : text.split("\n[ \t]*\n")) {
        groups.add(MailHeaders.read(block));
      }
    }
    return groups;
  }

  private static String recipient(MailHeaders group) {
    return group
        .raw("final-recipient")
        .map(value -> MailAddresses.first(withoutType(value)))
        .filter(address -> !address.isEmpty())
        .or(
            () ->
                group
                    .raw("original-recipient")
                    .map(value -> MailAddresses.first(withoutType(value))))
        .orElse("");
  }

  /** {@code smtp; 550 …}, {@code rfc822; a@b}: what follows the type. */
  private static String withoutType(String value) {
    int end = value.indexOf(';');
    return end >= 0 && end < 20 ? value.substring(end + 1).strip() : value.strip();
  }

  private static String comment(String status) {
    int begin = status.indexOf('(');
    return begin < 0 ? "" : status.substring(begin);
  }

  private static boolean failed(String action) {
    return switch (action) {
      case "delayed", "delivered", "relayed", "expanded" -> false;
      default -> true;
    };
  }

  /** "Your message was read": neither a bounce nor an answer. */
  private static boolean isDisposition(MailPart mail) {
    return mail.first("message/disposition-notification").isPresent();
  }
}
