-- What providers have told of each call, in and out: one row a call, so that in whatever order and however often the
-- news comes, each has one effect, also when its receipt's key is long forgotten. The words wait here for memory-service,
-- which takes them into the interaction when the end is told, and are dropped after a while.
CREATE TABLE calls (
  client_id uuid NOT NULL REFERENCES clients (id),
  provider text NOT NULL CHECK (provider IN ('vapi', 'twilio')),
  -- the provider's
  call_id text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('outbound', 'inbound')),
  -- of an outbound call; its interaction has the same id
  dispatch_id uuid,
  interaction_id uuid NOT NULL,
  -- the person's number
  identity text NOT NULL,
  -- the carrier's own id of the same call, where the provider says it
  carrier_id text,
  -- the furthest it has been reported on its way
  status text CHECK (status IN ('queued', 'sent')),
  disposition text CHECK (disposition IN ('answered', 'voicemail', 'no_answer', 'busy', 'failed')),
  failure text,
  ended_reason text,
  -- real time, of the first word of its end
  ended_at timestamptz,
  reported boolean NOT NULL DEFAULT false,
  seconds int CHECK (seconds >= 0),
  cost_micros bigint CHECK (cost_micros >= 0),
  recording_url text,
  summary text,
  -- [{"role": "assistant" | "user", "text": "…", "at_seconds": 1.5}, …]
  turns jsonb,
  -- when everybody was told that it has ended
  told_at timestamptz,
  booked_at timestamptz,
  booking_told boolean NOT NULL DEFAULT false,
  -- when its words made an opt-out
  opted_out_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, provider, call_id),
  -- a dispatch is one call: a second one that names it is not believed
  UNIQUE (client_id, interaction_id)
) WITH (fillfactor = 70);
CREATE INDEX calls_untold ON calls (ended_at) WHERE told_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX calls_bookings_untold ON calls (booked_at) WHERE booked_at IS NOT NULL AND NOT booking_told;
CREATE INDEX calls_with_words ON calls (told_at) WHERE turns IS NOT NULL OR summary IS NOT NULL;
CREATE INDEX calls_of_carrier ON calls (client_id, carrier_id) WHERE carrier_id IS NOT NULL;
