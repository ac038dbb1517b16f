-- Due work has three lanes: what sends (limited by what the client's numbers can send), what only waits, and
-- watchdogs. Each is claimed by an index of its own, so that a client at its limit costs one probe a look and not a
-- walk past its backlog.

-- A dispatch that stands READY or SENDING, as far as the scheduler has heard: counted against the client's limit.
ALTER TABLE due ADD COLUMN in_flight boolean NOT NULL DEFAULT false;

DROP INDEX due_in_time;
CREATE INDEX due_sends ON due (client_id, urgent, due_at) WHERE NOT watchdog AND channel <> 'flow';
CREATE INDEX due_free ON due (client_id, due_at) WHERE watchdog OR channel = 'flow';
CREATE INDEX due_in_flight ON due (client_id) WHERE in_flight;
