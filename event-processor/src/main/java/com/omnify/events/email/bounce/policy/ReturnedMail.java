package com.omnify.events.email.bounce.policy;

import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import com.omnify.model.EmailMessageId;
import com.omnify.model.id.DispatchId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The mail of ours that a report returns, whole, by its header fields alone, or as quoted text. */
final class ReturnedMail {

  /** Where providers let a sender put what they return with every event. */
  private static final List<String> VENDOR_FIELDS =
      List.of(
          "x-omnify-dispatch",
          "x-pm-metadata-dispatch_id",
          "x-pm-metadata-dispatch-id",
          "x-smtpapi",
          "x-mailgun-variables",
          "x-ses-message-tags",
          "x-msys-api",
          "x-mj-customid");

  private static final Set<String> HEADERS_ONLY =
      Set.of(
          "text/rfc822-headers",
          "message/partial",
          "message/rfc822-headers",
          "message/global-headers");

  private static final Pattern UUID =
      Pattern.compile(
          "(?:^|dispatch[_-]?id\"?\\s{0,3}[:=]\\s{0,3}\"?)"
              + "([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"
              + "(?![0-9a-fA-F-])");

  private ReturnedMail() {}

  /** The dispatch that sent it: by our Message-ID, else by what the provider's field carries. */
  static Optional<DispatchId> dispatch(MailPart report) {
    MailHeaders returned = headers(report);
    return dispatchOf(returned)
        .or(() -> dispatchOf(report.headers()))
        .or(() -> EmailMessageId.in(TextBounces.report(report)).map(EmailMessageId::dispatch))
        .or(
            () ->
                report
                    .walk()
                    .filter(part -> part.type().endsWith("delivery-status"))
                    .map(part -> EmailMessageId.in(part.text()).map(EmailMessageId::dispatch))
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  /** By one mail's own fields, or those it answers to. */
  static Optional<DispatchId> dispatchOf(MailHeaders headers) {
    return Stream.of("message-id", "in-reply-to", "references", "x-original-message-id")
        .flatMap(name -> headers.all(name).stream())
        .map(value -> EmailMessageId.in(value).map(EmailMessageId::dispatch))
        .flatMap(Optional::stream)
        .findFirst()
        .or(
            () ->
                VENDOR_FIELDS.stream()
                    .flatMap(name -> headers.all(name).stream())
                    .map(ReturnedMail::carried)
                    .flatMap(Optional::stream)
                    .findFirst());
  }

  /** Its header fields; none where it is not returned. */
  static MailHeaders headers(MailPart report) {
    return report
        .walk()
        .map(ReturnedMail::headersIn)
        .filter(headers -> !headers.isEmpty())
        .findFirst()
        .orElseGet(() -> MailHeaders.read(TextBounces.returned(report)));
  }

  private static MailHeaders headersIn(MailPart part) {
    if (part.type().equals("message/rfc822") && !part.parts().isEmpty()) {
      return part.parts().getFirst().headers();
    }
    if (HEADERS_ONLY.contains(part.type())) {
      return MailHeaders.read(upToBlank(part.text()));
    }
    return MailHeaders.NONE;
  }

  private static String upToBlank(String text) {
    String begun = text.stripLeading();
    int end = begun.indexOf("\n\n");
    return end < 0 ? begun : begun.substring(0, end);
  }

  private static Optional<DispatchId> carried(String value) {
    Matcher found = UUID.matcher(value.strip());
    return found.find()
        ? Optional.of(new DispatchId(java.util.UUID.fromString(found.group(1))))
        : Optional.empty();
  }
}
