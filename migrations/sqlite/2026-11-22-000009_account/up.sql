-- Which of the accounts that were behind a mailbox a folder belongs to: two may have the same UIDVALIDITY and the same numbers.
ALTER TABLE mail_folders ADD COLUMN account INTEGER NOT NULL DEFAULT 0;
