-- The first schema. The same file for the other database differs in column types only; tests/it/schema.rs compares them.

CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- The event log: a hash chain without gaps. Rows are never changed.
CREATE TABLE events (
  id INTEGER NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  request TEXT,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX events_subject ON events (subject, id);

-- How far each follower of the log has come.
CREATE TABLE followers (
  name TEXT NOT NULL PRIMARY KEY,
  cursor INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE jobs (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  data TEXT NOT NULL,
  unique_key TEXT,
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  leased_until_at INTEGER,
  last_error TEXT,
  failed_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at) WHERE failed_at IS NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key);

CREATE TABLE teams (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;
CREATE UNIQUE INDEX teams_name ON teams (lower(name));

CREATE TABLE agents (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  language TEXT,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX agents_login ON agents (login);

CREATE TABLE team_members (
  team_id INTEGER NOT NULL REFERENCES teams (id),
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  PRIMARY KEY (team_id, agent_id)
) STRICT;
CREATE INDEX team_members_agent ON team_members (agent_id);

CREATE TABLE sessions (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  token_hash BLOB NOT NULL,
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_agent ON sessions (agent_id) WHERE ended_at IS NULL;

-- Failed tries by account and by address, so that guessing is slow.
CREATE TABLE throttles (
  key TEXT NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  since_at INTEGER NOT NULL,
  until_at INTEGER NOT NULL
) STRICT;

CREATE TABLE one_time_codes (
  purpose TEXT NOT NULL PRIMARY KEY,
  code_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organisations (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX organisations_name ON organisations (lower(name));

CREATE TABLE persons (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  organisation_id INTEGER REFERENCES organisations (id),
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX persons_updated ON persons (updated_at, id);
CREATE INDEX persons_organisation ON persons (organisation_id);

-- The words of a person's name and organisation in lower case, for finding by the first letters of any.
CREATE TABLE person_words (
  word TEXT NOT NULL,
  person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
  PRIMARY KEY (word, person_id)
) STRICT;
CREATE INDEX person_words_person ON person_words (person_id);

CREATE TABLE person_numbers (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
  raw TEXT NOT NULL,
  number_key TEXT NOT NULL,
  label TEXT NOT NULL
) STRICT;
CREATE INDEX person_numbers_key ON person_numbers (number_key);
CREATE UNIQUE INDEX person_numbers_once ON person_numbers (person_id, number_key);

CREATE TABLE person_addresses (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
  address TEXT NOT NULL
) STRICT;
CREATE INDEX person_addresses_address ON person_addresses (address);
CREATE UNIQUE INDEX person_addresses_once ON person_addresses (person_id, address);

CREATE TABLE lines (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  team_id INTEGER REFERENCES teams (id),
  makes TEXT NOT NULL,
  country TEXT NOT NULL,
  area_code TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX lines_name ON lines (lower(name));

-- Who may place calls on a line: addresses and networks (CIDR).
CREATE TABLE line_sources (
  line_id INTEGER NOT NULL REFERENCES lines (id),
  source TEXT NOT NULL,
  PRIMARY KEY (line_id, source)
) STRICT;

-- The dialled numbers that a line serves; a line without any serves all that no other does.
CREATE TABLE line_numbers (
  line_id INTEGER NOT NULL REFERENCES lines (id),
  number TEXT NOT NULL,
  PRIMARY KEY (line_id, number)
) STRICT;

CREATE TABLE tickets (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  channel TEXT NOT NULL,
  team_id INTEGER REFERENCES teams (id),
  assignee_id INTEGER REFERENCES agents (id),
  requester_id INTEGER REFERENCES persons (id),
  line_id INTEGER REFERENCES lines (id),
  caller TEXT NOT NULL,
  caller_key TEXT,
  call_outcome TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  touched_at INTEGER,
  closed_at INTEGER,
  closed_by INTEGER REFERENCES agents (id),
  rev INTEGER NOT NULL
) STRICT;
CREATE INDEX tickets_updated ON tickets (updated_at, id);
CREATE INDEX tickets_open ON tickets (updated_at, id) WHERE closed_at IS NULL;
CREATE INDEX tickets_team ON tickets (team_id, updated_at, id);
CREATE INDEX tickets_assignee ON tickets (assignee_id, updated_at, id);
CREATE INDEX tickets_requester ON tickets (requester_id, updated_at, id);
CREATE INDEX tickets_status ON tickets (status, updated_at, id);
CREATE INDEX tickets_channel ON tickets (channel, updated_at, id);
CREATE INDEX tickets_priority ON tickets (priority, updated_at, id);
CREATE INDEX tickets_caller ON tickets (caller_key) WHERE closed_at IS NULL;
CREATE INDEX tickets_untouched ON tickets (caller_key, line_id) WHERE touched_at IS NULL;

CREATE TABLE calls (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  node TEXT NOT NULL,
  line_id INTEGER NOT NULL REFERENCES lines (id),
  source TEXT NOT NULL,
  sip_call_id TEXT NOT NULL,
  caller_raw TEXT NOT NULL,
  caller_key TEXT,
  caller_internal INTEGER NOT NULL,
  caller_name TEXT NOT NULL,
  withheld INTEGER NOT NULL,
  verstat TEXT,
  dialled TEXT NOT NULL,
  diverted_from TEXT,
  user_agent TEXT,
  ticket_id INTEGER REFERENCES tickets (id),
  received_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX calls_key ON calls (key);
CREATE INDEX calls_received ON calls (received_at, id);
CREATE INDEX calls_ringing ON calls (received_at, id) WHERE ended_at IS NULL;
CREATE INDEX calls_caller ON calls (caller_key, received_at);
CREATE INDEX calls_ticket ON calls (ticket_id);

CREATE TABLE entries (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  kind TEXT NOT NULL,
  call_id INTEGER REFERENCES calls (id),
  author_id INTEGER REFERENCES agents (id),
  body TEXT NOT NULL,
  call_facts TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_ticket ON entries (ticket_id, id);
