-- Steps that do something other than speak to the contact, what sequences were for and reached, and what is told to
-- others: the team, and the client's own systems.

-- What a step of kind webhook or notify_team asked for. Born with the claim that parks the enrollment on it (its
-- open_dispatch_id is the order's id); settled when event-processor has said that it is done.
CREATE TABLE step_orders (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  enrollment_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  step_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'notify_team')),
  attempt int NOT NULL,
  -- given_up: nobody said anything for a day, and nothing is done about it any more
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed', 'given_up')),
  -- how: http_200, timeout, …
  code text,
  -- real time
  created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, enrollment_id) REFERENCES enrollments (client_id, id)
);
CREATE INDEX step_orders_open ON step_orders (created_at) WHERE state = 'open';
CREATE INDEX step_orders_of_enrollment ON step_orders (client_id, enrollment_id, id);

-- What an enrollment reached, once of each kind.
CREATE TABLE outcomes (
  client_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT uuidv7(),
  enrollment_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  sequence_id uuid NOT NULL,
  version int NOT NULL,
  -- the step that it had come to
  step_id uuid,
  -- the attempt that led to it, where that is known
  dispatch_id uuid,
  kind text NOT NULL CHECK (kind IN ('booked', 'converted')),
  -- api, console, call, webhook, …
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 80),
  interaction_id uuid,
  value_micros bigint CHECK (value_micros >= 0),
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  -- by the fleet clock
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, enrollment_id, kind),
  FOREIGN KEY (client_id, enrollment_id) REFERENCES enrollments (client_id, id),
  CHECK (value_micros IS NULL OR currency IS NOT NULL)
);
CREATE INDEX outcomes_of_contact ON outcomes (client_id, contact_id, id);

-- What the team is told.
CREATE TABLE notifications (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL,
  type text NOT NULL,
  priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
  detail text,
  -- a path in the console
  link text,
  contact_id uuid,
  enrollment_id uuid,
  -- by the fleet clock
  at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  dismissed_at timestamptz,
  PRIMARY KEY (client_id, id)
) WITH (fillfactor = 80);
CREATE INDEX notifications_open ON notifications (client_id, id DESC) WHERE dismissed_at IS NULL;

-- Where a client wants to hear what happens.
CREATE TABLE webhook_endpoints (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  url text NOT NULL,
  description text,
  -- empty: all of them
  event_types text[] NOT NULL DEFAULT '{}',
  -- whsec_…: both sides sign and verify with it
  secret text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  -- real time: since when nothing was taken; why nothing is sent any more
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
) WITH (fillfactor = 70);

-- What the calls of a client's steps are signed with; made when the first is made or asked for.
CREATE TABLE webhook_secrets (
  client_id uuid PRIMARY KEY REFERENCES clients (id),
  secret text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- One thing to be told to one address, and how that went. Holds ids only: what is sent is read when it is sent.
CREATE TABLE webhook_deliveries (
  client_id uuid NOT NULL,
  id uuid NOT NULL,
  -- null: the call of a step, to the address that the step names
  endpoint_id uuid,
  -- the event that it tells of, or the order of a step
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  -- the event itself, as it stood on its topic
  event jsonb NOT NULL,
  contact_id uuid,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  tries int NOT NULL DEFAULT 0,
  -- real time
  next_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  -- of the last try
  status int,
  error text,
  -- [{"at", "status", "error", "millis"}, …], the last twenty
  attempts jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, endpoint_id) REFERENCES webhook_endpoints (client_id, id) ON DELETE CASCADE
) WITH (fillfactor = 60);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (client_id, event_id, endpoint_id) NULLS NOT DISTINCT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (client_id, endpoint_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (client_id, endpoint_id, id DESC);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at) WHERE state <> 'pending';
