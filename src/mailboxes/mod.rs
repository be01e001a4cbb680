//! Mail: letters come in as entries of tickets and go out as answers, and every one is accounted for.
//!
//! Nouns: *mailbox* (an account on a mail server), *ledger* (a row, [`Inbound`], for every mail that was seen on a server),
//! *spot* (where a mail stands: folder, UIDVALIDITY, UID), *outcome* (what became of it), *quarantine* (what nobody could
//! read), *withheld* (what its server does not hand over), *thread* (which ticket it belongs to), *participant*, *outbox* (a
//! row, [`Outbound`], for every letter that goes out), *text* (signature, acknowledgement, template).
//!
//! Invariants: a raw mail is in the blob store before its row; row, entry and mark of the folder change in one transaction, so
//! a mail that was taken is never taken twice and never lost; what was seen on a server has a row with a reason, and what has
//! none is counted as unaccounted; nothing that can be guessed joins a ticket; whoever is not verified gets no rights; nothing
//! is answered by itself more often than its limits; the octets of a letter are the same in every try.
//!
//! Owns the tables `mailboxes`, `mailbox_good_settings`, `mail_folders`, `inbound_mails`, `message_ids`, `participants`,
//! `outbound_mails`, `mail_addresses`, `mail_drafts`, `mail_texts`, `notice_choices`. Records `Mailbox*`, `Mail*`, `Letter*`,
//! `ParticipantJoined`, `TicketMentionFound`, `AddressUndeliverable`, `NoticesHeldBack`, `AcknowledgementsHeldBack`,
//! `SenderHeard`.

mod acknowledging;
mod ailing;
mod authorising;
mod bouncing;
mod commanding;
mod composing;
mod correcting;
mod deciding;
mod drafting;
mod explaining;
mod fetching;
mod gathering;
mod going_back;
mod holding;
mod importing;
mod intake;
mod leasing;
mod ledger;
mod letter;
mod listening;
mod lying;
mod mailbox;
mod meters;
mod noticing;
mod opening;
mod outbound;
pub mod pages;
mod places;
mod presets;
mod reading;
mod refetching;
mod registration;
mod renewing;
mod restoring;
mod running;
mod sealing;
mod sending;
mod settling;
mod signing;
mod store;
mod summing;
mod taking;
mod telling;
mod texts;
mod threading;
mod trying;
pub mod views;
mod warning;
mod withholding;
mod writing;

pub use ailing::Ailments;
pub use authorising::{SignIn, Waiting, begin_google, begin_microsoft, finish_google, poll_microsoft};
pub use commanding::agent_of;
pub use correcting::{cancel_letter, refuse, revive_address};
pub use drafting::{
    Draft, SeenUpTo, TicketNews, begin_draft, check_files, discard_draft, draft_again, kept_draft, lay_files_of,
    news_since, read_people, signature_for,
};
pub use fetching::fetch_once;
pub use going_back::{GoodSettings, go_back, good_settings};
pub use holding::{HeldBack, Limit, LimitOf, MutedFor, hear_again, held_back};
pub use importing::{Import, Tally, Told, import};
pub use intake::{Raw, Room};
pub use leasing::let_go;
pub use ledger::{FolderState, Inbound, LedgerFilter, Outcome, Spot, uid_validity_of};
pub use letter::{Bounced, BouncedRecipient, Class, Post, Proof, Read};
pub use mailbox::{AfterTaking, Auth, Endpoint, FOLDERS_MAX, Lying, Mailbox, MailboxCard, Security, SendingState};
pub use meters::{Counts, Meters};
pub use noticing::{NoticeChoices, NoticeKind, Quiet, choose_notices};
pub use opening::{add_mailbox, change_mailbox, disable_mailbox, enable_mailbox, keep_draft, try_again};
pub use outbound::{Outbound, OutboundKind, OutboundState, Recipients};
pub use presets::Preset;
pub use reading::{Parsed, parse};
pub use registration::Registration;
pub use renewing::renew_due;
pub use running::{MailboxWatch, Running};
pub use sealing::{Credential, Held, Seal, credential, dkim_key, keep_client_secret, keep_credential, keep_dkim_key};
pub use sending::{send_again, send_now};
pub use store::{
    AddressState, FOUND_MAX, MailHour, NewOutbound, Noticed, OutboxFilter, PARTS_MAX, Participant, Queue,
    address_state, count_notices, count_outbox, count_quarantined, draft, find_inbound, folder_states, inbound_by_id,
    inbound_of_entry, ledger, mailbox_by_id, mailboxes, mails_by_hour, message_ids_of, muted, outbound_by_id,
    outbound_of_entry, outbox, outcome_counts, participants, queues, text_by_id, texts as all_texts, unaccounted,
    unaccounted_for, undeliverable,
};
pub use summing::Sums;
pub use taking::take;
pub use telling::Notices;
pub use texts::{MailText, MailTextCard, TextKind, Values, archive_text, best, keep_text};
pub use threading::named_in;
pub use trying::{Side, Trial, TrialState, TrialStep, Trials, Tried};
pub use warning::count_sign_ins;
pub use writing::{
    ANSWER_CHARACTERS_MAX, Answer, RECIPIENTS_MAX, Written, already_written, answer, is_written, mailbox_for,
    person_addresses, subject_for, take_back, to_customer,
};
