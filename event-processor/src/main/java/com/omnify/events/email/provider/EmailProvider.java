package com.omnify.events.email.provider;

import com.omnify.model.WireEnum;

/** Who carries a client's e-mail and tells us of it. */
public enum EmailProvider implements WireEnum {
  SENDGRID,
  POSTMARK,
  MAILGUN,
  SES,
  RESEND,
  /** None: we look into a mailbox of the client's ourselves. */
  MAILBOX
}
