package com.omnify.model;

/** The two alphabets of an SMS. */
public enum SmsEncoding {
  /** GSM 03.38 with its extension table: seven bits a character. */
  GSM_7("GSM-7", 160, 153),
  /** UTF-16, as soon as one character lies outside GSM 03.38. */
  UCS_2("UCS-2", 70, 67);

  private final String label;
  private final int alone;
  private final int joined;

  SmsEncoding(String label, int alone, int joined) {
    this.label = label;
    this.alone = alone;
    this.joined = joined;
  }

  /** As the field writes it. */
  public String label() {
    return label;
  }

  /** Units that fit where the message is one segment. */
  int alone() {
    return alone;
  }

  /** Units that fit into each of several segments: a header takes the rest. */
  int joined() {
    return joined;
  }
}
