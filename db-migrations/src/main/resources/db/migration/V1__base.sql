-- The schema of the base. One schema, one writer a table (table-owners.tsv), row-level security on every
-- table with a client. Unique and foreign keys lead with client_id, because foreign-key checks ignore RLS.

-- The smallest UUIDv7 of a moment: partition boundaries and range scans.
CREATE FUNCTION uuid7_floor(moment timestamptz) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid $$;

-- ---------------------------------------------------------------- identity (web-console)

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text NOT NULL,
  platform_admin boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- ---------------------------------------------------------------- clients (scheduler)

CREATE TABLE clients (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  industry text NOT NULL CHECK (length(industry) BETWEEN 1 AND 80),
  time_zone text NOT NULL,
  currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE client_profiles (
  client_id uuid PRIMARY KEY REFERENCES clients (id),
  brand_voice text,
  greeting_style text,
  always_mention text[] NOT NULL DEFAULT '{}',
  never_say text[] NOT NULL DEFAULT '{}',
  objection_snippets jsonb NOT NULL DEFAULT '{}',
  -- {"mon": [{"from": "08:00", "to": "17:00"}], …}; a weekday that is missing is closed
  business_hours jsonb NOT NULL DEFAULT '{}',
  service_area text,
  job_types text[] NOT NULL DEFAULT '{}',
  phone text,
  website text,
  postal_address text,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  client_id uuid NOT NULL REFERENCES clients (id),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id);

CREATE TABLE sessions (
  -- SHA-256 of the cookie's value: a stolen table opens no door
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  csrf_token text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- null: a key of the platform, which may create clients
  client_id uuid REFERENCES clients (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('platform', 'owner', 'admin', 'member')),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  CHECK ((role = 'platform') = (client_id IS NULL))
);
CREATE INDEX api_keys_of_client ON api_keys (client_id, id);

CREATE TABLE provider_accounts (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  provider text NOT NULL CHECK (provider IN ('twilio')),
  name text NOT NULL,
  account_sid text NOT NULL,
  auth_token text NOT NULL,
  -- where its API stands; null: the provider's own address
  base_url text,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, provider, account_sid)
);

CREATE TABLE phone_numbers (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  provider_account_id uuid NOT NULL,
  e164 text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  sms_enabled boolean NOT NULL DEFAULT true,
  voice_enabled boolean NOT NULL DEFAULT false,
  per_second int NOT NULL DEFAULT 10 CHECK (per_second BETWEEN 1 AND 1000),
  daily_cap int NOT NULL DEFAULT 10000 CHECK (daily_cap BETWEEN 0 AND 10000000),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, e164),
  FOREIGN KEY (client_id, provider_account_id) REFERENCES provider_accounts (client_id, id)
);

CREATE TABLE price_book (
  client_id uuid NOT NULL REFERENCES clients (id),
  item text NOT NULL CHECK (item IN ('sms_segment', 'email', 'voice_minute', 'lookup', 'model_token')),
  price_micros bigint NOT NULL CHECK (price_micros >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, item)
);

-- ---------------------------------------------------------------- people (memory)

CREATE TABLE contacts (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  first_name text,
  last_name text,
  company text,
  phone text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
  email text CHECK (email = lower(email)),
  time_zone text,
  -- every zone the number may lie in: windows hold in all of them
  phone_time_zones text[] NOT NULL DEFAULT '{}',
  state text,
  postal_code text,
  status text NOT NULL DEFAULT 'new',
  source text NOT NULL DEFAULT 'api',
  tags text[] NOT NULL DEFAULT '{}',
  custom_fields jsonb NOT NULL DEFAULT '{}',
  phone_type text NOT NULL DEFAULT 'unknown' CHECK (phone_type IN ('mobile', 'landline', 'voip', 'unknown')),
  phone_valid boolean NOT NULL DEFAULT true,
  email_valid boolean NOT NULL DEFAULT true,
  alternative_phone text,
  alternative_email text,
  engagement_score int NOT NULL DEFAULT 50 CHECK (engagement_score BETWEEN 0 AND 100),
  sentiment_trend text NOT NULL DEFAULT 'stable'
    CHECK (sentiment_trend IN ('warming', 'stable', 'cooling', 'hot', 'cold')),
  conversation_summary text,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
);
-- Two contacts of a client never share an address unnoticed.
CREATE UNIQUE INDEX contacts_phone ON contacts (client_id, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX contacts_email ON contacts (client_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_tags ON contacts USING gin (tags);

CREATE TABLE consents (
  client_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT uuidv7(),
  contact_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('sms', 'email', 'voice')),
  granted boolean NOT NULL,
  source text NOT NULL,
  text_shown text,
  ip inet,
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, contact_id) REFERENCES contacts (client_id, id)
);
CREATE INDEX consents_of_contact ON consents (client_id, contact_id, channel, at DESC);

