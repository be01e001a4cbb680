DROP INDEX inbound_mails_thrown_away;
ALTER TABLE mail_folders DROP COLUMN since_at;
