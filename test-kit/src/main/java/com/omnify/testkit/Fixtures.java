package com.omnify.testkit;

import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.PhoneNumberId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.model.id.UuidV7;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Rows that tests start from, written as the superuser. Each call makes new ones. */
public final class Fixtures {

  /** When things happen where a test does not care. */
  public static final Instant NOON = Instant.parse("2026-03-10T18:00:00Z");

  private static final String ALWAYS_OPEN =
      """
      {"mon":[{"from":"00:00","to":"24:00"}],"tue":[{"from":"00:00","to":"24:00"}],
       "wed":[{"from":"00:00","to":"24:00"}],"thu":[{"from":"00:00","to":"24:00"}],
       "fri":[{"from":"00:00","to":"24:00"}],"sat":[{"from":"00:00","to":"24:00"}],
       "sun":[{"from":"00:00","to":"24:00"}]}
      """;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final JdbcClient db;

  Fixtures(TestDatabase database) {
    this.db = database.admin();
  }

  /** A published version. */
  public record PublishedSequence(SequenceId id, int version, List<StepId> steps) {

    public StepId step(int number) {
      return steps.get(number - 1);
    }
  }

  public static UUID id() {
    return UuidV7.next(Instant.now());
  }

  public static EventId eventId() {
    return new EventId(id());
  }

  /** A number of a mobile phone in Seattle that no other call returns. */
  public static String phone() {
    return "+1206%03d%04d"
        .formatted(555 + NUMBERS.get() / 10_000, NUMBERS.getAndIncrement() % 10_000);
  }

  public ClientId client() {
    return client("Rainier Plumbing", "America/Los_Angeles");
  }

  public ClientId client(String name, String timeZone) {
    var client = new ClientId(id());
    db.sql(
            """
            INSERT INTO clients (id, name, industry, time_zone) VALUES (:id, :name, 'plumbing', :zone)
            """)
        .param("id", client.value())
        .param("name", name)
        .param("zone", timeZone)
        .update();
    db.sql("INSERT INTO client_profiles (client_id) VALUES (:id)")
        .param("id", client.value())
        .update();
    return client;
  }

  public ProviderAccountId twilioAccount(ClientId client, String baseUrl) {
    var account = new ProviderAccountId(id());
    String sid = "AC" + UUID.randomUUID().toString().replace("-", "");
    db.sql(
            """
            INSERT INTO provider_accounts (client_id, id, provider, name, account_sid, auth_token, base_url)
            VALUES (:client, :id, 'twilio', 'Main', :sid, 'test-auth-token', :url)
            """)
        .param("client", client.value())
        .param("id", account.value())
        .param("sid", sid)
        .param("url", baseUrl)
        .update();
    return account;
  }

  public PhoneNumberId phoneNumber(ClientId client, ProviderAccountId account, String e164) {
    var number = new PhoneNumberId(id());
    db.sql(
            """
            INSERT INTO phone_numbers (client_id, id, provider_account_id, e164)
            VALUES (:client, :id, :account, :e164)
            """)
        .param("client", client.value())
        .param("id", number.value())
        .param("account", account.value())
        .param("e164", e164)
        .update();
    return number;
  }

  /** An account whose secret is {@code test-secret}. */
  public ProviderAccountId account(
      ClientId client, String provider, @Nullable String baseUrl, String settings) {
    var account = new ProviderAccountId(id());
    db.sql(
            """
            INSERT INTO provider_accounts (client_id, id, provider, name, account_sid, auth_token, base_url, settings)
            VALUES (:client, :id, :provider, :provider, '', 'test-secret', :url, :settings::jsonb)
            """)
        .param("client", client.value())
        .param("id", account.value())
        .param("provider", provider)
        .param("url", baseUrl)
        .param("settings", settings)
        .update();
    return account;
  }

