package com.omnify.channels.dispatch;

import com.omnify.channels.compose.Variables;
import com.omnify.kit.db.Pg;
import com.omnify.kit.quiet.RuleBook;
import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.HoldReason;
import com.omnify.model.SendWindow;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads all that a batch needs: one query for the dispatches, one for what their clients send from.
 */
@Component
public class ReadyDispatches {

  private static final Logger log = LoggerFactory.getLogger(ReadyDispatches.class);

  private static final int WINDOWS_KEPT = 10_000;

  // OFFSET 0 keeps the lookups by key in this order: while a table is young and has no statistics,
  // the planner joins all people of a client with all its dispatches (seconds for a batch).
  private static final String LOAD =
      """
      SELECT d.client_id, d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.version, d.step_id,
        d.channel, d.kind, d.attempt, d.created_at,
        s.content::text AS content, q.send_window::text AS send_window,
        t.body AS own_text, t.identity AS own_identity, t.own_address AS own_from, t.not_after,
        c.first_name, c.last_name, c.company, c.phone, c.phone_valid, c.email, c.email_valid, c.state, c.postal_code,
        c.time_zone, c.phone_time_zones, c.custom_fields::text AS custom_fields,
        x.last_inbound_sms, x.last_channel, x.first_contact_at,
        coalesce(x.outbound_sms + x.inbound_sms + x.outbound_email + x.inbound_email + x.calls, 0)
          AS interactions,
        b.name AS client_name, b.time_zone AS client_time_zone,
        p.phone AS client_phone, p.website AS client_website, p.postal_address AS client_address,
        p.service_area AS client_service_area,
        coalesce(m.price_micros, 0) AS price_micros, k.own_address AS known_sender
      FROM (
        SELECT * FROM dispatches d WHERE %s AND d.state = 'ready' OFFSET 0) d
      CROSS JOIN LATERAL (
        -- whoever the person is part of by now, if two contacts became one since
        SELECT * FROM contacts WHERE client_id = d.client_id AND id = (
          SELECT coalesce(merged_into, id) FROM contacts WHERE client_id = d.client_id AND id = d.contact_id)
        OFFSET 0) c
      JOIN clients b ON b.id = d.client_id
      LEFT JOIN contact_contexts x ON x.client_id = d.client_id AND x.contact_id = d.contact_id
      LEFT JOIN client_profiles p ON p.client_id = d.client_id
      LEFT JOIN sequences q ON q.client_id = d.client_id AND q.id = d.sequence_id
      LEFT JOIN sequence_steps s ON s.client_id = d.client_id AND s.sequence_id = d.sequence_id
        AND s.version = d.version AND s.id = d.step_id AND s.kind = d.channel
      LEFT JOIN dispatch_texts t
        ON d.enrollment_id IS NULL AND t.client_id = d.client_id AND t.dispatch_id = d.id
      LEFT JOIN price_book m ON m.client_id = d.client_id AND m.item = CASE d.channel
        WHEN 'sms' THEN 'sms_segment' WHEN 'email' THEN 'email' ELSE 'voice_minute' END
      LEFT JOIN sticky_senders k ON k.client_id = d.client_id AND k.contact_id = d.contact_id
        AND k.channel = d.channel
      """
          .formatted(DispatchKeys.AMONG);

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final Senders senders;
  private final RuleBook rules;

  /** By their text: a few for each client, where every row brings one. */
  private final Map<String, SendWindow> windows = new ConcurrentHashMap<>();

