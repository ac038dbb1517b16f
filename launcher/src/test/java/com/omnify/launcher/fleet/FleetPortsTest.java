package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetPortsTest {

  @Test
  void offsetMovesEveryDefault() {
    var ports = FleetPorts.of(1000, Map.of(), Map.of());
    assertThat(ports.of(Member.CONSOLE)).isEqualTo(9080);
    assertThat(ports.of(Member.POSTGRESQL)).isEqualTo(6442);
    assertThat(ports.all()).hasSize(Member.values().length).doesNotHaveDuplicates();
  }

  @Test
  void whatIsAskedWinsOverTheEnvironmentAndThatOverTheOffset() {
    var environment = Map.of("OMNIFY_PORT", "7000", "OMNIFY_MEMORY_PORT", "7001");
    var ports = FleetPorts.of(1000, Map.of(Member.CONSOLE, 7500), environment);
    assertThat(ports.of(Member.CONSOLE)).isEqualTo(7500);
    assertThat(ports.of(Member.MEMORY)).isEqualTo(7001);
    assertThat(ports.of(Member.KAFKA)).isEqualTo(10192);
  }

  @Test
  void twoMembersNeverShareAPort() {
    assertThatThrownBy(() -> FleetPorts.of(0, Map.of(Member.KAFKA, 8081), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kafka")
        .hasMessageContaining("scheduler-service")
        .hasMessageContaining("8081");
  }

  @Test
  void mailIsTakenBesideTheSandboxUnlessElsewhere() {
    assertThat(FleetPorts.of(1000, Map.of(), Map.of()).smtp()).isEqualTo(9091);
    assertThat(FleetPorts.of(1000, Map.of(), Map.of()).imap()).isEqualTo(9092);
    var environment = Map.of("OMNIFY_SANDBOX_SMTP_PORT", "2525");
    assertThat(FleetPorts.of(0, Map.of(), environment).smtp()).isEqualTo(2525);
    assertThatThrownBy(() -> FleetPorts.of(0, Map.of(Member.MEMORY, 8091), Map.of()))
        .hasMessageContaining("OMNIFY_SANDBOX_SMTP_PORT");
  }

  @Test
  void nonsenseInTheEnvironmentIsNamed() {
    assertThatThrownBy(() -> FleetPorts.of(0, Map.of(), Map.of("OMNIFY_PORT", "eighty")))
        .hasMessage("OMNIFY_PORT=eighty is no port number");
    assertThatThrownBy(() -> FleetPorts.of(60_000, Map.of(), Map.of()))
        .hasMessageContaining("65535");
  }
}
