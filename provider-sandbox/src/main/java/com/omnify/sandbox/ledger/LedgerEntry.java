package com.omnify.sandbox.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of the ledger.
 *
 * @param seq 1, 2, 3 … without gaps
 * @param at real time
 * @param channel how it was to reach the person; lines of ledgers older than the field are SMS
 * @param dispatchId the {@code dispatch} parameter of the StatusCallback URL, as it was sent
 * @param clientId from the path of the StatusCallback URL, otherwise as registered for the account
 * @param sid the message, or null where none came to be
 * @param subject of an e-mail only
 * @param body the text; of an e-mail its plain text
 * @param statusCode of an accepted or refused request what the caller was told, of a callback what
 *     the webhook answered; null where nothing was answered
 * @param detail words for a person; {@code key=value} pairs where the sandbox reads them again
 *     after a restart
 * @param statusCallback on accepted lines only
 */
@JsonPropertyOrder({
  "seq",
  "at",
  "kind",
  "channel",
  "provider",
  "account",
  "dispatch_id",
  "client_id",
  "sid",
  "to",
  "from",
  "subject",
  "body",
  "status_code",
  "detail",
  "status_callback"
})
public record LedgerEntry(
    long seq,
    Instant at,
    Kind kind,
    Channel channel,
    String provider,
    @Nullable String account,
    @Nullable String dispatchId,
    @Nullable String clientId,
    @Nullable String sid,
    @Nullable String to,
    @Nullable String from,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String subject,
    @Nullable String body,
    @Nullable Integer statusCode,
    @Nullable String detail,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String statusCallback) {

  public LedgerEntry {
    // an old line names none
    channel = channel == null ? Channel.SMS : channel;
  }

  /** How something reaches a person. */
  public enum Channel {
    @JsonProperty("sms")
    SMS,
    @JsonProperty("email")
    EMAIL,
    @JsonProperty("voice")
    VOICE
  }

  /** What a line records. */
  public enum Kind {
    /** A message the provider took: whatever the caller was told, it goes out. */
    @JsonProperty("accepted")
    ACCEPTED,
    /** A request that was answered with an error and came to nothing. */
    @JsonProperty("refused")
    REFUSED,
    /** One attempt to deliver a webhook, or its loss. */
    @JsonProperty("callback")
    CALLBACK,
    /** A person wrote; exactly one line for each thing said. */
    @JsonProperty("inbound")
    INBOUND,
    /** A call is over; the detail says how and after how long. */
    @JsonProperty("ended")
    ENDED,
    /** A fault switch fired. */
    @JsonProperty("fault")
    FAULT;

    /** The kind as it stands in the file. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A line that has no place and time yet; {@link Ledger#append} gives both. */
  public static LedgerEntry draft(
      Kind kind,
      Channel channel,
      String provider,
      @Nullable String account,
      @Nullable String dispatchId,
      @Nullable String clientId,
      @Nullable String sid,
      @Nullable String to,
      @Nullable String from,
      @Nullable String body,
      @Nullable Integer statusCode,
      @Nullable String detail,
      @Nullable String statusCallback) {
    return new LedgerEntry(
        0,
        Instant.EPOCH,
        kind,
        channel,
        provider,
        account,
        dispatchId,
        clientId,
        sid,
        to,
        from,
        null,
        body,
        statusCode,
        detail,
        statusCallback);
  }

  /** The same with a subject line. */
  public LedgerEntry about(@Nullable String subjectLine) {
    return new LedgerEntry(
        seq,
        at,
        kind,
        channel,
        provider,
        account,
        dispatchId,
        clientId,
        sid,
        to,
        from,
        subjectLine,
        body,
        statusCode,
        detail,
        statusCallback);
  }

  LedgerEntry placed(long atSeq, Instant when) {
    return new LedgerEntry(
        atSeq,
        when,
        kind,
        channel,
        provider,
        account,
        dispatchId,
        clientId,
        sid,
        to,
        from,
        subject,
        body,
        statusCode,
        detail,
        statusCallback);
  }

  /** The value of {@code key=} in the detail, up to the next space. */
  public @Nullable String detail(String key) {
    if (detail == null) {
      return null;
    }
    for (var word : detail.split(" ")) {
      if (word.startsWith(key + "=")) {
        return word.substring(key.length() + 1);
      }
    }
    return null;
  }
}
