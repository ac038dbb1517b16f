package com.omnify.channels.reconcile;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.reconcile.policy.Reconciliation.Finding;
import com.omnify.model.Channel;
import java.time.Instant;

/**
 * How the provider of a channel is asked what became of an UNKNOWN dispatch. A bean for each
 * channel whose provider can tell; on the others only a report settles it, or nobody.
 */
public interface Inquiry {

  Channel channel();

  /**
   * What is asked about.
   *
   * @param identity the person's address
   * @param ownAddress ours
   * @param fencedAt real time: no request began before it
   */
  record Subject(
      DispatchKey key,
      ProviderAccount account,
      String identity,
      String ownAddress,
      Instant fencedAt) {}

  /**
   * Asks, outside of any transaction. Absent is concluded only from two such findings, one lag
   * apart; whatever is not certain is undecided. Must not throw for a provider that does not
   * answer: that is undecided and may change.
   */
  Finding ask(Subject subject);
}
