-- By which names of other issuers (iss and sub of their tokens) a client's people are known. A link belongs to one place
-- at one client: no client's admin can let anybody into another.
CREATE TABLE external_identities (
  client_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT uuidv7(),
  issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id),
  UNIQUE (client_id, issuer, subject),
  FOREIGN KEY (client_id, user_id) REFERENCES memberships (client_id, user_id) ON DELETE CASCADE
);
CREATE INDEX external_identities_of_user ON external_identities (client_id, user_id);
-- a token is looked up before its client is known
CREATE INDEX external_identities_of_subject ON external_identities (issuer, subject);
