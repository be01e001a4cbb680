-- Mails that the server does not hand over: their numbers, and what it says instead.
ALTER TABLE mail_folders ADD COLUMN withheld TEXT;
