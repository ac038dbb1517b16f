package com.omnify.model;

/**
 * The names that a voice assistant is given when a call is placed, and that its messages bring back
 * when it uses them.
 */
public final class CallTools {

  /** The function that it calls when the person has agreed on a time. */
  public static final String BOOK = "book_appointment";

  /** Of {@link #BOOK}: when, as the person said it or in ISO 8601. */
  public static final String BOOK_TIME = "time";

  /** Of {@link #BOOK}: what is to be done, in the person's words. */
  public static final String BOOK_NOTES = "notes";

  /** Of the data that are drawn from a whole call: whether an appointment was made, a boolean. */
  public static final String DATA_BOOKED = "booked";

  /** Of these data: whether the person asked not to be called any more, a boolean. */
  public static final String DATA_OPTED_OUT = "opted_out";

  private CallTools() {}
}