-- One thing said, in or out. An outbound one is born by the worker's fence with its dispatch's id, an inbound one
-- by the receipt; from then on it is memory's.
CREATE TABLE contact_interactions (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL,
  -- null until the sender of an inbound message has a contact
  contact_id uuid,
  enrollment_id uuid,
  sequence_id uuid,
  step_id uuid,
  channel text NOT NULL CHECK (channel IN ('sms', 'email', 'voice')),
  direction text NOT NULL CHECK (direction IN ('outbound', 'inbound')),
  -- the address of the person, and ours
  identity text NOT NULL,
  own_address text NOT NULL,
  content_subject text,
  content_body text NOT NULL,
  content_summary text,
  outcome text,
  failure text,
  in_reply_to uuid,
  auto_reply boolean NOT NULL DEFAULT false,
  provider_id text,
  -- by the fleet clock
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
) WITH (fillfactor = 85);
CREATE INDEX interactions_timeline ON contact_interactions (client_id, contact_id, occurred_at DESC, id DESC);
CREATE INDEX interactions_of_identity ON contact_interactions (client_id, identity, occurred_at DESC);

CREATE TABLE contact_contexts (
  client_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  outbound_sms int NOT NULL DEFAULT 0,
  inbound_sms int NOT NULL DEFAULT 0,
  outbound_email int NOT NULL DEFAULT 0,
  inbound_email int NOT NULL DEFAULT 0,
  calls int NOT NULL DEFAULT 0,
  first_contact_at timestamptz,
  last_interaction_at timestamptz,
  last_interaction_id uuid,
  last_channel text,
  last_direction text,
  last_outbound_at timestamptz,
  last_inbound_at timestamptz,
  last_inbound_sms_id uuid,
  last_inbound_sms text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, contact_id)
) WITH (fillfactor = 70);

-- ---------------------------------------------------------------- sequences (scheduler)

CREATE TABLE sequences (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text,
  trigger_type text NOT NULL CHECK (trigger_type IN
    ('manual', 'new_lead', 'tag_added', 'status_changed', 'form_submitted', 'missed_call', 'schedule')),
  -- [{"field": "tags", "op": "contains", "value": "roof"}, …], all must hold
  trigger_conditions jsonb NOT NULL DEFAULT '[]',
  entry_rule text NOT NULL DEFAULT 'once' CHECK (entry_rule IN ('once', 'when_not_active', 'always')),
  recontact_gap_seconds bigint NOT NULL DEFAULT 0 CHECK (recontact_gap_seconds >= 0),
  reply_policy text NOT NULL DEFAULT 'adaptive' CHECK (reply_policy IN ('adaptive', 'stop', 'pause', 'continue')),
  -- {"mon": [{"from": "09:00", "to": "18:00"}], …} in the contact's zones
  send_window jsonb NOT NULL,
  priority int NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 9),
  active boolean NOT NULL DEFAULT false,
  -- new enrollments are pinned to it; null: nothing published yet
  published_version int,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  row_version int NOT NULL DEFAULT 1,
  PRIMARY KEY (client_id, id)
);

CREATE TABLE sequence_versions (
  client_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  state text NOT NULL CHECK (state IN ('draft', 'published')),
  published_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, sequence_id, version),
  FOREIGN KEY (client_id, sequence_id) REFERENCES sequences (client_id, id)
);
CREATE UNIQUE INDEX one_draft ON sequence_versions (client_id, sequence_id) WHERE state = 'draft';

