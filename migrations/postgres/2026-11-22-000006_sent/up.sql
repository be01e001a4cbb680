-- Letters that are due, by mailbox and kind: a crowd of one never hides what is due of another.
CREATE INDEX outbound_mails_lane ON outbound_mails (mailbox_id, kind, due_at, id) WHERE settled_at IS NULL;
-- By what an answer is known that is sent twice: the form that it came from and what it says, as a hash.
ALTER TABLE outbound_mails ADD COLUMN once TEXT;
CREATE INDEX outbound_mails_once ON outbound_mails (agent_id, once) WHERE once IS NOT NULL;
-- The newest letter that came back from an address: one letter counts once, however often it comes back.
ALTER TABLE mail_addresses ADD COLUMN bounced_mail_id BIGINT;
