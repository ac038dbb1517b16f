package com.omnify.channels.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZonesTest {

  private static final ZoneId CLIENT = ZoneId.of("America/Chicago");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId LOS_ANGELES = ZoneId.of("America/Los_Angeles");

  @Test
  void theNumbersZonesBindBesideTheKnownOne() {
    assertThat(ReadyDispatches.zones("America/Los_Angeles", List.of("America/New_York"), CLIENT))
        .containsExactlyInAnyOrder(LOS_ANGELES, NEW_YORK);
    assertThat(ReadyDispatches.zones(null, List.of("America/New_York"), CLIENT))
        .containsExactly(NEW_YORK);
  }

  @Test
  void theClientsZoneStandsInWhereNothingIsKnown() {
    assertThat(ReadyDispatches.zones(null, List.of(), CLIENT)).containsExactly(CLIENT);
    assertThat(ReadyDispatches.zones("Mars/Olympus", List.of(), CLIENT)).containsExactly(CLIENT);
    assertThat(ReadyDispatches.zones("Mars/Olympus", List.of("America/New_York"), CLIENT))
        .containsExactly(NEW_YORK);
  }
}
