package com.omnify.launcher.verify.policy;

import java.util.List;

/**
 * One rule and what breaks it.
 *
 * @param name stable, for machines
 * @param rule in words
 * @param looked at how many things
 * @param findings one line each; what it is about comes first
 * @param mustBeEmpty false where findings are only worth knowing
 */
public record Check(
    String name, String rule, int looked, List<String> findings, boolean mustBeEmpty) {

  public Check {
    findings = List.copyOf(findings);
  }

  public boolean passed() {
    return !mustBeEmpty || findings.isEmpty();
  }

  /** The same with only those findings that another reading found too: the rest was in motion. */
  public Check confirmedBy(Check later) {
    return new Check(
        name,
        rule,
        later.looked(),
        later.findings().stream().filter(findings::contains).toList(),
        mustBeEmpty);
  }
}
