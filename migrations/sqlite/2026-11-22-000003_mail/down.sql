-- Back to the cockpit; what came by mail is lost, but for the entries that hold its text.
DROP TABLE ticket_tags;
DROP TABLE notice_choices;
DROP TABLE mail_texts;
DROP TABLE mail_drafts;
DROP TABLE mail_addresses;
DROP TABLE outbound_mails;
DROP TABLE participants;
DROP TABLE message_ids;
DROP TABLE attachments;
DROP TABLE letter_pages;
DROP TABLE inbound_mails;
DROP TABLE mail_folders;
DROP TABLE mailbox_good_settings;
DROP TABLE mailboxes;
ALTER TABLE agents DROP COLUMN address;
ALTER TABLE entries DROP COLUMN letter_facts;
