package com.omnify.channels.email.policy;

/** How far an attempt to hand over a mail has come. */
public enum SmtpPhase {
  /** No connection yet, or no agreement on how it is protected. */
  CONNECT,
  AUTH,
  MAIL,
  RCPT,
  DATA,
  /** The mail is on its way, but for the dot that ends it: without it nobody has it. */
  CONTENT,
  /** From here on the server may have it, whatever we hear (RFC 1047). */
  DOT
}
