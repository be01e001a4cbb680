ALTER TABLE mail_addresses DROP COLUMN bounced_mail_id;
DROP INDEX outbound_mails_once;
ALTER TABLE outbound_mails DROP COLUMN once;
DROP INDEX outbound_mails_lane;
