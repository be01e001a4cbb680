-- Most mails have no ticket when their row is made, most tickets no parent and no site, those of mails no caller: rows that nobody
-- asks for by such a column need no place in its index, and taking a mail writes fewer pages.
DROP INDEX inbound_mails_content;
CREATE INDEX inbound_mails_content ON inbound_mails (mailbox_id, content_key) WHERE content_key IS NOT NULL;
DROP INDEX inbound_mails_ticket;
CREATE INDEX inbound_mails_ticket ON inbound_mails (ticket_id) WHERE ticket_id IS NOT NULL;
DROP INDEX inbound_mails_entry;
CREATE INDEX inbound_mails_entry ON inbound_mails (entry_id) WHERE entry_id IS NOT NULL;
DROP INDEX tickets_parent;
CREATE INDEX tickets_parent ON tickets (parent_id, id) WHERE parent_id IS NOT NULL;
DROP INDEX tickets_site;
CREATE INDEX tickets_site ON tickets (site_id, updated_at, id) WHERE site_id IS NOT NULL;
DROP INDEX tickets_caller;
CREATE INDEX tickets_caller ON tickets (caller_key, updated_at, id) WHERE closed_at IS NULL AND caller_key IS NOT NULL;
DROP INDEX tickets_untouched;
CREATE INDEX tickets_untouched ON tickets (caller_key, line_id) WHERE touched_at IS NULL AND caller_key IS NOT NULL;
DROP INDEX entries_call;
CREATE INDEX entries_call ON entries (call_id) WHERE call_id IS NOT NULL;
