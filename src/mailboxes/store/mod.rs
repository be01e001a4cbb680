//! All SQL of mail.

mod addresses;
mod ledger;
mod left;
mod mailboxes;
mod notices;
mod outbox;
mod states;
mod texts;
mod threads;

pub use addresses::{AddressState, address_state, muted, undeliverable};
pub(super) use addresses::{mute, note_bounce, revive, unmute, unreached};
pub use ledger::{
    FOUND_MAX, PARTS_MAX, count_quarantined, find_inbound, folder_states, inbound_by_id, inbound_of_entry, ledger,
    outcome_counts, unaccounted, unaccounted_for,
};
pub(super) use ledger::{
    Fate, REFUTED, Recent, Told, UNDECIDED_MS, begin, copy_in, count_attempt, finish, folder_state, give_attempts_back,
    has_content, has_sent, imported, insert_folder, is_history_alone, is_same_content, mailbox_of_ticket, mark_filed,
    mark_lain, note_unaccounted, places_known, recent_letters, reopen, reopen_whole, set_folder, set_reconciled,
    unfiled, unsettled, unsettled_folders,
};
pub(super) use left::{THROWN_AWAY, reopen_restored, thrown_away};
pub(super) use mailboxes::{
    end_renewing, forget_failures, forget_good_settings, forget_secrets, good_settings, insert_mailbox, lease,
    lease_renewing, note_new_mail, own_addresses, put_good_settings, release, resting, seal_in, sealed_client_secret,
    sealed_dkim_key, sealed_secret, sealed_sign_in, set_client_secret, set_disabled, set_needs_sign_in, set_secret,
    set_sign_in, stop_trying, update_mailbox,
};
pub use mailboxes::{mailbox_by_id, mailboxes};
pub use notices::{Noticed, count_notices};
pub(super) use notices::{all_notice_choices, notice_choices, put_notice_choices};
pub(super) use outbox::{
    Acknowledged, acknowledged_domain_since, acknowledged_since, all_acknowledged_since, due_letters, hasten,
    insert_outbound, just_acknowledged, keep_octets, lease_due, mark_once, outbound_of_message, queue_again,
    release_letters, renew_letters, restart_clock, send_next, sending_mailboxes, sent_since, settle_letter,
    was_written_to, withdraw, written_once,
};
pub use outbox::{NewOutbound, OutboxFilter, Queue, count_outbox, outbound_by_id, outbound_of_entry, outbox, queues};
pub use states::{MailHour, mails_by_hour};
pub(super) use states::{
    end_waves, note_behind, note_failure, note_fetched, note_not_sending, note_sending, note_sign_in_told,
    note_signed_in, sign_ins_untold,
};
pub(super) use texts::{archive_text, forget_draft, keep_draft, put_text};
pub use texts::{draft, text_by_id, texts};
pub use threads::{Participant, message_ids_of, participants};
pub(super) use threads::{join, keep_message_id, tickets_of_message};
