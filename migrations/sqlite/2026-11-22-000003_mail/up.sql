-- Mail in, mail out: mailboxes, the ledger of what stands on their servers, letters of tickets, and what goes out.

-- An account on a mail server, by which letters come in and go out.
CREATE TABLE mailboxes (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  team_id INTEGER REFERENCES teams (id),
  language TEXT,
  imap_host TEXT NOT NULL,
  imap_port INTEGER NOT NULL,
  imap_security TEXT NOT NULL,
  imap_pin TEXT NOT NULL,
  smtp_host TEXT NOT NULL,
  smtp_port INTEGER NOT NULL,
  smtp_security TEXT NOT NULL,
  smtp_pin TEXT NOT NULL,
  login TEXT NOT NULL,
  auth TEXT NOT NULL,
  -- The password or the tokens, sealed with the desk's key.
  secret BLOB,
  -- The secret of our registration elsewhere, and a sign-in that has begun, sealed as well.
  client_secret BLOB,
  sign_in BLOB,
  -- Until when somebody is getting new tokens.
  renewing_until_at INTEGER,
  -- Client id, tenant and the like of the sign-in elsewhere.
  oauth TEXT NOT NULL,
  folders TEXT NOT NULL,
  after_taking TEXT NOT NULL,
  taken_folder TEXT NOT NULL,
  size_max_bytes INTEGER NOT NULL,
  reopen_days INTEGER NOT NULL,
  acknowledges INTEGER NOT NULL,
  authserv_id TEXT NOT NULL,
  sends_verp INTEGER NOT NULL,
  dkim_domain TEXT NOT NULL,
  dkim_selector TEXT NOT NULL,
  dkim_key BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  disabled_at INTEGER,
  -- What is seen of it: who fetches, when it last went well, what went wrong.
  leased_by TEXT,
  leased_until_at INTEGER,
  fetched_at INTEGER,
  newest_mail_at INTEGER,
  failing_since_at INTEGER,
  failure TEXT,
  needs_sign_in_at INTEGER,
  auth_failures INTEGER NOT NULL,
  -- When the last of them was counted.
  refused_at INTEGER,
  -- When the admins were told that somebody has to sign in again.
  sign_in_told_at INTEGER,
  -- The same of sending.
  smtp_failing_since_at INTEGER,
  smtp_failure TEXT,
  smtp_auth_failures INTEGER NOT NULL,
  -- A change of it asks for a fetch before it is due.
  wanted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX mailboxes_address ON mailboxes (lower(address));

-- How a mailbox was reached before it was changed, with the password of then.
CREATE TABLE mailbox_good_settings (
  mailbox_id INTEGER NOT NULL PRIMARY KEY REFERENCES mailboxes (id),
  settings TEXT NOT NULL,
  secret BLOB,
  until_at INTEGER NOT NULL
) STRICT;

-- How far a folder of a server is read.
CREATE TABLE mail_folders (
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  name TEXT NOT NULL,
  uid_validity INTEGER NOT NULL,
  -- Every mail up to this one that the folder has stands in the ledger.
  uid_high INTEGER NOT NULL,
  reconciled_at INTEGER,
  unaccounted INTEGER NOT NULL,
  on_server INTEGER NOT NULL,
  -- When it was last read to the end, what went wrong since when, and since when mails are known that were not taken.
  fetched_at INTEGER,
  failing_since_at INTEGER,
  failure TEXT,
  behind_since_at INTEGER,
  -- Why the server can't be told of mails that were taken.
  unfiled TEXT,
  PRIMARY KEY (mailbox_id, name)
) STRICT;

-- The ledger: one row for each mail that was seen on a server, whatever became of it. Rows stay when a ticket goes.
CREATE TABLE inbound_mails (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  folder TEXT NOT NULL,
  uid_validity INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  -- The file with the raw mail; nothing while it is being read, or when it was not taken.
  blob TEXT,
  -- The hash of what the writer sent, without what servers added on the way.
  content_key TEXT,
  message_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- Subject and sender in small letters, of which parts are looked for.
  searched TEXT NOT NULL DEFAULT '',
  size_bytes INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  ticket_id INTEGER REFERENCES tickets (id),
  entry_id INTEGER REFERENCES entries (id),
  seen_at INTEGER NOT NULL,
  settled_at INTEGER,
  -- When the server was told (seen, moved); nothing while that is to do.
  filed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX inbound_mails_place ON inbound_mails (mailbox_id, folder, uid_validity, uid);
CREATE INDEX inbound_mails_content ON inbound_mails (mailbox_id, content_key);
CREATE INDEX inbound_mails_message ON inbound_mails (message_id);
CREATE INDEX inbound_mails_sender ON inbound_mails (sender, seen_at);
CREATE INDEX inbound_mails_outcome ON inbound_mails (outcome, id);
CREATE INDEX inbound_mails_mailbox ON inbound_mails (mailbox_id, id);
CREATE INDEX inbound_mails_ticket ON inbound_mails (ticket_id);
CREATE INDEX inbound_mails_entry ON inbound_mails (entry_id);
-- What came within the last day, by the hour.
CREATE INDEX inbound_mails_seen ON inbound_mails (seen_at, mailbox_id) WHERE uid_validity <> 0;
CREATE INDEX inbound_mails_unfiled ON inbound_mails (mailbox_id, id) WHERE filed_at IS NULL;

-- What a letter is beside its text, as its entry shows it.
ALTER TABLE entries ADD COLUMN letter_facts TEXT;

-- The letter as its writer laid it out, cleaned; read only when somebody wants to see it.
CREATE TABLE letter_pages (
  entry_id INTEGER NOT NULL PRIMARY KEY REFERENCES entries (id),
  html TEXT NOT NULL
) STRICT;

CREATE TABLE attachments (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  entry_id INTEGER REFERENCES entries (id),
  -- Who laid it ready for an answer that is not sent yet.
  agent_id INTEGER REFERENCES agents (id),
  ticket_id INTEGER REFERENCES tickets (id),
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  blob TEXT NOT NULL,
  -- The small picture of a picture; nothing while nobody asked for it, empty when there can be none.
  thumbnail TEXT,
  content_id TEXT NOT NULL,
  is_inline INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_entry ON attachments (entry_id, id);
CREATE INDEX attachments_laid ON attachments (agent_id, ticket_id) WHERE entry_id IS NULL;

-- Every Message-ID that came or went, so that an answer finds its ticket.
CREATE TABLE message_ids (
  message_id TEXT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  entry_id INTEGER REFERENCES entries (id),
  PRIMARY KEY (message_id, ticket_id)
) STRICT;
CREATE INDEX message_ids_ticket ON message_ids (ticket_id, entry_id);

-- Who takes part in a ticket by mail.
CREATE TABLE participants (
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  person_id INTEGER REFERENCES persons (id) ON DELETE SET NULL,
  -- Nothing for somebody who came in by a right token or Message-ID alone.
  verified_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (ticket_id, address)
) STRICT;
CREATE INDEX participants_address ON participants (address);

-- What goes out. Before its first try the octets are made and kept, so that a second try is the same letter.
CREATE TABLE outbound_mails (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
  kind TEXT NOT NULL,
  ticket_id INTEGER REFERENCES tickets (id),
  entry_id INTEGER REFERENCES entries (id),
  agent_id INTEGER REFERENCES agents (id),
  message_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  -- The first recipient, and all of them by line.
  recipient TEXT NOT NULL,
  recipients TEXT NOT NULL,
  -- Of what a notice tells, and whose letter: limits are counted by them.
  notice TEXT,
  about TEXT,
  subject TEXT NOT NULL,
  -- The text of what is no entry: acknowledgements, notices.
  content TEXT NOT NULL,
  -- The file with the octets; nothing until they are made.
  blob TEXT,
  size_bytes INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  -- When it was first due, or somebody sent it again: it is tried for two days from then on.
  ready_at INTEGER,
  -- Which node is handing it over, and until when no other does.
  leased_by TEXT,
  leased_until_at INTEGER,
  -- When a try ended without a word of the server; it is made once more with the same Message-ID.
  uncertain_at INTEGER,
  answer TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  settled_at INTEGER
) STRICT;
CREATE INDEX outbound_mails_due ON outbound_mails (due_at, id) WHERE settled_at IS NULL;
CREATE INDEX outbound_mails_kind ON outbound_mails (kind, created_at);
CREATE INDEX outbound_mails_recipient ON outbound_mails (kind, recipient, created_at);
CREATE INDEX outbound_mails_mailbox ON outbound_mails (mailbox_id, created_at);
CREATE INDEX outbound_mails_listed ON outbound_mails (mailbox_id, id);
CREATE INDEX outbound_mails_to ON outbound_mails (recipient, id);
CREATE INDEX outbound_mails_state ON outbound_mails (state, id);
CREATE INDEX outbound_mails_ticket ON outbound_mails (ticket_id);
CREATE INDEX outbound_mails_entry ON outbound_mails (entry_id);
CREATE INDEX outbound_mails_message ON outbound_mails (message_id);
-- Limits of notices.
CREATE INDEX outbound_mails_notice ON outbound_mails (notice, created_at) WHERE notice IS NOT NULL;
CREATE INDEX outbound_mails_agent ON outbound_mails (agent_id, notice, created_at) WHERE notice IS NOT NULL;
CREATE INDEX outbound_mails_about ON outbound_mails (agent_id, about, created_at) WHERE about IS NOT NULL;

-- Addresses that mail to does not reach.
CREATE TABLE mail_addresses (
  address TEXT NOT NULL PRIMARY KEY,
  hard_bounces INTEGER NOT NULL,
  soft_bounces INTEGER NOT NULL,
  soft_since_at INTEGER,
  undeliverable_at INTEGER,
  muted_until_at INTEGER,
  -- Why: a loop, or a storm of letters.
  muted_for TEXT,
  reason TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_addresses_undeliverable ON mail_addresses (undeliverable_at) WHERE undeliverable_at IS NOT NULL;
CREATE INDEX mail_addresses_muted ON mail_addresses (muted_until_at) WHERE muted_until_at IS NOT NULL;

-- Answers that are being written.
CREATE TABLE mail_drafts (
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  content TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (agent_id, ticket_id)
) STRICT;

-- Signatures, acknowledgements and templates, by team and language; nothing of either is for all.
CREATE TABLE mail_texts (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  team_id INTEGER REFERENCES teams (id),
  language TEXT,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  archived_at INTEGER
) STRICT;
CREATE INDEX mail_texts_kind ON mail_texts (kind, name);

-- Where and of what an agent is told by mail.
ALTER TABLE agents ADD COLUMN address TEXT;
CREATE TABLE notice_choices (
  agent_id INTEGER NOT NULL PRIMARY KEY REFERENCES agents (id),
  kinds TEXT NOT NULL,
  quiet_from TEXT NOT NULL,
  quiet_to TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Words on tickets, from mail commands and from hand.
CREATE TABLE ticket_tags (
  ticket_id INTEGER NOT NULL REFERENCES tickets (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (ticket_id, tag)
) STRICT;
CREATE INDEX ticket_tags_tag ON ticket_tags (tag, ticket_id);
