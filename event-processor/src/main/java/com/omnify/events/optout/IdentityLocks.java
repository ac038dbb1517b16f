package com.omnify.events.optout;

import com.omnify.kit.db.SqlStates;
import com.omnify.model.IdentityLock;
import com.omnify.model.id.ClientId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Takes the identities' locks exclusively until the transaction ends: whoever was about to send has
 * begun to by then, and whoever comes later sees what this transaction committed.
 */
@Component
class IdentityLocks {

  private static final Logger LOG = LoggerFactory.getLogger(IdentityLocks.class);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final JdbcClient db;
  private final Counter residue;

  IdentityLocks(JdbcClient db, MeterRegistry metrics) {
    this.db = db;
    this.residue =
        Counter.builder("omnify.opt.out.residue")
            .description("Opt-outs committed although a sender held the lock too long")
            .register(metrics);
  }

  /**
   * Waits at most 2 s for each. A sender that hangs longer must not keep an opt-out from being
   * recorded: it goes on without that lock, and is counted.
   */
  void take(ClientId client, Collection<String> identities) {
    db.sql("SET LOCAL lock_timeout = '2s'").update();
    // sorted, as senders do: two who want the same locks never wait for each other in a circle
    identities.stream()
        .map(identity -> IdentityLock.key(client, identity))
        .sorted()
        .distinct()
        .forEach(this::take);
    db.sql("SET LOCAL lock_timeout TO DEFAULT").update();
  }

  private void take(long key) {
    db.sql("SAVEPOINT identity_lock").update();
    try {
      db.sql("SELECT pg_advisory_xact_lock(:key)").param("key", key).query().singleRow();
    } catch (DataAccessException e) {
      if (!LOCK_NOT_AVAILABLE.equals(SqlStates.of(e))) {
        throw e;
      }
      db.sql("ROLLBACK TO SAVEPOINT identity_lock").update();
      residue.increment();
      LOG.warn(
          "A sender held an identity's lock for over 2 s; the opt-out is committed all the same");
    }
  }
}
