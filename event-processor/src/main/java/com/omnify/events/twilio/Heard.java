package com.omnify.events.twilio;

import com.omnify.model.WireEnum;

/** What came of an authenticated request. All are answered 200: Twilio has done its part. */
enum Heard implements WireEnum {
  NEW,
  /** Told before. */
  REPEAT,
  /** About nothing that this client sent; the receipt is kept. */
  UNKNOWN_DISPATCH,
  /** About a message that is not the one we know of; the receipt is kept. */
  ANOTHER_MESSAGE,
  /** In a word we do not know; the receipt is kept. */
  UNKNOWN_STATUS
}
