-- E-mail and voice beside SMS: their accounts, what they send from, and what is recorded of them.

ALTER TABLE provider_accounts DROP CONSTRAINT provider_accounts_provider_check;
ALTER TABLE provider_accounts ADD CONSTRAINT provider_accounts_provider_check
  CHECK (provider IN ('twilio', 'vapi', 'smtp', 'resend', 'sendgrid', 'postmark', 'mailgun', 'ses'));
-- Only Twilio's SID names an account: an SMTP user's name may be the same at two servers, as "apikey" is, or empty.
ALTER TABLE provider_accounts DROP CONSTRAINT provider_accounts_client_id_provider_account_sid_key;
CREATE UNIQUE INDEX provider_accounts_sid ON provider_accounts (client_id, provider, account_sid)
  WHERE provider = 'twilio';
-- SMTP: {"host", "port", "tls": none | starttls | tls}; VAPI: {"concurrency"}; SES: also {"topic_arn"}
ALTER TABLE provider_accounts ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';
-- What proves that a webhook comes from the provider, where that is not the account's own secret.
ALTER TABLE provider_accounts ADD COLUMN webhook_secret text;

-- An address that mail is sent from.
CREATE TABLE mailboxes (
  client_id uuid NOT NULL REFERENCES clients (id),
  id uuid NOT NULL DEFAULT uuidv7(),
  provider_account_id uuid NOT NULL,
  address text NOT NULL CHECK (address = lower(address) AND address LIKE '%_@_%'),
  display_name text NOT NULL DEFAULT '' CHECK (length(display_name) <= 200),
  -- null: answers come to the address itself
  reply_to text,
  per_second int NOT NULL DEFAULT 5 CHECK (per_second BETWEEN 1 AND 1000),
  daily_cap int NOT NULL DEFAULT 2000 CHECK (daily_cap BETWEEN 0 AND 10000000),
  -- its first day: from then on the day's cap rises to daily_cap; null: it is known to receivers already
  warmup_from date,
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, address),
  FOREIGN KEY (client_id, provider_account_id) REFERENCES provider_accounts (client_id, id)
);

-- Calls go by another account than messages: the same number, known to VAPI by an id of its own.
ALTER TABLE phone_numbers ADD COLUMN voice_account_id uuid;
ALTER TABLE phone_numbers ADD COLUMN voice_number_id text;
-- Where a person reaches somebody: inbound calls are put through to it.
ALTER TABLE phone_numbers ADD COLUMN forward_to text CHECK (forward_to ~ '^\+[1-9][0-9]{6,14}$');
ALTER TABLE phone_numbers ADD FOREIGN KEY (client_id, voice_account_id) REFERENCES provider_accounts (client_id, id);

-- A person hears from the same address of ours every time.
CREATE TABLE sticky_senders (
  client_id uuid NOT NULL REFERENCES clients (id),
  contact_id uuid NOT NULL,
  channel text NOT NULL CHECK (channel IN ('sms', 'email', 'voice')),
  own_address text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, contact_id, channel)
) WITH (fillfactor = 80);

-- A call that is, or may be, under way at an account.
CREATE TABLE voice_slots (
  client_id uuid NOT NULL,
  dispatch_id uuid NOT NULL,
  provider_account_id uuid NOT NULL,
  -- real time: a lost end of a call holds it no longer than this
  until timestamptz NOT NULL,
  PRIMARY KEY (client_id, dispatch_id),
  FOREIGN KEY (client_id, provider_account_id) REFERENCES provider_accounts (client_id, id)
) WITH (fillfactor = 50);
CREATE INDEX voice_slots_of_account ON voice_slots (client_id, provider_account_id, until);

-- content_body of a mail is its plain text.
ALTER TABLE contact_interactions
  ADD COLUMN content_html text,
  -- of mail, in both directions, without the angle brackets
  ADD COLUMN message_id text,
  ADD COLUMN opened_at timestamptz,
  ADD COLUMN clicked_at timestamptz,
  ADD COLUMN call_seconds int CHECK (call_seconds >= 0),
  ADD COLUMN ended_reason text,
  ADD COLUMN recording_url text,
  -- of a call: [{"role": "assistant", "text": "…", "at_seconds": 1.5}, …]
  ADD COLUMN turns jsonb;

ALTER TABLE dispatches
  ADD COLUMN ended_reason text,
  ADD COLUMN call_seconds int CHECK (call_seconds >= 0);
