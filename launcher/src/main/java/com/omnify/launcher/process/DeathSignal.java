package com.omnify.launcher.process;

/** What a child gets when its parent dies, and what asks it to end. */
public enum DeathSignal {
  INT,
  TERM,
  KILL
}
