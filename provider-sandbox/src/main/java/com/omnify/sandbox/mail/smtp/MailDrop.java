package com.omnify.sandbox.mail.smtp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What stands behind the SMTP door: who may send, and what becomes of a mail. */
public interface MailDrop {

  /** Who a client has proved to be; empty when the name or the password is wrong. */
  Optional<String> login(String user, String password);

  /** Whether mail is taken from a client that has not logged in. */
  boolean takesStrangers();

  /** A refusal at one stage of the talk; empty to go on. */
  Optional<SmtpReply> refusal(Stage stage, Envelope soFar);

  /** What becomes of a mail after its final dot. */
  Fate take(Envelope envelope, byte[] mail) throws InterruptedException;

  /** How far a talk has come. */
  enum Stage {
    /** Instead of the greeting. */
    CONNECT,
    /** The return path is named. */
    MAIL,
    /** A recipient is named. */
    RCPT,
    /** Before the mail. */
    DATA,
    /** After the mail's final dot. */
    DOT
  }

  /**
   * The outside of a mail.
   *
   * @param login as {@link #login} gave it; empty for a stranger
   * @param from the return path, empty for {@code <>}
   */
  record Envelope(Optional<String> login, String from, List<String> to) {
    public Envelope {
      to = List.copyOf(to);
    }
  }

  /** An answer to the final dot, or one of the ways in which none comes. */
  sealed interface Fate {

    /** The reply, after a while. */
    record Replied(SmtpReply reply, Duration after) implements Fate {}

    /** The connection is closed in order (TCP FIN), nothing is said. */
    record HungUp() implements Fate {}

    /** The connection is reset (TCP RST), nothing is said. */
    record Reset() implements Fate {}
  }
}
