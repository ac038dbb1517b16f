-- A dispatch is looked up by (client_id, id). On a young partition all indexes that begin with client_id cost the
-- planner the same, and of equals it takes the one made last: then it walked all dispatches of a client for each row.
-- So the primary key must be the last one, here and on every partition that is made from now on.
ALTER TABLE dispatches DROP CONSTRAINT dispatches_pkey;
ALTER TABLE dispatches ADD PRIMARY KEY (client_id, id);
