package com.omnify.kit.quiet.policy;

import java.util.List;
import java.util.Map;

/**
 * Why a message was allowed to go out when it did.
 *
 * @param book version of the rules as a whole
 * @param rules each that was asked and agreed: jurisdiction, id of the row and its version
 * @param clocks what the clock of each zone showed, by its IANA name
 */
public record Receipt(long book, List<String> rules, Map<String, String> clocks) {
  public Receipt {
    rules = List.copyOf(rules);
  }
}