CREATE TABLE sequence_steps (
  client_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  id uuid NOT NULL,
  position int NOT NULL CHECK (position >= 1),
  name text,
  kind text NOT NULL CHECK (kind IN ('sms', 'email', 'voice', 'wait', 'condition', 'webhook', 'notify_team')),
  delay jsonb NOT NULL,
  content jsonb NOT NULL,
  skip_conditions jsonb NOT NULL DEFAULT '[]',
  on_success jsonb NOT NULL,
  on_failure jsonb NOT NULL,
  urgent boolean NOT NULL DEFAULT false,
  PRIMARY KEY (client_id, sequence_id, version, id),
  -- deferrable: re-ordering swaps positions
  UNIQUE (client_id, sequence_id, version, position) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (client_id, sequence_id, version) REFERENCES sequence_versions (client_id, sequence_id, version)
);

CREATE TABLE enrollments (
  client_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT uuidv7(),
  contact_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'completed', 'replied', 'booked', 'converted',
    'opted_out', 'failed', 'stopped', 'unenrolled')),
  status_reason text,
  -- the step that is due or under way; null before the first and after the last
  step_id uuid,
  position int NOT NULL DEFAULT 0,
  -- indexed nowhere, so that updates stay HOT: due has its own narrow table
  next_step_at timestamptz,
  open_dispatch_id uuid,
  -- dispatches made for the current step
  attempt int NOT NULL DEFAULT 0,
  steps_done int NOT NULL DEFAULT 0,
  sent int NOT NULL DEFAULT 0,
  failed int NOT NULL DEFAULT 0,
  replied boolean NOT NULL DEFAULT false,
  answered_call boolean NOT NULL DEFAULT false,
  booked boolean NOT NULL DEFAULT false,
  needs_human boolean NOT NULL DEFAULT false,
  last_step_at timestamptz,
  source text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  row_version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, contact_id) REFERENCES contacts (client_id, id),
  FOREIGN KEY (client_id, sequence_id, version) REFERENCES sequence_versions (client_id, sequence_id, version)
) WITH (fillfactor = 70);
CREATE INDEX enrollments_of_contact ON enrollments (client_id, contact_id, id);
CREATE INDEX enrollments_of_sequence ON enrollments (client_id, sequence_id, id);

