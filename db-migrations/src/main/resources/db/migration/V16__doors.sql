-- The ways in for people: leads, imports, what a client calls its custom fields, and contacts that turn out to be one.

-- ---------------------------------------------------------------- contacts (memory)

ALTER TABLE contacts
  -- the import that made it
  ADD COLUMN import_id uuid,
  -- it was the same person as that one, which has its addresses now
  ADD COLUMN merged_into uuid,
  ADD COLUMN merged_at timestamptz,
  ADD CHECK (merged_into IS NULL OR phone IS NULL AND email IS NULL),
  ADD FOREIGN KEY (client_id, merged_into) REFERENCES contacts (client_id, id);
CREATE INDEX contacts_of_import ON contacts (client_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX contacts_merged ON contacts (client_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX contacts_merged_lately ON contacts (merged_at) WHERE merged_into IS NOT NULL;
-- whoever writes from a second number or address is known by it
CREATE INDEX contacts_alternative_phone ON contacts (client_id, alternative_phone) WHERE alternative_phone IS NOT NULL;
CREATE INDEX contacts_alternative_email ON contacts (client_id, alternative_email) WHERE alternative_email IS NOT NULL;

CREATE TABLE custom_fields (
  client_id uuid NOT NULL REFERENCES clients (id),
  key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,59}$'),
  label text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
  type text NOT NULL CHECK (type IN ('text', 'number', 'boolean', 'date')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, key)
);

-- ---------------------------------------------------------------- imports (memory)

CREATE TABLE imports (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL,
  file_name text NOT NULL CHECK (length(file_name) BETWEEN 1 AND 200),
  state text NOT NULL CHECK (state IN ('uploaded', 'running', 'done', 'cancelled', 'failed')),
  bytes bigint NOT NULL,
  -- rows of the file below its header
  rows_total bigint NOT NULL,
  encoding text NOT NULL,
  delimiter text NOT NULL CHECK (length(delimiter) = 1),
  -- [{"name": …, "suggested": …}, …] in the file's order, and the first rows
  columns jsonb NOT NULL,
  preview jsonb NOT NULL,
  -- column name → field, and what was chosen beside it; null until it is started
  mapping jsonb,
  options jsonb,
  -- rows of the file that are dealt with: a runner goes on behind them
  rows_read bigint NOT NULL DEFAULT 0,
  created bigint NOT NULL DEFAULT 0,
  updated bigint NOT NULL DEFAULT 0,
  unchanged bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  -- rows that went into a contact which an earlier row of the file had made
  merged bigint NOT NULL DEFAULT 0,
  bad bigint NOT NULL DEFAULT 0,
  failure text,
  -- real time: one runner at a time
  lease_owner uuid,
  lease_until timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (client_id, id)
) WITH (fillfactor = 50);
CREATE INDEX imports_under_way ON imports (lease_until) WHERE state = 'running';

-- The file itself, in pieces, until the import has ended.
CREATE TABLE import_chunks (
  client_id uuid NOT NULL,
  import_id uuid NOT NULL,
  n int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (client_id, import_id, n),
  FOREIGN KEY (client_id, import_id) REFERENCES imports (client_id, id) ON DELETE CASCADE
);
ALTER TABLE import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What is wrong with a row of the file.
CREATE TABLE import_faults (
  client_id uuid NOT NULL,
  import_id uuid NOT NULL,
  -- as a person counts them in the file: the header is row 1
  file_row bigint NOT NULL,
  n int NOT NULL,
  field text NOT NULL,
  reason text NOT NULL,
  original text NOT NULL,
  PRIMARY KEY (client_id, import_id, file_row, n),
  FOREIGN KEY (client_id, import_id) REFERENCES imports (client_id, id) ON DELETE CASCADE
);

-- ---------------------------------------------------------------- leads (event-processor)

CREATE TABLE lead_sources (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('generic', 'google', 'facebook')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- generic: whsec_…, google: the key in the body, facebook: the app's secret
  secret text NOT NULL,
  -- facebook: what the subscription's challenge must name, and what reads a lead from its Graph API
  verify_token text,
  access_token text,
  base_url text,
  tags text[] NOT NULL DEFAULT '{}',
  default_country text NOT NULL DEFAULT 'US' CHECK (default_country ~ '^[A-Z]{2}$'),
  -- field of the form → field of the contact, beyond those that are known by name
  mapping jsonb NOT NULL DEFAULT '{}',
  -- {"sms": {"text_shown": …}, …}: what the form says about being contacted
  consent jsonb NOT NULL DEFAULT '{}',
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
);

CREATE TABLE leads (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL,
  -- null: by the API without a source
  source_id uuid,
  -- api, or the source's kind
  kind text NOT NULL CHECK (kind IN ('api', 'generic', 'google', 'facebook')),
  -- the sender's name for it: the same one again is the same lead
  external_id text NOT NULL CHECK (length(external_id) BETWEEN 1 AND 200),
  form text,
  campaign text,
  -- as received
  payload jsonb NOT NULL,
  -- what of it is for the contact; null until it was fetched
  contact jsonb,
  state text NOT NULL CHECK (state IN ('to_fetch', 'received', 'accepted', 'refused', 'failed', 'test')),
  detail text,
  contact_id uuid,
  -- somebody else who has one of its addresses
  other_contact_id uuid,
  tries int NOT NULL DEFAULT 0,
  -- real time
  next_try_at timestamptz,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  FOREIGN KEY (client_id, source_id) REFERENCES lead_sources (client_id, id),
  UNIQUE NULLS NOT DISTINCT (client_id, source_id, external_id)
) WITH (fillfactor = 70);
CREATE INDEX leads_to_fetch ON leads (next_try_at) WHERE state = 'to_fetch';
CREATE INDEX leads_of_contact ON leads (client_id, contact_id) WHERE contact_id IS NOT NULL;
