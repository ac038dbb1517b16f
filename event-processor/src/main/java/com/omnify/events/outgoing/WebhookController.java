package com.omnify.events.outgoing;

import com.omnify.events.outgoing.Deliveries.Delivery;
import com.omnify.events.outgoing.Deliveries.Filter;
import com.omnify.events.outgoing.Deliveries.Told;
import com.omnify.events.outgoing.Endpoints.Endpoint;
import com.omnify.events.outgoing.policy.WebhookType;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.WebhookAddress;
import com.omnify.model.id.ClientId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Outgoing webhooks by the Standard Webhooks scheme: endpoints, and the log of what was told. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Webhooks")
class WebhookController {

  private static final int MOST_ENDPOINTS = 50;
  private static final Set<String> STATES = Set.of("pending", "delivered", "failed");

  private final Transactions tx;
  private final Endpoints endpoints;
  private final Deliveries deliveries;
  private final Secrets secrets;
  private final JdbcClient jdbc;
  private final Ids ids;
  private final RealClock realClock;
  private final FleetClock fleetClock;

  WebhookController(
      Transactions tx,
      Endpoints endpoints,
      Deliveries deliveries,
      Secrets secrets,
      JdbcClient jdbc,
      Ids ids,
      RealClock realClock,
      FleetClock fleetClock) {
    this.tx = tx;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.jdbc = jdbc;
    this.ids = ids;
    this.realClock = realClock;
    this.fleetClock = fleetClock;
  }

  /**
   * A new endpoint.
   *
   * @param eventTypes all where left out or empty
   */
  record NewEndpoint(
      @NotBlank String url,
      @Nullable @Size(max = 200) String description,
      @Nullable List<String> eventTypes,
      @Nullable Boolean active) {}

  /** What is to change; what is left out stays. */
  record EndpointPatch(
      @Nullable String url,
      @Nullable @Size(max = 200) String description,
      @Nullable List<String> eventTypes,
      @Nullable Boolean active) {}

  /**
   * A new endpoint, with what its messages are signed with.
   *
   * @param secret shown this once
   */
  record CreatedEndpoint(Endpoint endpoint, String secret) {}

  /** Shown this once. */
  record NewSecret(String secret) {}

  record EventTypes(List<String> items) {}

  @Needs(Role.MEMBER)
  @GetMapping("/webhook-endpoints")
  @Operation(summary = "List the endpoints, oldest first")
  Page<Endpoint> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    var found =
        tx.readInClient(
            caller.client(), () -> endpoints.list(caller.client(), before(cursor), size + 1));
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/webhook-endpoints/event-types")
  @Operation(summary = "What an endpoint may ask for")
  EventTypes types(Caller caller) {
    return new EventTypes(WebhookType.choices());
  }

  @Needs(Role.ADMIN)
  @PostMapping("/webhook-endpoints")
  @Operation(summary = "Add an endpoint; its secret is shown this once")
  ResponseEntity<CreatedEndpoint> add(Caller caller, @Valid @RequestBody NewEndpoint body) {
    ClientId client = caller.client();
    List<String> types = types(body.eventTypes() == null ? List.of() : body.eventTypes());
    String url = url(body.url());
    String secret = secrets.fresh();
    Endpoint added =
        tx.inClient(
            client,
            () -> {
              if (endpoints.count(client) >= MOST_ENDPOINTS) {
                throw Problem.conflict(
                    "too_many_endpoints",
                    "There are " + MOST_ENDPOINTS + " endpoints already.",
                    "Remove one that is not needed any more.");
              }
              Endpoint endpoint =
                  endpoints.add(
                      client,
                      url,
                      body.description(),
                      types,
                      !Boolean.FALSE.equals(body.active()),
                      secret);
              audit(client, caller, "webhook_endpoint.add", endpoint.id());
              return endpoint;
            });
    return ResponseEntity.created(URI.create("/api/v1/webhook-endpoints/" + added.id()))
        .body(new CreatedEndpoint(added, secret));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/webhook-endpoints/{id}")
  @Operation(summary = "One endpoint: whether it works, and why not")
  Endpoint get(Caller caller, @PathVariable UUID id) {
    return tx.readInClient(caller.client(), () -> find(caller.client(), id));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/webhook-endpoints/{id}")
  @Operation(summary = "Change an endpoint, or switch it on again")
  Endpoint patch(Caller caller, @PathVariable UUID id, @Valid @RequestBody EndpointPatch body) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          Endpoint now = find(client, id);
          endpoints.update(
              client,
              id,
              body.url() == null ? now.url() : url(body.url()),
              body.description() == null ? now.description() : body.description(),
              body.eventTypes() == null ? now.eventTypes() : types(body.eventTypes()),
              body.active() == null ? now.active() : body.active());
          audit(client, caller, "webhook_endpoint.change", id);
          return find(client, id);
        });
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/webhook-endpoints/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Remove an endpoint and its log")
  void remove(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    tx.inClient(
        client,
        () -> {
          if (!endpoints.remove(client, id)) {
            throw Problem.notFound("webhook endpoint", id);
          }
          audit(client, caller, "webhook_endpoint.remove", id);
        });
  }

