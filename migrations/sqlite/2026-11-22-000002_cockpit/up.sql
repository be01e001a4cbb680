-- The dispatcher's cockpit: duty, sites, what a dispatcher does with a call, missed calls as work, incidents.

ALTER TABLE agents ADD COLUMN density TEXT;
ALTER TABLE agents ADD COLUMN hotkeys_off_at INTEGER;

-- Who takes calls, and since when; a row without an end is now. Nobody who has none is on duty.
CREATE TABLE duties (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  state TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX duties_now ON duties (agent_id) WHERE ended_at IS NULL;
CREATE INDEX duties_began ON duties (began_at, id);

-- Where something stands and somebody is sent to.
CREATE TABLE sites (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  organisation_id INTEGER REFERENCES organisations (id),
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  area TEXT NOT NULL,
  access_note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sites_organisation ON sites (organisation_id);
CREATE INDEX sites_updated ON sites (updated_at, id);
-- Sites are found by the first letters of their name, address or area.
CREATE INDEX sites_name ON sites (lower(name));
CREATE INDEX sites_address ON sites (lower(address));
CREATE INDEX sites_area ON sites (lower(area));

ALTER TABLE organisations ADD COLUMN vip_at INTEGER;
ALTER TABLE persons ADD COLUMN vip_at INTEGER;
ALTER TABLE persons ADD COLUMN site_id INTEGER REFERENCES sites (id);
CREATE INDEX persons_site ON persons (site_id);
-- A number that was not said by anybody but seen in use; nothing for a number that is certain.
ALTER TABLE person_numbers ADD COLUMN guessed_at INTEGER;

-- What a ticket can be about, with what the dispatcher asks then.
CREATE TABLE categories (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  script TEXT NOT NULL,
  team_id INTEGER REFERENCES teams (id),
  priority TEXT,
  created_at INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;
CREATE UNIQUE INDEX categories_name ON categories (lower(name));

ALTER TABLE tickets ADD COLUMN site_id INTEGER REFERENCES sites (id);
ALTER TABLE tickets ADD COLUMN category_id INTEGER REFERENCES categories (id);
ALTER TABLE tickets ADD COLUMN parent_id INTEGER REFERENCES tickets (id);
ALTER TABLE tickets ADD COLUMN wanted_at INTEGER;
CREATE INDEX tickets_parent ON tickets (parent_id, id);
CREATE INDEX tickets_site ON tickets (site_id, updated_at, id);
-- What is open for a caller is read while the phone rings: in order, and without a look at what is closed.
DROP INDEX tickets_caller;
CREATE INDEX tickets_caller ON tickets (caller_key, updated_at, id) WHERE closed_at IS NULL;
CREATE INDEX tickets_requester_open ON tickets (requester_id, updated_at, id) WHERE closed_at IS NULL;

-- The words of the subjects of open tickets, for finding like ones while somebody types.
CREATE TABLE ticket_words (
  word TEXT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  PRIMARY KEY (word, ticket_id)
) STRICT;
CREATE INDEX ticket_words_ticket ON ticket_words (ticket_id);

CREATE INDEX entries_call ON entries (call_id);

-- What a dispatcher says of a call when it is over.
CREATE TABLE wrap_up_codes (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;
CREATE UNIQUE INDEX wrap_up_codes_name ON wrap_up_codes (lower(name));

ALTER TABLE calls ADD COLUMN person_id INTEGER REFERENCES persons (id) ON DELETE SET NULL;
ALTER TABLE calls ADD COLUMN claimed_by INTEGER REFERENCES agents (id);
ALTER TABLE calls ADD COLUMN claimed_at INTEGER;
ALTER TABLE calls ADD COLUMN wrap_up_id INTEGER REFERENCES wrap_up_codes (id);
ALTER TABLE calls ADD COLUMN wrapped_up_at INTEGER;
ALTER TABLE calls ADD COLUMN spam_at INTEGER;
CREATE INDEX calls_mine ON calls (claimed_by, claimed_at) WHERE wrapped_up_at IS NULL;
CREATE INDEX calls_person ON calls (person_id, received_at);
CREATE INDEX calls_line ON calls (line_id, received_at, id);

-- Numbers whose calls ring nowhere on the desk and make no tickets.
CREATE TABLE blocked_numbers (
  number_key TEXT NOT NULL PRIMARY KEY,
  note TEXT NOT NULL,
  blocked_by INTEGER REFERENCES agents (id),
  blocked_at INTEGER NOT NULL,
  until_at INTEGER
) STRICT;

-- A fault that many call about: a ticket that others hang on.
CREATE TABLE incidents (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  announcement TEXT NOT NULL,
  area TEXT NOT NULL,
  words TEXT NOT NULL,
  eta_at INTEGER,
  declared_by INTEGER REFERENCES agents (id),
  declared_at INTEGER NOT NULL,
  solved_at INTEGER
) STRICT;
CREATE UNIQUE INDEX incidents_ticket ON incidents (ticket_id);
CREATE INDEX incidents_open ON incidents (declared_at) WHERE solved_at IS NULL;

-- Proposed incidents that somebody has waved away, and until when.
CREATE TABLE storms (
  key TEXT NOT NULL PRIMARY KEY,
  quiet_until_at INTEGER NOT NULL
) STRICT;

-- Somebody is to be called back: one row for each caller, however often the caller tried.
CREATE TABLE callbacks (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  caller_key TEXT,
  caller TEXT NOT NULL,
  number TEXT NOT NULL,
  line_id INTEGER REFERENCES lines (id),
  ticket_id INTEGER REFERENCES tickets (id),
  incident_id INTEGER REFERENCES incidents (id),
  call_id INTEGER REFERENCES calls (id),
  times INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  held_by INTEGER REFERENCES agents (id),
  held_at INTEGER,
  closed_at INTEGER,
  closed_by INTEGER REFERENCES agents (id),
  result TEXT
) STRICT;
CREATE UNIQUE INDEX callbacks_caller ON callbacks (kind, caller_key) WHERE closed_at IS NULL;
CREATE INDEX callbacks_due ON callbacks (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX callbacks_ticket ON callbacks (ticket_id) WHERE closed_at IS NULL;
CREATE INDEX callbacks_closed ON callbacks (closed_at, id) WHERE closed_at IS NOT NULL;