  /** Warm, with room for whatever a test sends. */
  public void mailbox(ClientId client, ProviderAccountId account, String address) {
    db.sql(
            """
            INSERT INTO mailboxes (client_id, id, provider_account_id, address, display_name, per_second)
            VALUES (:client, :id, :account, :address, 'Rainier Plumbing', 100)
            """)
        .param("client", client.value())
        .param("id", id())
        .param("account", account.value())
        .param("address", address)
        .update();
  }

  /** The contact may be written to by e-mail, at this address, and has agreed to it. */
  public void email(ClientId client, ContactId contact, String address) {
    db.sql("UPDATE contacts SET email = :address WHERE client_id = :client AND id = :contact")
        .param("client", client.value())
        .param("contact", contact.value())
        .param("address", address)
        .update();
    db.sql(
            """
            INSERT INTO consents (client_id, contact_id, channel, granted, source, at)
            VALUES (:client, :contact, 'email', true, 'fixture', :at)
            """)
        .param("client", client.value())
        .param("contact", contact.value())
        .param("at", NOON.atOffset(ZoneOffset.UTC))
        .update();
  }

  public ContactId contact(ClientId client) {
    return contact(client, phone());
  }

  public ContactId contact(ClientId client, String phone) {
    var contact = new ContactId(id());
    db.sql(
            """
            INSERT INTO contacts (client_id, id, first_name, last_name, company, phone, time_zone, phone_time_zones,
              state, phone_type)
            VALUES (:client, :id, 'Ada', 'Byron', 'Engines Ltd', :phone, 'America/Los_Angeles',
              '{America/Los_Angeles}', 'WA', 'mobile')
            """)
        .param("client", client.value())
        .param("id", contact.value())
        .param("phone", phone)
        .update();
    db.sql(
            """
            INSERT INTO consents (client_id, contact_id, channel, granted, source, at)
            VALUES (:client, :contact, 'sms', true, 'fixture', :at)
            """)
        .param("client", client.value())
        .param("contact", contact.value())
        .param("at", NOON.atOffset(ZoneOffset.UTC))
        .update();
    return contact;
  }

  /** Active, version 1 published, SMS steps a day apart, a window that never closes. */
  public PublishedSequence sequence(ClientId client, int smsSteps) {
    return sequence(client, smsSteps, "Hi {{ first_name | default: \"there\" }}, message %d");
  }

