package com.omnify.scheduler.clock;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The one clock of the fleet. Services follow a change within about a second of real time. */
@RestController
@RequestMapping("/api/v1/fleet-clock")
@Tag(name = "Fleet clock")
class FleetClockController {

  /**
   * The clock.
   *
   * @param rate fleet seconds in a real second
   */
  record ClockView(Instant now, BigDecimal rate) {}

  record ClockBody(
      @Nullable @DecimalMin("0") @DecimalMax("100000") BigDecimal rate, @Nullable Instant now) {}

  private record Setting(Instant anchorReal, Instant anchorFleet, BigDecimal rate) {
    Instant at(Instant real) {
      long nanos = Duration.between(anchorReal, real).toNanos();
      return anchorFleet.plusNanos(Math.round(nanos * rate.doubleValue()));
    }
  }

  private final Transactions tx;
  private final JdbcClient jdbc;
  private final RealClock realClock;
  private final boolean demo;

  FleetClockController(
      Transactions tx, JdbcClient jdbc, RealClock realClock, OmnifyProperties properties) {
    this.tx = tx;
    this.jdbc = jdbc;
    this.realClock = realClock;
    this.demo = properties.demo();
  }

  @Needs(value = Role.MEMBER, withoutClient = true)
  @GetMapping
  @Operation(summary = "What time it is in the fleet, and how fast it passes")
  ClockView get() {
    return tx.readInBackground(
        () -> {
          Setting setting = read("");
          return new ClockView(setting.at(realClock.now()), plain(setting.rate()));
        });
  }

  @Needs(value = Role.PLATFORM, withoutClient = true)
  @PutMapping
  @Operation(summary = "Set the pace or the time; in a demonstration only")
  ClockView put(@Valid @RequestBody ClockBody body) {
    if (!demo) {
      throw Problem.of(
          HttpStatus.FORBIDDEN,
          "not_a_demo",
          "The fleet clock is the real one here; only a demonstration may set it.",
          "Start the fleet with './omnify demo'.");
    }
    if (body.rate() == null && body.now() == null) {
      throw Problem.invalid("rate", "nothing is to be set", "Send rate, now, or both.");
    }
    return tx.inBackground(
        () -> {
          Instant real = realClock.now();
          Setting before = read(" FOR UPDATE");
          Instant fleet = body.now() == null ? before.at(real) : body.now();
          BigDecimal rate = body.rate() == null ? before.rate() : body.rate();
          jdbc.sql(
                  """
                  UPDATE fleet_clock SET anchor_real = :real, anchor_fleet = :fleet, rate = :rate, updated_at = :real
                  """)
              .param("real", Pg.timestamp(real))
              .param("fleet", Pg.timestamp(fleet))
              .param("rate", rate)
              .update();
          return new ClockView(fleet, plain(rate));
        });
  }

  private static BigDecimal plain(BigDecimal rate) {
    return new BigDecimal(rate.stripTrailingZeros().toPlainString());
  }

  private Setting read(String lock) {
    return jdbc.sql("SELECT anchor_real, anchor_fleet, rate FROM fleet_clock" + lock)
        .query(
            (row, _) ->
                new Setting(
                    Pg.instant(row, "anchor_real"),
                    Pg.instant(row, "anchor_fleet"),
                    row.getBigDecimal("rate")))
        .single();
  }
}
