package com.omnify.events.email.door;

/** Makes texts of others fit for a row. */
final class Texts {

  private Texts() {}

  /** PostgreSQL stores every character but this one. */
  static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }

  /** The same, no longer than so many characters. */
  static String storable(String text, int longest) {
    return storable(text.length() > longest ? text.substring(0, longest) : text);
  }
}
