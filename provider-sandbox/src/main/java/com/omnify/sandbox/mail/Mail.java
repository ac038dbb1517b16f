package com.omnify.sandbox.mail;

import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A mail that the provider took.
 *
 * @param sid the provider's name for it
 * @param account id of the account, or a made-up one where nobody registered it
 * @param dispatchId from the {@code Message-ID}, otherwise from the metadata
 * @param metadata what the sender asked to be given back with every event
 * @param returnPath where reports go; empty for none
 * @param from address alone
 * @param replyTo where answers go, address alone
 * @param to all recipients, with commas between
 * @param messageId without angle brackets
 * @param unsubscribe the address for one click (RFC 8058)
 * @param dated what the mail says about when it was written, in the sender's time
 */
public record Mail(
    String sid,
    String account,
    Vendor vendor,
    @Nullable String clientId,
    @Nullable String dispatchId,
    Map<String, String> metadata,
    String returnPath,
    String from,
    String replyTo,
    String to,
    String subject,
    String text,
    String messageId,
    @Nullable String unsubscribe,
    Instant dated,
    Instant created) {

  private static final int KEPT_TEXT = 4_000;

  public Mail {
    metadata = Map.copyOf(metadata);
  }

  /** A ledger line about this mail. */
  public LedgerEntry line(Kind kind, @Nullable Integer statusCode, String detail) {
    var line =
        LedgerEntry.draft(
            kind,
            Channel.EMAIL,
            vendor.wire(),
            account,
            dispatchId,
            clientId,
            sid,
            to,
            from,
            kind == Kind.ACCEPTED ? text : null,
            statusCode,
            detail,
            null);
    return kind == Kind.ACCEPTED ? line.about(subject) : line;
  }

  /** The same with no more of its text than is needed to answer it. */
  Mail shortened() {
    return text.length() <= KEPT_TEXT
        ? this
        : new Mail(
            sid,
            account,
            vendor,
            clientId,
            dispatchId,
            metadata,
            returnPath,
            from,
            replyTo,
            to,
            subject,
            text.substring(0, KEPT_TEXT),
            messageId,
            unsubscribe,
            dated,
            created);
  }

  /** What a later run needs to know, beside what the line says anyway. */
  String memo() {
    return "message_id="
        + word(messageId)
        + " return_path="
        + word(returnPath)
        + " reply_to="
        + word(replyTo)
        + " dated="
        + dated.getEpochSecond()
        + (unsubscribe == null ? "" : " unsubscribe=" + word(unsubscribe));
  }

  private static String word(String text) {
    return text.replaceAll("\\s", "");
  }

  /** A mail of an earlier run. */
  static Mail of(LedgerEntry line) {
    var metadata = new TreeMap<String, String>();
    if (line.dispatchId() != null) {
      metadata.put("dispatch_id", line.dispatchId());
    }
    if (line.clientId() != null) {
      metadata.put("client_id", line.clientId());
    }
    var dated = line.detail("dated");
    return new Mail(
        orEmpty(line.sid()),
        orEmpty(line.account()),
        Vendor.of(line.provider()),
        line.clientId(),
        line.dispatchId(),
        metadata,
        orEmpty(line.detail("return_path")),
        orEmpty(line.from()),
        orEmpty(line.detail("reply_to")),
        orEmpty(line.to()),
        orEmpty(line.subject()),
        orEmpty(line.body()),
        orEmpty(line.detail("message_id")),
        line.detail("unsubscribe"),
        dated == null ? line.at() : Instant.ofEpochSecond(Long.parseLong(dated)),
        line.at());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
