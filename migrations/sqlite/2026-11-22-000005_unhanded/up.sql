-- Mails that the server does not hand over: their numbers, and what it says instead.
ALTER TABLE mail_folders ADD COLUMN withheld TEXT;
-- What becomes of mails that lay on the server before the mailbox was set up, and since when such a mail lay there.
ALTER TABLE mailboxes ADD COLUMN lying TEXT NOT NULL DEFAULT 'take';
ALTER TABLE inbound_mails ADD COLUMN lay_since_at INTEGER;
