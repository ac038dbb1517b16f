package com.omnify.launcher.demo;

import java.util.List;
import java.util.Map;

/** A business of the demonstration: who it is, what it says, whom it talks to. */
record DemoClient(
    String slug,
    String name,
    String industry,
    String timeZone,
    Map<String, Object> profile,
    String number,
    List<Region> regions,
    int contactsPerRegion,
    List<DemoSequence> sequences) {

  /** Where people live: an area code, its state, and a postal code there. */
  record Region(String areaCode, String state, String postalCode) {}

  /**
   * What is sent.
   *
   * @param share of the contacts: sequences take turns by these weights
   */
  record DemoSequence(
      String name, String description, int share, List<Map<String, Object>> steps) {}
}
