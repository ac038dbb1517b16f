package com.omnify.kit.quiet;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.quiet.policy.Rule;
import com.omnify.kit.quiet.policy.Rule.Says;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.model.Channel;
import com.omnify.model.SendWindow;
import com.omnify.model.WireEnum;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rules in force, at most a second behind the database: an operator's change binds what is sent
 * after it.
 */
public final class RuleBook {

  /** How often, in real time, it is asked whether the book has changed. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private record Kept(RuleSet rules, long lookedNanos) {}

  private final JdbcClient jdbc;
  private volatile @Nullable Kept kept;

  public RuleBook(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The book as it stands. To be read in a transaction, or by a service that may read it. */
  public RuleSet current() {
    Kept now = kept;
    if (now != null && System.nanoTime() - now.lookedNanos() < LOOK_EVERY.toNanos()) {
      return now.rules();
    }
    // The version first: rows that are newer than it are read again, never kept too long.
    long version = jdbc.sql("SELECT version FROM compliance_book").query(Long.class).single();
    RuleSet rules = now != null && now.rules().version() == version ? now.rules() : load(version);
    kept = new Kept(rules, System.nanoTime());
    return rules;
  }

  private RuleSet load(long version) {
    return new RuleSet(
        version,
        jdbc.sql(
                """
                SELECT id, version, jurisdiction, channel, hours::text AS hours, holiday, per_24h, valid_from,
                  valid_until
                FROM compliance_rules ORDER BY jurisdiction, channel, id
                """)
            .query((row, _) -> read(row))
            .list());
  }

  private static Rule read(ResultSet row) throws SQLException {
    String hours = row.getString("hours");
    LocalDate holiday = row.getObject("holiday", LocalDate.class);
    Says says;
    if (hours != null) {
      says = new Says.Hours(KitJson.mapper().readValue(hours, SendWindow.class));
    } else if (holiday != null) {
      says = new Says.Holiday(holiday);
    } else {
      says = new Says.Cap(row.getInt("per_24h"));
    }
    return new Rule(
        row.getObject("id", UUID.class),
        row.getInt("version"),
        row.getString("jurisdiction"),
        WireEnum.parse(Channel.class, row.getString("channel")),
        says,
        row.getObject("valid_from", LocalDate.class),
        row.getObject("valid_until", LocalDate.class));
  }
}
