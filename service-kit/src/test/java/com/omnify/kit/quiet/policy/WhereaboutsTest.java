package com.omnify.kit.quiet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {

  private static final ZoneId EASTERN = ZoneId.of("America/New_York");
  private static final ZoneId CENTRAL = ZoneId.of("America/Chicago");
  private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

  private static Whereabouts at(
      @Nullable String phone, @Nullable String state, @Nullable String zip, @Nullable String zone) {
    return Whereabouts.of(phone, List.of(), state, zip, zone);
  }

  @Test
  void aNumberCountsForAllZonesAndStatesOfItsAreaCode() {
    var panhandle = Whereabouts.of("+18505550100", List.of("America/New_York"), null, null, null);
    assertThat(panhandle.zones()).containsExactlyInAnyOrder(EASTERN, CENTRAL);
    assertThat(panhandle.states()).containsExactly("FL");
  }

  @Test
  void tollFreePremiumAndPersonalNumbersSayNothing() {
    for (String code :
        List.of("800", "833", "844", "855", "866", "877", "888", "900", "500", "521")) {
      var where =
          Whereabouts.of("+1" + code + "5550100", List.of("America/Chicago"), null, null, null);
      assertThat(where.isUnknown()).as(code).isTrue();
    }
  }

  @Test
  void numberAndAddressBothCount() {
    var moved = at("+12125550100", "CA", null, null);
    assertThat(moved.zones()).containsExactly(PACIFIC, EASTERN);
    assertThat(moved.states()).containsExactlyInAnyOrder("CA", "NY");
    assertThat(at("+18005550100", "California", null, null).zones()).containsExactly(PACIFIC);
  }

  @Test
  void aSplitStateMeansAllItsZonesUnlessOneIsStated() {
    assertThat(at(null, "tn", null, null).zones()).containsExactlyInAnyOrder(EASTERN, CENTRAL);
    assertThat(at(null, "TN", null, "America/Chicago").zones()).containsExactly(CENTRAL);
    assertThat(at(null, "IN", null, "America/Indiana/Indianapolis").zones()).hasSize(1);
  }

  @Test
  void aTimeZoneOutsideTheStateCountsBesideIt() {
    assertThat(at(null, "FL", null, "America/Los_Angeles").zones())
        .containsExactlyInAnyOrder(PACIFIC, EASTERN, CENTRAL);
  }

  @Test
  void aZipCodeNamesItsState() {
    assertThat(at(null, null, "97914-1234", null).states()).containsExactly("OR");
    assertThat(at(null, "NY", "02108", null).states()).containsExactlyInAnyOrder("NY", "MA");
    assertThat(at(null, null, "SW1A 1AA", null).isUnknown()).isTrue();
  }

  @Test
  void whatNamesNoPlaceSaysNothing() {
    assertThat(at(null, "Bavaria", null, "Mars/Olympus").isUnknown()).isTrue();
    assertThat(at(null, null, null, null)).isEqualTo(Whereabouts.UNKNOWN);
    assertThat(at("+18675550100", null, null, null).states()).isEmpty();
  }
}
