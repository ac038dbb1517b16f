-- Looks at open dispatches are due in real time: providers, workers and the healer do not run faster with the fleet
-- clock, and a look must not move when the clock is set. So they are a lane of their own, apart from steps that wait.
DROP INDEX due_free;
CREATE INDEX due_waits ON due (client_id, due_at) WHERE NOT watchdog AND channel = 'flow';
CREATE INDEX due_looks ON due (client_id, due_at) WHERE watchdog;

-- A look that comes too early is harmless; those of a big fleet do not all come at once.
UPDATE due SET due_at = now() + random() * interval '2 minutes' WHERE watchdog;

COMMENT ON COLUMN due.due_at IS 'fleet time; real time where watchdog';
