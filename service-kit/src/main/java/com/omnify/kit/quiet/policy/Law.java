package com.omnify.kit.quiet.policy;

import com.omnify.model.Channel;

/** What binds whoever speaks to one person. */
public record Law(RuleSet rules, Whereabouts where) {

  /** When they may be spoken to that way. */
  public LegalWindow on(Channel channel) {
    return rules.window(where, channel);
  }
}
