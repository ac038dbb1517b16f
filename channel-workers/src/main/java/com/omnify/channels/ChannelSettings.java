package com.omnify.channels;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the workers work. All times are real ones.
 *
 * @param workers threads that load, compose, admit and fence, beside one for those with little to
 *     send
 * @param queue dispatches that may wait in memory; beyond it the partitions pause
 * @param connections requests under way at once
 * @param connectionsPerAccount and of one provider account: one that hangs holds no more than these
 * @param staleAfter age from which a READY row is taken without a doorbell
 * @param expireAfter age from which a READY row is too old to be said
 * @param sweepEvery pause between looks at what was left behind
 * @param lag what a provider may need until a message stands in its lists
 * @param giveUpAfter age from which an UNKNOWN that cannot be found out is quarantined
 */
@ConfigurationProperties("omnify.channels")
public record ChannelSettings(
    @DefaultValue("2") int workers,
    @DefaultValue("10000") int queue,
    @DefaultValue("512") int connections,
    @DefaultValue("64") int connectionsPerAccount,
    @DefaultValue("30s") Duration staleAfter,
    @DefaultValue("24h") Duration expireAfter,
    @DefaultValue("2s") Duration sweepEvery,
    @DefaultValue("20s") Duration lag,
    @DefaultValue("30m") Duration giveUpAfter) {

  public ChannelSettings {
    if (workers < 1 || workers > 5) {
      // Each, and one more, needs a connection for the lock and may need one for the transaction.
      throw new IllegalArgumentException("omnify.channels.workers must lie between 1 and 5");
    }
  }
}
