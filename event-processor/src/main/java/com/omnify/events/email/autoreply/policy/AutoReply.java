package com.omnify.events.email.autoreply.policy;

import java.time.LocalDate;
import java.util.Optional;

/** Who answered. */
public sealed interface AutoReply {

  /** A person, as far as can be told. */
  record Person() implements AutoReply {}

  /** A machine, for someone who is away. The day of their return is known or it is not. */
  record OutOfOffice(Optional<LocalDate> returns) implements AutoReply {}

  /** A machine: a receipt, a ticket, a list's answer. */
  record Machine() implements AutoReply {}

  default boolean automatic() {
    return !(this instanceof Person);
  }
}
