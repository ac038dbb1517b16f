-- What a dispatch says that is no step of a sequence. Born with its dispatch in one statement; the words become an
-- interaction at the fence, as any other's.
CREATE TABLE dispatch_texts (
  client_id uuid NOT NULL REFERENCES clients (id),
  dispatch_id uuid NOT NULL,
  -- the event, or the request, that ordered it: a repeat makes no second one
  ordered_by uuid NOT NULL,
  body text NOT NULL CHECK (length(body) BETWEEN 1 AND 1600),
  -- to this address, whatever the contact's is by now
  identity text NOT NULL,
  -- from this one of ours; null: the one that the person knows
  own_address text,
  -- the opt-out that a confirmation confirms
  suppression_id uuid,
  -- real time by which the request must have begun
  not_after timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, dispatch_id),
  UNIQUE (client_id, ordered_by)
);
-- One confirmation for each opt-out, whatever orders it.
CREATE UNIQUE INDEX one_confirmation ON dispatch_texts (client_id, suppression_id) WHERE suppression_id IS NOT NULL;

ALTER TABLE dispatches DROP CONSTRAINT dispatches_kind_check;
ALTER TABLE dispatches ADD CONSTRAINT dispatches_kind_check
  CHECK (kind IN ('step', 'retry', 'manual', 'opt_out_confirmation'));

-- In the client's own words; null: the product's.
ALTER TABLE client_profiles ADD COLUMN opt_out_confirmation text
  CHECK (length(opt_out_confirmation) BETWEEN 1 AND 160);
