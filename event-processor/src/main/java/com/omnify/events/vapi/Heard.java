package com.omnify.events.vapi;

import com.omnify.model.WireEnum;

/** What came of an authenticated message. All are answered 200: VAPI has done its part. */
enum Heard implements WireEnum {
  NEW,
  /** Told before. */
  REPEAT,
  /** New, and nothing follows from it. */
  NOTED,
  /** Nothing follows from it, and there are too many of its kind to keep. */
  PASSED_OVER,
  /** About a call that is none of this client's; the receipt is kept. */
  UNKNOWN_CALL,
  /** About another call than the one the dispatch has made; the receipt is kept. */
  ANOTHER_CALL
}
