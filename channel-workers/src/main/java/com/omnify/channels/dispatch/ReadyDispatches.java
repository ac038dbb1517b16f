package com.omnify.channels.dispatch;

import com.omnify.channels.compose.Variables;
import com.omnify.channels.sms.TwilioAccount;
import com.omnify.kit.db.Pg;
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
import com.omnify.model.id.ProviderAccountId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads all that a batch needs: one query for the dispatches, one for their clients' numbers. */
@Component
public class ReadyDispatches {

  private static final Logger log = LoggerFactory.getLogger(ReadyDispatches.class);

  private static final int WINDOWS_KEPT = 10_000;

  // OFFSET 0 keeps the lookups by key in this order: while a table is young and has no statistics,
  // the planner joins all people of a client with all its dispatches (seconds for a batch).
  private static final String LOAD =
      """
      SELECT d.client_id, d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.version, d.step_id,
        d.kind, d.attempt, d.created_at,
        s.content ->> 'body' AS template, q.send_window::text AS send_window,
        t.body AS own_text, t.identity AS own_identity, t.own_address AS own_from, t.not_after,
        c.first_name, c.last_name, c.company, c.phone, c.phone_valid, c.email, c.state, c.postal_code,
        c.time_zone, c.phone_time_zones, c.custom_fields::text AS custom_fields,
        x.last_inbound_sms, x.last_channel, x.first_contact_at,
        coalesce(x.outbound_sms + x.inbound_sms + x.outbound_email + x.inbound_email + x.calls, 0)
          AS interactions,
        b.name AS client_name, b.time_zone AS client_time_zone,
        p.phone AS client_phone, p.website AS client_website, p.postal_address AS client_address,
        p.service_area AS client_service_area,
        coalesce(m.price_micros, 0) AS price_micros, last.own_address AS last_number
      FROM (
        SELECT * FROM dispatches d WHERE %s AND d.state = 'ready' AND d.channel = 'sms' OFFSET 0) d
      CROSS JOIN LATERAL (
        SELECT * FROM contacts WHERE client_id = d.client_id AND id = d.contact_id OFFSET 0) c
      JOIN clients b ON b.id = d.client_id
      LEFT JOIN contact_contexts x ON x.client_id = d.client_id AND x.contact_id = d.contact_id
      LEFT JOIN client_profiles p ON p.client_id = d.client_id
      LEFT JOIN sequences q ON q.client_id = d.client_id AND q.id = d.sequence_id
      LEFT JOIN sequence_steps s ON s.client_id = d.client_id AND s.sequence_id = d.sequence_id
        AND s.version = d.version AND s.id = d.step_id AND s.kind = 'sms'
      LEFT JOIN dispatch_texts t
        ON d.enrollment_id IS NULL AND t.client_id = d.client_id AND t.dispatch_id = d.id
      LEFT JOIN price_book m ON m.client_id = d.client_id AND m.item = 'sms_segment'
      LEFT JOIN LATERAL (
        SELECT i.own_address FROM contact_interactions i
        WHERE i.client_id = d.client_id AND i.contact_id = d.contact_id
          AND i.channel = 'sms' AND i.direction = 'outbound'
        ORDER BY i.occurred_at DESC, i.id DESC LIMIT 1) last ON true
      """
          .formatted(DispatchKeys.AMONG);

  private static final String SENDERS =
      """
      SELECT n.client_id, n.e164, n.per_second, n.daily_cap,
        a.id AS account_id, a.account_sid, a.auth_token, a.base_url
      FROM phone_numbers n
      JOIN provider_accounts a ON a.client_id = n.client_id AND a.id = n.provider_account_id
      WHERE n.client_id = ANY (:clients) AND n.active AND n.sms_enabled AND a.active
        AND a.provider = 'twilio'
      ORDER BY n.client_id, n.e164
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;

  /** By their text: a few for each client, where every row brings one. */
  private final Map<String, SendWindow> windows = new ConcurrentHashMap<>();

  ReadyDispatches(JdbcClient jdbc, Transactions transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * What was read: the dispatches that still stand READY, and the numbers of their clients.
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
          DispatchKeys.bind(jdbc.sql(LOAD), keys)
              .query(
                  row -> {
                    read(row, dispatches, unreadable);
                  });
          Set<ClientId> clients =
              dispatches.stream().map(it -> it.ref().clientId()).collect(Collectors.toSet());
          return new Loaded(dispatches, unreadable, senders(clients));
        });
  }

  private Map<ClientId, List<Sender>> senders(Set<ClientId> clients) {
    return jdbc
        .sql(SENDERS)
        .param("clients", Pg.uuids(clients))
        .query((row, _) -> sender(row))
        .list()
        .stream()
        .collect(Collectors.groupingBy(Sender::client));
  }

  private static Sender sender(ResultSet row) throws SQLException {
    String baseUrl = row.getString("base_url");
    return new Sender(
        Pg.id(row, "client_id", ClientId::new),
        row.getString("e164"),
        row.getInt("per_second"),
        row.getInt("daily_cap"),
        new TwilioAccount(
            Pg.id(row, "account_id", ProviderAccountId::new),
            row.getString("account_sid"),
            row.getString("auth_token"),
            baseUrl == null ? null : URI.create(baseUrl)));
  }

  /**
   * One row that makes no sense must not keep the others of its batch, which are other clients'.
   */
  private void read(ResultSet row, List<ReadyDispatch> dispatches, List<Withdrawal> unreadable)
      throws SQLException {
    try {
      dispatches.add(dispatch(row));
    } catch (RuntimeException e) {
      DispatchRef ref = ref(row);
      log.error("Dispatch {} cannot be read", ref.dispatchId(), e);
      unreadable.add(
          new Withdrawal.Cancelled(
              ref, HoldReason.OTHER, "The step, its sequence or the contact cannot be read"));
    }
  }

  private ReadyDispatch dispatch(ResultSet row) throws SQLException {
    ZoneId clientZone = known(row.getString("client_time_zone")).orElse(ZoneOffset.UTC);
    String window = row.getString("send_window");
    DispatchRef ref = ref(row);
    String ownText = row.getString("own_text");
    String phone = row.getBoolean("phone_valid") ? row.getString("phone") : null;
    return new ReadyDispatch(
        ref,
        Pg.instant(row, "created_at"),
        ownText == null ? phone : row.getString("own_identity"),
        row.getString("template"),
        ownText == null
            ? null
            : new ReadyDispatch.OwnText(
                ownText, row.getString("own_from"), Pg.instantOrNull(row, "not_after")),
        facts(row),
        window(ref.kind(), window),
        zones(
            row.getString("time_zone"),
            List.of((String[]) row.getArray("phone_time_zones").getArray()),
            clientZone),
        clientZone,
        row.getString("last_number"),
        row.getLong("price_micros"));
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
        Channel.SMS,
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

  /**
   * The zone that is known and all that the number may lie in, as the scheduler plans by: the
   * window must be open in each. The client's where neither says anything.
   */
  static List<ZoneId> zones(@Nullable String own, List<String> ofPhone, ZoneId clientZone) {
    var zones = new LinkedHashSet<ZoneId>();
    Stream.concat(Stream.ofNullable(own), ofPhone.stream())
        .flatMap(name -> known(name).stream())
        .forEach(zones::add);
    return zones.isEmpty() ? List.of(clientZone) : List.copyOf(zones);
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
