-- What the law says about when and how often people may be written to or called: dated rows, so that a change of law is
-- a change of data, and what was sent before stays explained by what was in force then.

CREATE TABLE compliance_rules (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  -- US binds everywhere; US-FL people who may be in Florida; 'unknown' those of whom nothing is known, on Eastern clocks
  jurisdiction text NOT NULL CHECK (jurisdiction IN ('US', 'unknown') OR jurisdiction ~ '^US-[A-Z]{2}$'),
  channel text NOT NULL CHECK (channel IN ('sms', 'voice')),
  -- {"mon": [{"from": "08:00", "to": "21:00"}], …}: a day that is missing is closed
  hours jsonb,
  -- closed all day
  holiday date,
  -- so many contacts at most within 24 hours, by any sequence
  per_24h int CHECK (per_24h > 0),
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 300),
  -- whether somebody has held it against the law's text
  verified boolean NOT NULL DEFAULT false,
  note text CHECK (length(note) <= 500),
  -- days on the person's own calendar; at valid_until it is over
  valid_from date NOT NULL,
  valid_until date CHECK (valid_until > valid_from),
  version int NOT NULL DEFAULT 1,
  updated_by text NOT NULL DEFAULT 'omnify',
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- each row says one thing
  CHECK (num_nonnulls(hours, holiday, per_24h) = 1)
);

-- Raised with each change: services keep the rows until it differs.
CREATE TABLE compliance_book (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL DEFAULT 1
);
INSERT INTO compliance_book DEFAULT VALUES;

ALTER TABLE dispatches
  -- the rules that were asked when it was claimed, and the clocks they were read on
  ADD COLUMN allowed_by jsonb;

CREATE FUNCTION pg_temp.week(weekdays jsonb, saturday jsonb, sunday jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('mon', weekdays, 'tue', weekdays, 'wed', weekdays, 'thu', weekdays,
    'fri', weekdays, 'sat', saturday, 'sun', sunday))
