package com.omnify.events.email.door;

/** Not proven to come from whom it should. */
final class Refused extends Exception {

  Refused() {
    super(null, null, false, false);
  }
}
