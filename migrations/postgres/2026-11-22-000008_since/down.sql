ALTER TABLE mail_folders DROP COLUMN since_at;