$$;
CREATE FUNCTION pg_temp.span(opens text, closes text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_array(jsonb_build_object('from', opens, 'to', closes))
$$;
CREATE FUNCTION pg_temp.daily(opens text, closes text) RETURNS jsonb LANGUAGE sql AS $$
  SELECT pg_temp.week(pg_temp.span(opens, closes), pg_temp.span(opens, closes), pg_temp.span(opens, closes))
$$;

INSERT INTO compliance_rules (jurisdiction, channel, hours, source, verified, note, valid_from)
SELECT r.jurisdiction, c.channel, r.hours, r.source, r.verified, r.note, DATE '2020-01-01'
FROM (VALUES
  ('US', pg_temp.daily('08:00', '21:00'), '47 CFR 64.1200(c)(1)', true, NULL),
  ('unknown', pg_temp.daily('12:00', '20:00'), 'House rule: hours that are fair on every clock of the mainland', true,
    'Where neither number nor address says where somebody is'),
  ('US-FL', pg_temp.daily('08:00', '20:00'), 'Florida, law on telephone solicitation', true, NULL),
  ('US-OK', pg_temp.daily('08:00', '20:00'), 'Oklahoma, law on telephone solicitation', true, NULL),
  ('US-MD', pg_temp.daily('08:00', '20:00'), 'Maryland, law on telephone solicitation', true, NULL),
  ('US-MA', pg_temp.daily('08:00', '20:00'), 'Massachusetts, law on telephone solicitation', true, NULL),
  ('US-WA', pg_temp.daily('08:00', '20:00'), 'Washington, law on telephone solicitation', false,
    'Verify: not looked up'),
  ('US-OR', pg_temp.daily('08:00', '20:00'), 'Oregon, law on telephone solicitation', true, NULL),
  ('US-CT', pg_temp.daily('09:00', '20:00'), 'Connecticut, law on telephone solicitation', true, NULL),
  ('US-RI', pg_temp.daily('09:00', '18:00'), 'Rhode Island, law on telephone solicitation', false,
    'Verify: may be stricter, on weekends'),
  ('US-KY', pg_temp.daily('10:00', '24:00'), 'Kentucky, law on telephone solicitation', true,
    'The federal hours end the day'),
  ('US-LA', pg_temp.week(pg_temp.span('00:00', '24:00'), pg_temp.span('00:00', '24:00'), NULL),
    'Louisiana, law on telephone solicitation', false, 'Not on Sundays. Verify: may be stricter, on other days too'),
  ('US-AL', pg_temp.week(pg_temp.span('00:00', '24:00'), pg_temp.span('00:00', '24:00'), NULL),
    'Alabama, law on telephone solicitation', false, 'Not on Sundays. Verify: may be stricter, on other days too'),
  ('US-TX', pg_temp.week(pg_temp.span('09:00', '21:00'), pg_temp.span('09:00', '21:00'), pg_temp.span('12:00', '21:00')),
    'Texas, law on telephone solicitation', true, NULL)
) AS r (jurisdiction, hours, source, verified, note)
CROSS JOIN (VALUES ('sms'), ('voice')) AS c (channel);

INSERT INTO compliance_rules (jurisdiction, channel, per_24h, source, verified, valid_from)
SELECT 'US-OR', channel, 3, 'Oregon, law on telephone solicitation', true, DATE '2020-01-01'
FROM (VALUES ('sms'), ('voice')) AS c (channel);

-- Legal holidays of the states whose law on solicitation closes them too. Where one falls on a weekend, both the day
-- and the weekday that it is kept on.
INSERT INTO compliance_rules (jurisdiction, channel, holiday, source, verified, note, valid_from)
SELECT 'US-' || s.state, c.channel, h.day, 'Legal holidays of ' || s.name, false, h.name || '. Verify', DATE '2020-01-01'
FROM (VALUES
  (DATE '2026-01-01', 'New Year''s Day', 'AL LA RI'), ('2027-01-01', 'New Year''s Day', 'AL LA RI'),
  ('2026-01-19', 'Birthday of Martin Luther King', 'AL LA RI'), ('2027-01-18', 'Birthday of Martin Luther King', 'AL LA RI'),
  ('2026-02-16', 'Washington''s Birthday', 'AL'), ('2027-02-15', 'Washington''s Birthday', 'AL'),
  ('2026-02-17', 'Mardi Gras', 'LA AL'), ('2027-02-09', 'Mardi Gras', 'LA AL'),
  ('2026-04-03', 'Good Friday', 'LA'), ('2027-03-26', 'Good Friday', 'LA'),
  ('2026-04-27', 'Confederate Memorial Day', 'AL'), ('2027-04-26', 'Confederate Memorial Day', 'AL'),
  ('2026-05-25', 'Memorial Day', 'AL LA RI'), ('2027-05-31', 'Memorial Day', 'AL LA RI'),
  ('2026-06-01', 'Birthday of Jefferson Davis', 'AL'), ('2027-06-07', 'Birthday of Jefferson Davis', 'AL'),
  ('2026-06-19', 'Juneteenth', 'AL LA RI'), ('2027-06-18', 'Juneteenth, as kept', 'AL LA RI'),
  ('2027-06-19', 'Juneteenth', 'AL LA RI'),
  ('2026-07-03', 'Independence Day, as kept', 'AL LA RI'), ('2026-07-04', 'Independence Day', 'AL LA RI'),
  ('2027-07-04', 'Independence Day', 'AL LA RI'), ('2027-07-05', 'Independence Day, as kept', 'AL LA RI'),
  ('2026-08-10', 'Victory Day', 'RI'), ('2027-08-09', 'Victory Day', 'RI'),
  ('2026-09-07', 'Labor Day', 'AL LA RI'), ('2027-09-06', 'Labor Day', 'AL LA RI'),
  ('2026-10-12', 'Columbus Day', 'AL LA RI'), ('2027-10-11', 'Columbus Day', 'AL LA RI'),
  ('2026-11-03', 'Election Day', 'LA RI'),
  ('2026-11-11', 'Veterans Day', 'AL LA RI'), ('2027-11-11', 'Veterans Day', 'AL LA RI'),
  ('2026-11-26', 'Thanksgiving Day', 'AL LA RI'), ('2027-11-25', 'Thanksgiving Day', 'AL LA RI'),
  ('2026-12-25', 'Christmas Day', 'AL LA RI'), ('2027-12-24', 'Christmas Day, as kept', 'AL LA RI'),
  ('2027-12-25', 'Christmas Day', 'AL LA RI')
) AS h (day, name, states)
JOIN (VALUES ('AL', 'Alabama'), ('LA', 'Louisiana'), ('RI', 'Rhode Island')) AS s (state, name)
  ON s.state = ANY (string_to_array(h.states, ' '))
CROSS JOIN (VALUES ('sms'), ('voice')) AS c (channel);