  /**
   * Active, version 1 published.
   *
   * @param body of each SMS; {@code %d} becomes the step's number
   */
  public PublishedSequence sequence(ClientId client, int smsSteps, String body) {
    var sequence = new SequenceId(id());
    db.sql(
            """
            INSERT INTO sequences (client_id, id, name, trigger_type, send_window, active, entry_rule)
            VALUES (:client, :id, 'Follow up', 'manual', :window::jsonb, true, 'when_not_active')
            """)
        .param("client", client.value())
        .param("id", sequence.value())
        .param("window", ALWAYS_OPEN)
        .update();
    db.sql(
            """
            INSERT INTO sequence_versions (client_id, sequence_id, version, state, published_at)
            VALUES (:client, :sequence, 1, 'published', now())
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .update();
    List<StepId> steps =
        IntStream.rangeClosed(1, smsSteps)
            .mapToObj(position -> step(client, sequence, position, body.formatted(position)))
            .toList();
    db.sql("UPDATE sequences SET published_version = 1 WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", sequence.value())
        .update();
    return new PublishedSequence(sequence, 1, steps);
  }

  private StepId step(ClientId client, SequenceId sequence, int position, String body) {
    var step = new StepId(id());
    String delay =
        position == 1 ? "{\"type\":\"immediate\"}" : "{\"type\":\"fixed\",\"duration\":\"P1D\"}";
    db.sql(
            """
            INSERT INTO sequence_steps (client_id, sequence_id, version, id, position, name, kind, delay, content,
              on_success, on_failure)
            VALUES (:client, :sequence, 1, :id, :position, :name, 'sms', :delay::jsonb,
              jsonb_build_object('body', :body::text), '{"action":"continue"}', '{"action":"continue"}')
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("id", step.value())
        .param("position", position)
        .param("name", "Step " + position)
        .param("delay", delay)
        .param("body", body)
        .update();
    return step;
  }

  /** Active, before its first step, due at {@link #NOON}. */
  public EnrollmentId enrollment(ClientId client, ContactId contact, PublishedSequence sequence) {
    var enrollment = new EnrollmentId(id());
    db.sql(
            """
            INSERT INTO enrollments (client_id, id, contact_id, sequence_id, version, status, step_id, position,
              next_step_at, source, started_at)
            VALUES (:client, :id, :contact, :sequence, :version, 'active', :step, 1, :at, 'manual', :at)
            """)
        .param("client", client.value())
        .param("id", enrollment.value())
        .param("contact", contact.value())
        .param("sequence", sequence.id().value())
        .param("version", sequence.version())
        .param("step", sequence.step(1).value())
        .param("at", NOON.atOffset(ZoneOffset.UTC))
        .update();
    db.sql(
            """
            INSERT INTO due (client_id, enrollment_id, channel, urgent, due_at)
            VALUES (:client, :id, 'sms', false, :at)
            """)
        .param("client", client.value())
        .param("id", enrollment.value())
        .param("at", NOON.atOffset(ZoneOffset.UTC))
        .update();
    return enrollment;
  }

  /** As the scheduler's claim leaves it: READY, the enrollment parked on it. */
  public DispatchRef dispatch(
      ClientId client,
      ContactId contact,
      EnrollmentId enrollment,
      PublishedSequence sequence,
      int step) {
    var ref = ref(client, contact, enrollment, sequence, step, new DispatchId(id()), 1);
    insert(ref, DispatchState.READY);
    db.sql(
            """
            UPDATE enrollments SET open_dispatch_id = :dispatch, attempt = 1, step_id = :step, position = :position
            WHERE client_id = :client AND id = :id
            """)
        .param("dispatch", ref.dispatchId().value())
        .param("step", sequence.step(step).value())
        .param("position", step)
        .param("client", client.value())
        .param("id", enrollment.value())
        .update();
    db.sql(
            """
            UPDATE due SET watchdog = true, in_flight = true, due_at = now() + interval '2 minutes'
            WHERE client_id = :client AND enrollment_id = :id
            """)
        .param("client", client.value())
        .param("id", enrollment.value())
        .update();
    return ref;
  }

  /** A reference without rows. */
  public static DispatchRef ref(
      ClientId client,
      ContactId contact,
      EnrollmentId enrollment,
      PublishedSequence sequence,
      int step,
      DispatchId dispatch,
      int attempt) {
    return new DispatchRef(
        client,
        contact,
        dispatch,
        enrollment,
        sequence.id(),
        sequence.version(),
        sequence.step(step),
        Channel.SMS,
        attempt == 1 ? DispatchKind.STEP : DispatchKind.RETRY,
        attempt);
  }

  /** Just the row of a dispatch. */
  public void insert(DispatchRef ref, DispatchState state) {
    db.sql(
            """
            INSERT INTO dispatches (client_id, id, contact_id, enrollment_id, sequence_id, version, step_id, channel,
              kind, attempt, state)
            VALUES (:client, :id, :contact, :enrollment, :sequence, :version, :step, :channel, :kind, :attempt, :state)
            """)
        .param("client", ref.clientId().value())
        .param("id", ref.dispatchId().value())
        .param("contact", ref.contactId().value())
        .param("enrollment", ref.enrollmentId() == null ? null : ref.enrollmentId().value())
        .param("sequence", ref.sequenceId() == null ? null : ref.sequenceId().value())
        .param("version", ref.version())
        .param("step", ref.stepId() == null ? null : ref.stepId().value())
        .param("channel", ref.channel().wire())
        .param("kind", ref.kind().wire())
        .param("attempt", ref.attempt())
        .param("state", state.wire())
        .update();
  }
}
