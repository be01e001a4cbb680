ALTER TABLE inbound_mails DROP COLUMN lay_since_at;
ALTER TABLE mailboxes DROP COLUMN lying;
ALTER TABLE mail_folders DROP COLUMN withheld;