-- What waits for a time, and nothing else. While a dispatch is open the row is a watchdog.
CREATE TABLE due (
  client_id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  channel text NOT NULL,
  urgent boolean NOT NULL,
  watchdog boolean NOT NULL DEFAULT false,
  due_at timestamptz NOT NULL,
  PRIMARY KEY (client_id, enrollment_id),
  FOREIGN KEY (client_id, enrollment_id) REFERENCES enrollments (client_id, id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0);
CREATE INDEX due_in_time ON due (client_id, due_at);

CREATE TABLE execution_log (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  step_id uuid,
  dispatch_id uuid,
  -- sent, skipped, deferred, failed, healed, …
  decision text NOT NULL,
  reason_code text NOT NULL,
  -- words a person understands
  reason text NOT NULL,
  until timestamptz,
  -- by the fleet clock
  at timestamptz NOT NULL,
  PRIMARY KEY (client_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX execution_log_of_enrollment ON execution_log (client_id, enrollment_id, id);

-- Fleet time = anchor_fleet + (real now - anchor_real) * rate. One row.
CREATE TABLE fleet_clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  anchor_real timestamptz NOT NULL DEFAULT now(),
  anchor_fleet timestamptz NOT NULL DEFAULT now(),
  rate numeric(9, 3) NOT NULL DEFAULT 1 CHECK (rate BETWEEN 0 AND 100000),
  updated_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO fleet_clock DEFAULT VALUES;

-- ---------------------------------------------------------------- sending (channel-workers)

-- Born READY by the scheduler's claim; everything after that is the workers'. Its own outbox on the way there.
CREATE TABLE dispatches (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  enrollment_id uuid,
  sequence_id uuid,
  version int NOT NULL DEFAULT 0,
  step_id uuid,
  channel text NOT NULL CHECK (channel IN ('sms', 'email', 'voice')),
  kind text NOT NULL CHECK (kind IN ('step', 'retry', 'manual')),
  attempt int NOT NULL DEFAULT 1,
  urgent boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'sending', 'accepted', 'rejected', 'not_sent',
    'unknown', 'quarantined', 'cancelled', 'expired', 'given_back')),
  -- real time: when the row was born, fenced, and by when the POST must have begun
  created_at timestamptz NOT NULL DEFAULT now(),
  fenced_at timestamptz,
  post_deadline timestamptz,
  finished_at timestamptz,
  unknown_since timestamptz,
  next_check_at timestamptz,
  checks int NOT NULL DEFAULT 0,
  -- complete queries in a row that found no message
  absences int NOT NULL DEFAULT 0,
  -- fleet time of the fence and of the outcome
  sent_at timestamptz,
  outcome_at timestamptz,
  -- the person's address and ours, set at the fence
  identity text,
  own_address text,
  provider_account_id uuid,
  provider_id text,
  delivery_status text CHECK (delivery_status IN ('queued', 'sent', 'delivered', 'undelivered', 'failed')),
  failure text,
  error_code text,
  error_text text,
  hold_reason text,
  hold_until timestamptz,
  segments int NOT NULL DEFAULT 0,
  cost_micros bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (client_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX dispatches_of_enrollment ON dispatches (client_id, enrollment_id, id);
CREATE INDEX dispatches_of_contact ON dispatches (client_id, contact_id, id);

CREATE TABLE cap_counters (
  client_id uuid NOT NULL,
  -- 'number:+15551230000'
  scope text NOT NULL,
  day date NOT NULL,
  used int NOT NULL DEFAULT 0 CHECK (used >= 0),
  PRIMARY KEY (client_id, scope, day)
) WITH (fillfactor = 50);

CREATE TABLE rate_leases (
  client_id uuid NOT NULL,
  scope text NOT NULL,
  -- real second, as epoch seconds
  second bigint NOT NULL,
  used int NOT NULL DEFAULT 0 CHECK (used >= 0),
  PRIMARY KEY (client_id, scope, second)
);

-- ---------------------------------------------------------------- hearing (event-processor)

CREATE TABLE receipts (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  provider text NOT NULL,
  kind text NOT NULL,
  provider_id text,
  dispatch_id uuid,
  interaction_id uuid,
  -- form fields or JSON as received, less what the interaction holds
  payload jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
) PARTITION BY RANGE (id);

-- Apart from receipts and unpartitioned: daily partitions would miss a replay after midnight. Kept 7 days.
CREATE TABLE receipt_keys (
  client_id uuid NOT NULL,
  provider text NOT NULL,
  key text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, provider, key)
);
CREATE INDEX receipt_keys_age ON receipt_keys (received_at);

CREATE TABLE suppressions (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  channel text NOT NULL CHECK (channel IN ('sms', 'email', 'voice')),
  -- E.164 or lower-case e-mail address; whoever shares it is suppressed
  identity text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('opt_out', 'provider_opt_out', 'manual', 'complaint', 'erased')),
  detail text,
  source_interaction_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  lifted_at timestamptz,
  lifted_by text,
  PRIMARY KEY (client_id, id)
);
CREATE UNIQUE INDEX suppressions_in_force ON suppressions (client_id, identity, channel) WHERE lifted_at IS NULL;

-- ---------------------------------------------------------------- healing and learning

CREATE TABLE healing_log (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  contact_id uuid NOT NULL,
  enrollment_id uuid,
  sequence_id uuid,
  step_id uuid,
  dispatch_id uuid NOT NULL,
  failure text NOT NULL,
  error_code text,
  action text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  reason text NOT NULL,
  -- pending until the retry it ordered has an outcome
  result text NOT NULL DEFAULT 'pending' CHECK (result IN ('pending', 'worked', 'failed', 'none')),
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  -- one answer to one failure
  UNIQUE (client_id, dispatch_id, failure)
);
CREATE INDEX healing_log_of_enrollment ON healing_log (client_id, enrollment_id, id);

CREATE TABLE step_analytics (
  client_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  step_id uuid NOT NULL,
  -- UTC day of the fleet clock
  period date NOT NULL,
  total_executions int NOT NULL DEFAULT 0,
  total_skipped int NOT NULL DEFAULT 0,
  total_accepted int NOT NULL DEFAULT 0,
  total_delivered int NOT NULL DEFAULT 0,
  total_failed int NOT NULL DEFAULT 0,
  total_replies int NOT NULL DEFAULT 0,
  total_opt_outs int NOT NULL DEFAULT 0,
  total_conversions int NOT NULL DEFAULT 0,
  total_cost_micros bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, sequence_id, version, step_id, period)
) WITH (fillfactor = 70);

