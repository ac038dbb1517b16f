package com.omnify.kit.quiet.policy;

import com.omnify.model.Channel;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The law as it stands in one version of the book. Strictest wins: whatever may bind a person does.
 */
public final class RuleSet {

  private static final ZoneId EASTERN = ZoneId.of("America/New_York");

  /** There are a few thousand places, each compiled once. */
  private static final int MOST_KEPT = 20_000;

  private record Asked(Whereabouts where, Channel channel) {}

  private final long version;
  private final List<Rule> rules;
  private final Map<Asked, LegalWindow> compiled = new ConcurrentHashMap<>();

  /**
   * A book.
   *
   * @param version of the whole, raised with each change of a row
   */
  public RuleSet(long version, List<Rule> rules) {
    this.version = version;
    this.rules = List.copyOf(rules);
  }

  public long version() {
    return version;
  }

  public List<Rule> rules() {
    return rules;
  }

  /** When that person may be written to, or called, there. E-mail waits for no hour. */
  public LegalWindow window(Whereabouts where, Channel channel) {
    if (channel == Channel.EMAIL) {
      return LegalWindow.ALWAYS;
    }
    if (compiled.size() > MOST_KEPT) {
      compiled.clear();
    }
    return compiled.computeIfAbsent(new Asked(where, channel), this::compile);
  }

  private LegalWindow compile(Asked asked) {
    Whereabouts where = asked.where();
    Set<String> binding = new HashSet<>();
    if (where.isUnknown()) {
      binding.add(Rule.UNKNOWN);
    } else {
      binding.add(Rule.EVERYWHERE);
      where.states().forEach(state -> binding.add(Rule.state(state)));
    }
    return new LegalWindow(
        version,
        where.isUnknown() ? Set.of(EASTERN) : where.zones(),
        rules.stream()
            .filter(rule -> rule.channel() == asked.channel())
            .filter(rule -> binding.contains(rule.jurisdiction()))
            .toList());
  }
}