  ReadyDispatches(JdbcClient jdbc, Transactions transactions, Senders senders, RuleBook rules) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.senders = senders;
    this.rules = rules;
  }

  /**
   * What was read: the dispatches that still stand READY, and what their clients send from.
   *
   * @param unreadable those whose rows make no sense
   */
  public record Loaded(
      List<ReadyDispatch> dispatches,
      List<Withdrawal> unreadable,
      Map<ClientId, List<Sender>> senders) {}

  /** Reads a batch; what does not stand READY any more is left out. */
  public Loaded load(Collection<DispatchKey> keys) {
    return transactions.readInBackground(
        () -> {
          var dispatches = new ArrayList<ReadyDispatch>();
          var unreadable = new ArrayList<Withdrawal>();
          RuleSet law = rules.current();
          DispatchKeys.bind(jdbc.sql(LOAD), keys)
              .query(
                  row -> {
                    read(row, law, dispatches, unreadable);
                  });
          return new Loaded(dispatches, unreadable, senders(dispatches));
        });
  }

  private Map<ClientId, List<Sender>> senders(List<ReadyDispatch> dispatches) {
    Map<Channel, Set<ClientId>> clients =
        dispatches.stream()
            .map(ReadyDispatch::ref)
            .collect(
                Collectors.groupingBy(
                    DispatchRef::channel,
                    Collectors.mapping(DispatchRef::clientId, Collectors.toSet())));
    return clients.entrySet().stream()
        .flatMap(each -> senders.of(each.getKey(), each.getValue()).stream())
        .collect(Collectors.groupingBy(Sender::client));
  }

  /**
   * One row that makes no sense must not keep the others of its batch, which are other clients'.
   */
  private void read(
      ResultSet row, RuleSet law, List<ReadyDispatch> dispatches, List<Withdrawal> unreadable)
      throws SQLException {
    try {
      dispatches.add(dispatch(row, law));
    } catch (RuntimeException e) {
      DispatchRef ref = ref(row);
      log.error("Dispatch {} cannot be read", ref.dispatchId(), e);
      unreadable.add(
          new Withdrawal.Cancelled(
              ref, HoldReason.OTHER, "The step, its sequence or the contact cannot be read"));
    }
  }

  private ReadyDispatch dispatch(ResultSet row, RuleSet law) throws SQLException {
    ZoneId clientZone = known(row.getString("client_time_zone")).orElse(ZoneOffset.UTC);
    String window = row.getString("send_window");
    DispatchRef ref = ref(row);
    Whereabouts where =
        Whereabouts.of(
            row.getString("phone"),
            List.of((String[]) row.getArray("phone_time_zones").getArray()),
            row.getString("state"),
            row.getString("postal_code"),
            row.getString("time_zone"));
    String ownText = row.getString("own_text");
    String content = row.getString("content");
    return new ReadyDispatch(
        ref,
        Pg.instant(row, "created_at"),
        ownText == null ? address(ref.channel(), row) : row.getString("own_identity"),
        content == null ? null : Pg.read(content, JsonNode.class),
        ownText == null
            ? null
            : new ReadyDispatch.OwnText(
                ownText, row.getString("own_from"), Pg.instantOrNull(row, "not_after")),
        facts(row),
        new SpeakingHours(
            window(ref.kind(), window),
            // They have just written to us: what answers an opt-out waits for no hour.
            ref.kind() == DispatchKind.OPT_OUT_CONFIRMATION
                ? LegalWindow.ALWAYS
                : law.window(where, ref.channel())),
        where.isUnknown() ? List.of(clientZone) : List.copyOf(where.zones()),
        clientZone,
        row.getString("known_sender"),
        row.getLong("price_micros"));
  }

  private static @Nullable String address(Channel channel, ResultSet row) throws SQLException {
    return switch (channel) {
      case SMS, VOICE -> row.getBoolean("phone_valid") ? row.getString("phone") : null;
      case EMAIL -> row.getBoolean("email_valid") ? row.getString("email") : null;
    };
  }

  private SendWindow window(DispatchKind kind, @Nullable String ofSequence) {
    if (kind == DispatchKind.OPT_OUT_CONFIRMATION) {
      // They have just written to us.
      return SendWindow.always();
    }
    if (ofSequence == null) {
      return SendWindow.standard();
    }
    if (windows.size() > WINDOWS_KEPT) {
      windows.clear();
    }
    return windows.computeIfAbsent(ofSequence, json -> Pg.read(json, SendWindow.class));
  }

  /** The reference in a row that has a dispatch's columns under their own names. */
  public static DispatchRef ref(ResultSet row) throws SQLException {
    return new DispatchRef(
        Pg.id(row, "client_id", ClientId::new),
        Pg.id(row, "contact_id", ContactId::new),
        Pg.id(row, "id", DispatchId::new),
        Pg.idOrNull(row, "enrollment_id", EnrollmentId::new),
        Pg.idOrNull(row, "sequence_id", SequenceId::new),
        row.getInt("version"),
        Pg.idOrNull(row, "step_id", StepId::new),
        WireEnum.parse(Channel.class, row.getString("channel")),
        WireEnum.parse(DispatchKind.class, row.getString("kind")),
        row.getInt("attempt"));
  }

  /**
   * A person's facts from the columns of {@code contacts}, {@code contact_contexts}, the client.
   */
  public static Variables.Facts facts(ResultSet row) throws SQLException {
    return new Variables.Facts(
        row.getString("first_name"),
        row.getString("last_name"),
        row.getString("company"),
        row.getString("phone"),
        row.getString("email"),
        row.getString("state"),
        row.getString("postal_code"),
        custom(row.getString("custom_fields")),
        row.getString("client_name"),
        row.getString("client_phone"),
        row.getString("client_website"),
        row.getString("client_address"),
        row.getString("client_service_area"),
        row.getString("last_inbound_sms"),
        row.getString("last_channel"),
        Pg.instantOrNull(row, "first_contact_at"),
        row.getInt("interactions"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> custom(@Nullable String json) {
    return json == null || json.equals("{}") ? Map.of() : Pg.read(json, Map.class);
  }

  private static Optional<ZoneId> known(String name) {
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      // Checked where it came in; a zone that this machine's rules lack must not stop the batch.
      return Optional.empty();
    }
  }
}
