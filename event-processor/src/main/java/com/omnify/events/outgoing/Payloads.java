package com.omnify.events.outgoing;

import com.omnify.events.outgoing.Deliveries.Claimed;
import com.omnify.events.outgoing.policy.WebhookType;
import com.omnify.events.text.StepTexts;
import com.omnify.events.text.StepTexts.Unfillable;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.time.RealClock;
import com.omnify.model.event.FlowEvent.StepOrdered;
import com.omnify.model.id.ClientId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is said, read at the moment of saying it: the list of deliveries holds ids only, so a person
 * who was erased meanwhile is told of by id alone. To be used in a transaction.
 */
@Component
class Payloads {

  private static final TypeReference<Map<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

  /** Where to, with which headers, what. */
  record Call(String url, String secret, Map<String, String> headers, byte[] body) {}

  /** Nothing is to be sent, and why. */
  static final class NoCall extends Exception {
    NoCall(String words) {
      super(words);
    }
  }

  private final JdbcClient jdbc;
  private final StepTexts texts;
  private final Secrets secrets;
  private final RealClock clock;
  private final JsonMapper json = KitJson.mapper();

  Payloads(JdbcClient jdbc, StepTexts texts, Secrets secrets, RealClock clock) {
    this.jdbc = jdbc;
    this.texts = texts;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Composes it.
   *
   * @throws NoCall where it is pointless
   */
  Call of(Claimed claimed) throws NoCall {
    return claimed.lane().endpoint() == null ? ofStep(claimed) : ofEvent(claimed);
  }

  private Call ofEvent(Claimed claimed) throws NoCall {
    if (claimed.url() == null || claimed.secret() == null) {
      throw new NoCall("endpoint_gone: the endpoint was removed");
    }
    ClientId client = claimed.lane().client();
    var data = new LinkedHashMap<>(json.readValue(claimed.event(), OBJECT));
    Object at = data.remove("at");
    data.remove("type");
    describe(client, data);
    return new Call(
        claimed.url(),
        claimed.secret(),
        Map.of(),
        body(claimed.type(), at == null ? clock.now().toString() : at, data));
  }

  private byte[] body(String type, Object timestamp, Map<String, @Nullable Object> data) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", type);
    body.put("timestamp", timestamp);
    body.put("data", data);
    return json.writeValueAsBytes(body);
  }

  /** Adds what the ids stand for. */
  private void describe(ClientId client, Map<String, @Nullable Object> data) {
    Map<?, ?> dispatch = data.get("dispatch") instanceof Map<?, ?> map ? map : Map.of();
    UUID contact = id(data.get("contact_id"), dispatch.get("contact_id"));
    UUID interaction = id(data.get("interaction_id"), dispatch.get("dispatch_id"));
    UUID sequence = id(data.get("sequence_id"), dispatch.get("sequence_id"));
    UUID notification = id(data.get("notification_id"), null);
    if (contact != null) {
      data.put("contact", contact(client, contact).orElse(null));
    }
    if (interaction != null) {
      interaction(client, interaction).ifPresent(said -> data.put("interaction", said));
    }
    if (sequence != null) {
      sequence(client, sequence).ifPresent(named -> data.put("sequence", named));
    }
    if (notification != null) {
      notification(client, notification).ifPresent(told -> data.put("notification", told));
    }
  }

  private static @Nullable UUID id(@Nullable Object first, @Nullable Object second) {
    Object value = first == null ? second : first;
    try {
      return value == null ? null : UUID.fromString(String.valueOf(value));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private Optional<Map<String, @Nullable Object>> contact(ClientId client, UUID id) {
    return one(
        """
        SELECT to_jsonb(t)::text FROM (
          SELECT c.id, c.first_name, c.last_name, c.company, c.phone, c.email, c.time_zone, c.status, c.tags, c.custom_fields
          FROM contacts c WHERE c.client_id = :client AND c.id = :id) t
        """,
        client,
        id);
  }

  private Optional<Map<String, @Nullable Object>> interaction(ClientId client, UUID id) {
    return one(
        """
        SELECT to_jsonb(t)::text FROM (
          SELECT i.id, i.channel, i.direction, i.identity, i.own_address, i.content_subject AS subject,
            i.content_body AS body, i.outcome, i.call_seconds, i.ended_reason, i.recording_url, i.occurred_at
          FROM contact_interactions i WHERE i.client_id = :client AND i.id = :id) t
        """,
        client,
        id);
  }

  private Optional<Map<String, @Nullable Object>> sequence(ClientId client, UUID id) {
    return one(
        """
        SELECT to_jsonb(t)::text FROM (
          SELECT q.id, q.name FROM sequences q WHERE q.client_id = :client AND q.id = :id) t
        """,
        client,
        id);
  }

  private Optional<Map<String, @Nullable Object>> notification(ClientId client, UUID id) {
    return one(
        """
        SELECT to_jsonb(t)::text FROM (
          SELECT n.id, n.type, n.priority, n.title, n.detail, n.link, n.at
          FROM notifications n WHERE n.client_id = :client AND n.id = :id) t
        """,
        client,
        id);
  }

  private Optional<Map<String, @Nullable Object>> one(String sql, ClientId client, UUID id) {
    return jdbc.sql(sql)
        .param("client", client.value())
        .param("id", id)
        .query(String.class)
        .optional()
        .map(text -> json.readValue(text, OBJECT));
  }

  private Call ofStep(Claimed claimed) throws NoCall {
    ClientId client = claimed.lane().client();
    StepOrdered order = json.readValue(claimed.event(), StepOrdered.class);
    var step =
        jdbc.sql(
                """
                SELECT o.state, s.content::text AS content FROM step_orders o
                JOIN sequence_steps s ON s.client_id = o.client_id AND s.sequence_id = o.sequence_id
                  AND s.version = o.version AND s.id = o.step_id
                WHERE o.client_id = :client AND o.id = :order
                """)
            .param("client", client.value())
            .param("order", order.orderId().value())
            .query((row, _) -> Map.entry(row.getString("state"), row.getString("content")))
            .optional()
            .orElseThrow(() -> new NoCall("step_gone: the step is not there any more"));
    if (!step.getKey().equals("open")) {
      throw new NoCall("not_awaited: nobody waits for it any more");
    }
    var content = json.readValue(step.getValue(), OBJECT);
    var headers = new LinkedHashMap<String, String>();
    if (content.get("headers") instanceof Map<?, ?> own) {
      own.forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
    }
    return new Call(
        String.valueOf(content.get("url")),
        secrets.ofSteps(client),
        headers,
        content.get("body") == null ? plain(order) : filled(content.get("body"), client, order));
  }

  private byte[] filled(@Nullable Object body, ClientId client, StepOrdered order) throws NoCall {
    try {
      return json.writeValueAsBytes(
          texts.fillAll(body, texts.variables(client, order.contactId())));
    } catch (Unfillable e) {
      throw new NoCall("template_fault: " + e.getMessage());
    }
  }

  /** Where the author wrote no body of their own. */
  private byte[] plain(StepOrdered order) {
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("order_id", order.orderId().toString());
    data.put("enrollment_id", order.enrollmentId().toString());
    data.put("contact_id", order.contactId().toString());
    data.put("sequence_id", order.sequenceId().toString());
    data.put("step_id", order.stepId().toString());
    data.put("attempt", order.attempt());
    describe(order.clientId(), data);
    return body(WebhookType.STEP, order.at().toString(), data);
  }
}
