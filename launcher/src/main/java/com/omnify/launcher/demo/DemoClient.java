package com.omnify.launcher.demo;

import java.util.List;
import java.util.Map;

/**
 * A business of the demonstration: who it is, what it says, whom it talks to.
 *
 * @param mail by whom it sends its mail
 */
record DemoClient(
    String slug,
    String name,
    String industry,
    String timeZone,
    Map<String, Object> profile,
    MailVendor mail,
    List<Region> regions,
    DemoSequence sequence) {

  /** Where people live: an area code, its state, and a postal code there. */
  record Region(String areaCode, String state, String postalCode) {}

  /** What is sent. */
  record DemoSequence(String name, String description, List<Map<String, Object>> steps) {}

  /** Whose wire its mail goes by, as {@code provider} of an account. */
  enum MailVendor {
    SMTP,
    SENDGRID,
    POSTMARK,
    MAILGUN,
    RESEND;

    String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** What it texts and calls from. */
  List<String> numbers() {
    return List.of(number(regions, 0), number(regions, 1));
  }

  /** Where people at the office take calls. */
  String office() {
    return number(regions, 2);
  }

  /** The address that its mail comes from. */
  String mailbox() {
    return "hello@" + domain();
  }

  String domain() {
    return slug + ".example";
  }

  /** One of its fictional numbers in its first region; the people there have those below. */
  static String number(List<Region> regions, int which) {
    return DemoPeople.number(regions.getFirst().areaCode(), DemoPeople.LINES_A_REGION + which);
  }
}
