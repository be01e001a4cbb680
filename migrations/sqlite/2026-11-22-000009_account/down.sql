ALTER TABLE mail_folders DROP COLUMN account;