CREATE TABLE sequence_analytics (
  client_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  period date NOT NULL,
  total_enrollments int NOT NULL DEFAULT 0,
  total_completions int NOT NULL DEFAULT 0,
  total_replies int NOT NULL DEFAULT 0,
  total_opt_outs int NOT NULL DEFAULT 0,
  total_conversions int NOT NULL DEFAULT 0,
  total_failed int NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, sequence_id, version, period)
) WITH (fillfactor = 70);

-- ---------------------------------------------------------------- everyone

CREATE TABLE audit (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  client_id uuid,
  actor text NOT NULL,
  action text NOT NULL,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_of_client ON audit (client_id, id);

-- Each service's own outbox, inbox, dead letters and idempotency keys.
DO $$
DECLARE service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['scheduler', 'channels', 'events', 'memory', 'healer', 'learning', 'console'] LOOP
    EXECUTE format($sql$
      CREATE TABLE %1$I_outbox (
        id uuid PRIMARY KEY,
        client_id uuid NOT NULL,
        topic text NOT NULL,
        key text NOT NULL,
        type text NOT NULL,
        payload text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0)
      $sql$, service);
    EXECUTE format($sql$
      CREATE TABLE %1$I_inbox (
        listener text NOT NULL,
        event_id uuid NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (listener, event_id)
      )$sql$, service);
    EXECUTE format('CREATE INDEX %1$I_inbox_age ON %1$I_inbox (received_at)', service);
    EXECUTE format($sql$
      CREATE TABLE %1$I_dead_letters (
        id uuid PRIMARY KEY,
        client_id uuid,
        listener text NOT NULL,
        topic text NOT NULL,
        kafka_partition int NOT NULL,
        kafka_offset bigint NOT NULL,
        key text NOT NULL,
        type text,
        payload text NOT NULL,
        -- dead: failed itself; parked: waits behind a dead one of its key; replayed: done
        state text NOT NULL CHECK (state IN ('dead', 'parked', 'replayed')),
        error text,
        attempts int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        replayed_at timestamptz,
        UNIQUE (listener, topic, kafka_partition, kafka_offset)
      )$sql$, service);
    EXECUTE format('CREATE INDEX %1$I_dead_letters_of_key ON %1$I_dead_letters (listener, key, id) WHERE state <> ''replayed''', service);
    EXECUTE format($sql$
      CREATE TABLE %1$I_idempotency_keys (
        client_id uuid NOT NULL,
        key text NOT NULL,
        request_hash bytea NOT NULL,
        -- null while the first request is under way
        status int,
        headers jsonb,
        body text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (client_id, key)
      )$sql$, service);
    EXECUTE format('CREATE INDEX %1$I_idempotency_keys_age ON %1$I_idempotency_keys (created_at)', service);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- partitions

-- One partition a day from today to so many days ahead, by the real clock that the ids are made of.
-- SECURITY DEFINER, because no service owns a table.
CREATE FUNCTION ensure_partitions(days_ahead int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = omnify, pg_temp
  AS $$
DECLARE
  parent text;
  day date;
  made int := 0;
  child text;
BEGIN
  IF days_ahead NOT BETWEEN 0 AND 60 THEN
    RAISE EXCEPTION 'days_ahead must lie between 0 and 60, not %', days_ahead;
  END IF;
  FOREACH parent IN ARRAY ARRAY['dispatches', 'execution_log', 'receipts'] LOOP
    FOR n IN -1..days_ahead LOOP
      day := (now() AT TIME ZONE 'UTC')::date + n;
      child := parent || '_' || to_char(day, 'YYYYMMDD');
      IF to_regclass(format('omnify.%I', child)) IS NULL THEN
        EXECUTE format('CREATE TABLE omnify.%I PARTITION OF omnify.%I FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = %s)',
          child, parent, uuid7_floor(day::timestamp AT TIME ZONE 'UTC'),
          uuid7_floor((day + 1)::timestamp AT TIME ZONE 'UTC'),
          CASE parent WHEN 'dispatches' THEN 50 ELSE 100 END);
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION ensure_partitions(int) FROM PUBLIC;