  @Needs(Role.ADMIN)
  @PostMapping("/webhook-endpoints/{id}/secret")
  @Operation(summary = "Give an endpoint a new secret; the old one ends at once")
  NewSecret renew(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    String secret = secrets.fresh();
    tx.inClient(
        client,
        () -> {
          if (!endpoints.renewSecret(client, id, secret)) {
            throw Problem.notFound("webhook endpoint", id);
          }
          audit(client, caller, "webhook_endpoint.secret", id);
        });
    return new NewSecret(secret);
  }

  @Needs(Role.ADMIN)
  @PostMapping("/webhook-endpoints/step-secret")
  @Operation(
      summary = "Make a new secret for the calls that steps of sequences make; the old one ends")
  NewSecret renewOfSteps(Caller caller) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          audit(client, caller, "webhook_step_secret.renew", client.value());
          return new NewSecret(secrets.renewOfSteps(client));
        });
  }

  @Needs(Role.ADMIN)
  @PostMapping("/webhook-endpoints/{id}/test")
  @Operation(summary = "Send a ping to an endpoint")
  ResponseEntity<Map<String, String>> test(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    UUID event = ids.next();
    tx.inClient(
        client,
        () -> {
          requireActive(find(client, id));
          deliveries.add(
              List.of(
                  new Told(
                      client,
                      id,
                      event,
                      WebhookType.PING.wire(),
                      KitJson.mapper()
                          .writeValueAsString(Map.of("at", fleetClock.now(), "endpoint_id", id)),
                      null)));
        });
    return ResponseEntity.accepted().body(Map.of("event_id", event.toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/webhook-deliveries")
  @Operation(summary = "What was told to whom, and how that went; newest first")
  Page<Delivery> log(
      Caller caller,
      @RequestParam(name = "endpoint_id", required = false) @Nullable UUID endpoint,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(name = "event_type", required = false) @Nullable String type,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    if (state != null && !STATES.contains(state)) {
      throw Problem.invalid(
          "state", "'" + state + "' is no state", "use pending, delivered or failed");
    }
    int size = Limits.page(limit);
    var found =
        tx.readInClient(
            caller.client(),
            () ->
                deliveries.list(
                    caller.client(), new Filter(endpoint, state, type), before(cursor), size + 1));
    return Page.of(found, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/webhook-deliveries/{id}")
  @Operation(summary = "One delivery with its attempts")
  Delivery delivery(Caller caller, @PathVariable UUID id) {
    return tx.readInClient(
        caller.client(),
        () ->
            deliveries
                .find(caller.client(), id)
                .orElseThrow(() -> Problem.notFound("webhook delivery", id)));
  }

  @Needs(Role.MEMBER)
  @PostMapping("/webhook-deliveries/{id}/redeliver")
  @Operation(summary = "Tell it again, with the same webhook-id")
  Delivery redeliver(Caller caller, @PathVariable UUID id) {
    ClientId client = caller.client();
    return tx.inClient(
        client,
        () -> {
          Delivery found =
              deliveries
                  .find(client, id)
                  .orElseThrow(() -> Problem.notFound("webhook delivery", id));
          if (found.endpointId() == null) {
            throw Problem.conflict(
                "call_of_a_step",
                "This is the call of a step; its enrollment has gone on by its answer.",
                "Only what an endpoint was told can be told again.");
          }
          requireActive(find(client, found.endpointId()));
          deliveries.redeliver(client, id, realClock.now());
          return deliveries.find(client, id).orElseThrow();
        });
  }

  private static void requireActive(Endpoint endpoint) {
    if (!endpoint.active()) {
      throw Problem.conflict(
          "endpoint_off",
          "The endpoint is switched off"
              + (endpoint.disabledReason() == null ? "." : ": " + endpoint.disabledReason() + "."),
          "Switch it on first: PATCH it with {\"active\": true}.");
    }
  }

  private Endpoint find(ClientId client, UUID id) {
    return endpoints.find(client, id).orElseThrow(() -> Problem.notFound("webhook endpoint", id));
  }

  private static @Nullable UUID before(@Nullable String cursor) {
    return cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
  }

  private static String url(String url) {
    WebhookAddress.faults(url)
        .ifPresent(
            fault -> {
              throw Problem.invalid(
                  "url", fault, "write a public address like https://example.com/hook");
            });
    return url;
  }

  private static List<String> types(List<String> wanted) {
    var faults = new ArrayList<FieldFault>();
    for (int i = 0; i < wanted.size(); i++) {
      if (!WebhookType.choices().contains(wanted.get(i))) {
        faults.add(
            new FieldFault(
                "event_types[" + i + "]",
                "'" + wanted.get(i) + "' is nothing that is told",
                "use some of " + WebhookType.choices()));
      }
    }
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return wanted.stream().distinct().sorted().toList();
  }

  private void audit(ClientId client, Caller caller, String action, UUID id) {
    jdbc.sql(
            """
            INSERT INTO audit (client_id, actor, action, subject_type, subject_id, detail)
            VALUES (:client, :actor, :action, 'webhook_endpoint', :id, :detail)
            """)
        .param("client", client.value())
        .param("actor", caller.subject())
        .param("action", action)
        .param("id", id.toString())
        .param("detail", Pg.jsonb(Map.of()))
        .update();
  }
}
