package com.omnify.console.routing.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {

  @ParameterizedTest
  @CsvSource({
    "/api/v1/clients, SCHEDULER",
    "/api/v1/provider-accounts/7, SCHEDULER",
    "/api/v1/phone-numbers, SCHEDULER",
    "/api/v1/sequences, SCHEDULER",
    "/api/v1/sequences/7/steps/8, SCHEDULER",
    "/api/v1/sequences/7/analytics, LEARNING",
    "/api/v1/enrollments/7/log, SCHEDULER",
    "/api/v1/enrollments/7/healing, HEALER",
    "/api/v1/fleet-clock, SCHEDULER",
    "/api/v1/compliance-rules, EVENTS",
    "/api/v1/contacts/7/timeline, MEMORY",
    "/api/v1/suppressions, EVENTS",
    "/api/v1/notifications/unread, EVENTS",
    "/api/v1/webhook-endpoints/7/secret, EVENTS",
    "/api/v1/webhook-deliveries, EVENTS",
    "/api/v1/receipts, EVENTS",
    "/api/v1/leads, EVENTS",
    "/api/v1/lead-sources/7/secret, EVENTS",
    "/api/v1/imports/7/start, MEMORY",
    "/api/v1/custom-fields, MEMORY",
    "/api/v1/tags/roof, MEMORY",
    "/api/v1/statuses, MEMORY",
    "/api/v1/dispatches/summary, CHANNELS",
    "/api/v1/previews, CHANNELS",
    "/api/v1/provider-health, CHANNELS",
    "/api/v1/healing, HEALER",
  })
  void eachPathHasOneService(String path, Upstream upstream) {
    assertThat(RouteTable.of(path)).isEqualTo(new Route.ToService(upstream, path));
  }

  @Test
  void deadLettersAreThoseOfTheServiceNamed() {
    assertThat(RouteTable.of("/api/v1/services/memory/dead-letters/7/replay"))
        .isEqualTo(new Route.ToService(Upstream.MEMORY, "/api/v1/dead-letters/7/replay"));
    assertThat(RouteTable.of("/api/v1/services/nobody/dead-letters"))
        .isEqualTo(new Route.Nowhere());
    assertThat(RouteTable.of("/api/v1/services/memory/actuator")).isEqualTo(new Route.Nowhere());
  }

  @Test
  void webhooksGoToThoseWhoHear() {
    assertThat(RouteTable.of("/webhooks/twilio/7/status"))
        .isEqualTo(new Route.Webhook(Upstream.EVENTS, "/webhooks/twilio/7/status"));
    assertThat(RouteTable.of("/webhooks/mailgun/7/8/events"))
        .isEqualTo(new Route.Webhook(Upstream.EVENTS, "/webhooks/mailgun/7/8/events"));
    assertThat(RouteTable.of("/webhooks/mailgun/7/8/inbound"))
        .isEqualTo(new Route.Mail(Upstream.EVENTS, "/webhooks/mailgun/7/8/inbound"));
    assertThat(RouteTable.of("/u/abc")).isEqualTo(new Route.Webhook(Upstream.EVENTS, "/u/abc"));
  }

  @Test
  void theSandboxsSwitchesAndItsLedgerAreInTwoPlaces() {
    assertThat(RouteTable.of("/sandbox/faults")).isEqualTo(new Route.ToSandbox("/sandbox/faults"));
    assertThat(RouteTable.of("/sandbox/ledger/summary"))
        .isEqualTo(new Route.ToSandbox("/ledger/summary"));
  }

  @Test
  void theGatewayAnswersWhatIsItsOwn() {
    assertThat(RouteTable.of("/api/v1/session")).isEqualTo(new Route.Here(false));
    assertThat(RouteTable.of("/api/v1/openapi.json")).isEqualTo(new Route.Here(false));
    assertThat(RouteTable.of("/api/v1/api-keys/7")).isEqualTo(new Route.Here(true));
    assertThat(RouteTable.of("/api/v1/events")).isEqualTo(new Route.Here(true));
    assertThat(RouteTable.of("/api/v1/services")).isEqualTo(new Route.Here(true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/contacts/../clients",
        "/api/v1//clients",
        "/api/v1/contacts;x=1/7",
        "/api/v1/contacts/%2e%2e/clients",
        "/api/v1/contacts%2Fx",
        "/webhooks/twilio/..",
      })
  void whatCouldMeanTwoPlacesIsRefused(String path) {
    assertThat(RouteTable.of(path)).isInstanceOf(Route.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api/v1/", "/api/v1/dead-letters", "/api/v2/contacts", "/api/v1/audit", "/api"})
  void everythingElseLeadsNowhere(String path) {
    assertThat(RouteTable.of(path)).isEqualTo(new Route.Nowhere());
  }
}
