-- A provider account that does not work is left alone by all workers for a while, and one request tries it then.
CREATE TABLE provider_breakers (
  client_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
  -- the last one; stays when it is over
  trouble text CHECK (trouble IN ('unavailable', 'account_problem', 'throttled')),
  code text,
  -- how often it broke again soon after it had been well: each time the pause is longer
  level int NOT NULL CHECK (level >= 0),
  -- real time: when one request may try, or counts as lost
  until_at timestamptz NOT NULL,
  since timestamptz NOT NULL,
  PRIMARY KEY (client_id, account_id),
  FOREIGN KEY (client_id, account_id) REFERENCES provider_accounts (client_id, id)
);
