ALTER TABLE mail_folders DROP COLUMN withheld;
