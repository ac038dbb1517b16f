-- What waits longer than it should, as the scheduler's detector last found it.
CREATE TABLE stuck (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- null: a dead letter of which nobody can read whose it is
  client_id uuid REFERENCES clients (id),
  kind text NOT NULL,
  -- the dispatch, enrollment or letter; the client where many are told together
  subject_id uuid NOT NULL,
  -- whose outbox or dead letter
  service text NOT NULL DEFAULT '',
  enrollment_id uuid,
  contact_id uuid,
  n bigint NOT NULL DEFAULT 1 CHECK (n > 0),
  -- real time
  since timestamptz NOT NULL,
  detail text NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (client_id, kind, service, subject_id)
) WITH (fillfactor = 70);
CREATE INDEX stuck_of_kind ON stuck (kind, id);
