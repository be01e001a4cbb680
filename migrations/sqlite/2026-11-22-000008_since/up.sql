-- Since when a folder is watched: what came long before that is history.
ALTER TABLE mail_folders ADD COLUMN since_at INTEGER NOT NULL DEFAULT 0;
UPDATE mail_folders SET since_at = (SELECT created_at FROM mailboxes WHERE mailboxes.id = mail_folders.mailbox_id);
-- Mails that somebody had thrown away when they were seen: they are looked at again every hour.
CREATE INDEX inbound_mails_thrown_away ON inbound_mails (mailbox_id, folder, uid_validity, uid) WHERE reason = 'mail-reason-thrown-away';
