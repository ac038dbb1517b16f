package com.omnify.events.email.door;

import com.omnify.model.WireEnum;

/** What came of something authenticated. All are answered 200: the sender has done its part. */
enum Heard implements WireEnum {
  NEW,
  /** Told before. */
  REPEAT,
  /** About nothing that this client sent; the receipt is kept. */
  UNKNOWN_DISPATCH,
  /** About a mail that is not the one we know of; the receipt is kept. */
  ANOTHER_MESSAGE,
  /** Of a kind that means nothing to us; the receipt is kept. */
  NOTHING,
  /** No form that we know; there is nothing to keep. */
  UNREADABLE,
  /** The machine of somebody who is away, or a robot; the mail is kept. */
  AUTO_REPLY,
  /** Proven by something that has served for something else; nothing is kept. */
  USED_PROOF,
  /** A returned mail or a complaint; the receipts are kept. */
  RETURNED
}
