package com.omnify.kit.event;

/** Whatever letters are kept for, so that they can be done again in their order. */
interface Replayable {

  /** Under this name its letters are kept. */
  String name();

  /** Does a letter again. Throws what went wrong. */
  void again(DeadLetters.Letter letter);
}
