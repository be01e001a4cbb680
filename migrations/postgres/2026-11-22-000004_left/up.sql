-- Who went off duty since he claimed a call: asked for each board, of the holders alone.
CREATE INDEX duties_left ON duties (agent_id, ended_at);
