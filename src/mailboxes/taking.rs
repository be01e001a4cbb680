//! A mail becomes an entry, in one act: the ledger, the ticket, who takes part, and what is answered by itself.

use super::acknowledging::acknowledge;
use super::bouncing;
use super::commanding::{self, Writer};
use super::correcting;
use super::holding::MutedFor;
use super::importing;
use super::ledger::{Inbound, Outcome};
use super::letter::{Class, Post, Proof, Read};
use super::lying;
use super::mailbox::Mailbox;
use super::store::{self, Fate, Participant, Told};
use super::threading::{self, By};
use crate::base::id::{EntryId, InboundId, MailboxId, PersonId, TicketId};
use crate::base::text::clean_line;
use crate::base::{EmailAddress, Error, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::mail::address::without_tag;
use crate::people;
use crate::tickets::{self, LetterFacts, MailTicket, NewLetter, Ticket};

/// People who are learned from one mail beside its writer.
const COPIES_MAX: usize = 100;

const DAY_MS: i64 = 86_400_000;

/// Letters of one sender within [`STORM_MS`] that make a storm.
const STORM_LETTERS: i64 = 50;

/// The time over which they are counted.
const STORM_MS: i64 = 10 * 60_000;

/// Takes a mail that was read. A second time it changes nothing: what is settled stays as it is.
pub fn take(act: &mut Act<'_>, post: &Post, mailbox: &Mailbox, id: InboundId, mail: &Read) -> Result<Outcome> {
    wait_for_turn(act.db, mailbox.id)?;
    let row = store::inbound_by_id(act.db, id)?;
    if row.outcome.is_settled() {
        return Ok(row.outcome);
    }
    let told = Told {
        content_key: Some(&mail.content_key),
        message_id: mail.message_id.as_deref().unwrap_or_default(),
        sender: &mail.from.address,
        subject: &mail.subject,
    };
    let fate = decide(act, post, mailbox, &row, mail)?;
    settled(act, &row, &Fate { told: Some(&told), ..fate })
}

/// What becomes of a mail.
fn decide(act: &mut Act<'_>, post: &Post, mailbox: &Mailbox, row: &Inbound, mail: &Read) -> Result<Fate<'static>> {
    let entry_of = |ticket, entry| Fate::new(Outcome::Entry, "", Some((ticket, Some(entry))));
    // Its beginning was taken, and the ticket has it.
    if let Some(ticket) = row.ticket {
        let ticket = tickets::by_id(act.db, ticket)?;
        let ticket = threading::goes_on_in(act.db, ticket)?.id;
        let entry = enter(act, ticket, mail, &Standing::default())?;
        return Ok(entry_of(ticket, entry));
    }
    if let Some(first) = store::is_same_content(act.db, mailbox.id, &mail.content_key, row.id)? {
        return Ok(copy_of(first.ticket.map(|ticket| (ticket, first.entry))));
    }
    if mail.is_own {
        return Ok(Fate::new(Outcome::Refused, "mail-reason-own", None));
    }
    if mail.class() == Class::Bounce {
        let letter = bouncing::letter(act.db, post, mail)?;
        if let Some(letter) = letter.as_ref().filter(|_| !mail.is_history) {
            bouncing::note(act, mail, letter)?;
        }
        let Some((ticket, is_proven)) = bouncing::thread(act.db, post, mailbox, mail, letter.as_ref())? else {
            return Ok(Fate::new(Outcome::StrayBounce, "mail-reason-stray-bounce", None));
        };
        let standing = Standing { doubt: (!is_proven).then_some(UNPROVEN_BOUNCE), ..Standing::default() };
        let entry = at_its_time(act, mail, |act| enter(act, ticket, mail, &standing))?;
        return Ok(entry_of(ticket, entry));
    }
    if let Some(left) = lying::left_again(act, post, mailbox, row, mail)? {
        return Ok(left);
    }
    let ends_ticket = lying::ends_ticket(act, post, mailbox, row, mail)?;
    let (ticket, entry) = match at_its_time(act, mail, |act| place(act, post, mailbox, mail))? {
        Placed::Entered(ticket, entry) => (ticket, entry),
        Placed::Known(ticket, entry) => return Ok(copy_of(Some((ticket, Some(entry))))),
    };
    if ends_ticket {
        importing::end(act, ticket)?;
    }
    if !mail.is_history {
        tell_of_storm(act, mailbox, mail)?;
    }
    let (outcome, reason) = match () {
        () if mail.is_partial => (Outcome::TooLarge, "mail-reason-too-large"),
        () if mail.proof == Proof::Failed => (Outcome::Entry, store::REFUTED),
        () => (Outcome::Entry, ""),
    };
    Ok(Fate::new(outcome, reason, Some((ticket, Some(entry)))))
}

/// What becomes of a mail that is there already, in this place.
fn copy_of(place: Option<(TicketId, Option<EntryId>)>) -> Fate<'static> {
    Fate::new(Outcome::Duplicate, "mail-reason-duplicate", place)
}

/// Lets nobody else decide about mails of a mailbox until this act is over. Before anything is read on which it decides: two
/// letters of one thread at the same moment, or one letter in two places or in two hands, must not both find nothing.
pub(super) fn wait_for_turn(db: &mut Db, mailbox: MailboxId) -> Result<()> {
    crate::db::serialise(db, &format!("mail:{mailbox}"))
}

/// Sets a mail aside that nobody can read, with the reason. What is settled stays as it is.
pub(super) fn quarantine(act: &mut Act<'_>, row: &Inbound, reason: &str, told: Option<&Told<'_>>) -> Result<()> {
    wait_for_turn(act.db, row.mailbox)?;
    let row = store::inbound_by_id(act.db, row.id)?;
    if row.outcome.is_settled() {
        return Ok(());
    }
    settled(act, &row, &Fate { told, ..Fate::new(Outcome::Quarantined, reason, None) }).map(drop)
}

/// Writes down what became of a mail.
pub(super) fn settled(act: &mut Act<'_>, row: &Inbound, fate: &Fate<'_>) -> Result<Outcome> {
    store::finish(act.db, row.id, fate, act.now)?;
    act.record(Event::MailTaken { mailbox: row.mailbox, mail: row.id, outcome: fate.outcome.word().into() });
    Ok(fate.outcome)
}

/// Does something as of the day on which a letter out of an archive was written; with any other letter, now. Events keep the
/// time at which they are recorded.
fn at_its_time<T>(act: &mut Act<'_>, mail: &Read, work: impl FnOnce(&mut Act<'_>) -> Result<T>) -> Result<T> {
    let now = act.now;
    if let Some(then) = mail.sent_at.filter(|then| mail.is_history && *then < now) {
        act.now = then;
    }
    let done = work(act);
    act.now = now;
    done
}

/// Others could write it in his name, and the server that is asked does not vouch for him.
const UNPROVEN: &str = "unproven";

/// What let it in others can know as well, and no server is asked who wrote it.
const UNCHECKED: &str = "unchecked";

/// A bounce about a letter that others than its readers know.
const UNPROVEN_BOUNCE: &str = "unproven-bounce";

/// How its writer stands to the ticket.
#[derive(Debug, Clone, Default)]
struct Standing {
    /// Whether he is new to the ticket, and came in by a token or an id alone.
    is_unverified: bool,
    /// The word for what is doubtful about it: [`UNPROVEN`], [`UNCHECKED`] or [`UNPROVEN_BOUNCE`].
    doubt: Option<&'static str>,
}

/// Mail reaches whoever writes: letters go to him again, unless somebody else wrote in his name.
fn hear_from(act: &mut Act<'_>, mail: &Read) -> Result<()> {
    if mail.class() != Class::Human || mail.is_spam || mail.is_history || mail.proof == Proof::Failed {
        return Ok(());
    }
    match correcting::revive_address(act, &mail.from.address) {
        Err(Error::Missing) => Ok(()),
        done => done,
    }
}

/// Where a mail stands.
enum Placed {
    /// In a ticket, as this entry.
    Entered(TicketId, EntryId),
    /// It came into its ticket by another mailbox before.
    Known(TicketId, EntryId),
}

/// Puts a mail into its ticket, or makes one.
fn place(act: &mut Act<'_>, post: &Post, mailbox: &Mailbox, mail: &Read) -> Result<Placed> {
    hear_from(act, mail)?;
    let thread = threading::thread(act.db, post, mailbox, mail)?;
    let Some((id, by)) = thread.found else {
        let begun = begin(act, post, mailbox, mail, None)?;
        if let Some(other) = thread.mentioned {
            act.record(Event::TicketMentionFound { ticket: begun.0, other });
        }
        return Ok(Placed::Entered(begun.0, begun.1));
    };
    // Its copy may come by another mailbox at this moment.
    crate::db::serialise(act.db, &format!("letter:{}", mail.content_key))?;
    if let Some(first) = store::copy_in(act.db, id, &mail.content_key)? {
        return Ok(Placed::Known(id, first));
    }
    let ticket = tickets::by_id(act.db, id)?;
    let writer = commanding::writer(act, &ticket, by, mail)?;
    match writer {
        Writer::Agent(agent) => {
            let entry = commanding::obey(act, post, mailbox, &ticket, agent, mail)?;
            return Ok(Placed::Entered(id, entry));
        }
        // It is kept for those who can ask him, and does nothing.
        Writer::Claimed => {
            let doubt = (!mail.is_authenticated()).then_some(UNPROVEN);
            let standing = Standing { is_unverified: false, doubt };
            return Ok(Placed::Entered(id, enter(act, id, mail, &standing)?));
        }
        Writer::Participant | Writer::Stranger if !goes_on(&ticket, by, mailbox, mail, act) => {
            let (ticket, entry) = begin(act, post, mailbox, mail, Some(id))?;
            return Ok(Placed::Entered(ticket, entry));
        }
        Writer::Participant | Writer::Stranger => {}
    }
    let is_unverified = writer == Writer::Stranger;
    let vouched = if by.is_secret() { mail.proof != Proof::Failed } else { mail.is_authenticated() };
    let doubt = match mail.proof {
        _ if is_unverified || vouched => None,
        Proof::Unasked => (!mail.is_history).then_some(UNCHECKED),
        _ => Some(UNPROVEN),
    };
    let entry = enter(act, ticket.id, mail, &Standing { is_unverified, doubt })?;
    take_part(act, ticket.id, mail, !is_unverified, vouched)?;
    if let Some(address) = EmailAddress::parse(&mail.from.address).filter(|_| !is_unverified) {
        let person = people::meet_again(act, name_of(mail), &address)?;
        learn(act, person, mail)?;
    }
    // What was written before the last thing that happened to the ticket is no news.
    let is_news = !mail.is_history || ticket.updated_at <= act.now;
    // A stranger may wake what waits for a word, and has no right to open again what was closed.
    let may_move = writer == Writer::Participant || ticket.closed_at.is_none();
    if mail.class() == Class::Human && !mail.is_spam && is_news && may_move {
        // An entry has come since the ticket was read; the revision has not changed by it.
        tickets::by_id(act.db, ticket.id)?.written_to(act)?;
    }
    Ok(Placed::Entered(ticket.id, entry))
}

/// Whether a letter belongs into its ticket, or, as that was closed long ago, begins another. A number is counted up by
/// anybody: it opens again what was closed only for those for whom a server vouches.
fn goes_on(ticket: &Ticket, by: By, mailbox: &Mailbox, mail: &Read, act: &Act<'_>) -> bool {
    let Some(closed_at) = ticket.closed_at.filter(|_| mail.class() == Class::Human) else { return true };
    let may_open = by != By::Tag || mail.is_authenticated() || mail.is_history;
    may_open && act.now.since_ms(closed_at) <= mailbox.card.reopen_days.saturating_mul(DAY_MS)
}

/// Makes a ticket of a mail; a part of another one when that was closed too long ago to go on.
fn begin(
    act: &mut Act<'_>,
    post: &Post,
    mailbox: &Mailbox,
    mail: &Read,
    parent: Option<TicketId>,
) -> Result<(TicketId, EntryId)> {
    let requester = meet(act, mail)?;
    let new = MailTicket {
        subject: mail.subject.clone(),
        team: mailbox.card.team,
        requester,
        sender: mail.from.line(),
        parent,
    };
    let ticket = tickets::open_for_letter(act, &new)?;
    let entry = enter(act, ticket, mail, &Standing::default())?;
    take_part(act, ticket, mail, true, mail.proof != Proof::Failed)?;
    acknowledge(act, post, mailbox, mail, (ticket, entry), parent.is_some())?;
    Ok((ticket, entry))
}

/// The person who writes: known by the address, or new. A machine is nobody.
fn meet(act: &mut Act<'_>, mail: &Read) -> Result<Option<PersonId>> {
    let Some(address) = EmailAddress::parse(&mail.from.address) else { return Ok(None) };
    let is_met = mail.class() == Class::Human && !mail.is_spam;
    let person = match people::meet_again(act, name_of(mail), &address)? {
        None if is_met => Some(people::meet_by_mail(act, &mail.from.name, &address)?),
        known => known,
    };
    learn(act, person, mail)?;
    Ok(person)
}

/// What its writer is called by his own word; nothing where it may be somebody else's.
fn name_of(mail: &Read) -> &str {
    let is_his = mail.class() == Class::Human && !mail.is_spam && mail.is_authenticated();
    if is_his { &mail.from.name } else { "" }
}

/// Notes the numbers under a letter as what may be its writer's, unless it is known that somebody else wrote it.
fn learn(act: &mut Act<'_>, person: Option<PersonId>, mail: &Read) -> Result<()> {
    let is_his = mail.class() == Class::Human && !mail.is_spam && mail.proof != Proof::Failed;
    let Some(person) = person.filter(|_| is_his) else { return Ok(()) };
    mail.numbers.iter().try_for_each(|(raw, number_key)| people::learn_number(act, person, raw, number_key, false))
}

/// Adds the entry with its files.
fn enter(act: &mut Act<'_>, ticket: TicketId, mail: &Read, standing: &Standing) -> Result<EntryId> {
    let ticket = tickets::by_id(act.db, ticket)?;
    let doubt = match mail.proof {
        Proof::Failed => Some("refuted"),
        _ => standing.doubt,
    };
    let facts = LetterFacts {
        incoming: true,
        from: mail.from.clone(),
        to: mail.to.clone(),
        cc: mail.cc.clone(),
        subject: mail.subject.clone(),
        sent_at: mail.sent_at,
        class: mail.class().word().into(),
        rest: mail.rest.clone().filter(|rest| !rest.trim().is_empty()),
        has_page: mail.page.is_some(),
        remote_images: mail.remote_images,
        is_unverified: standing.is_unverified,
        is_authenticated: mail.is_authenticated(),
        is_spam: mail.is_spam,
        oddities: mail.oddities.iter().cloned().chain(doubt.map(str::to_owned)).collect(),
        invitation: mail.invitation.clone(),
        ..LetterFacts::default()
    };
    let letter = NewLetter { facts, text: mail.text.clone(), page: mail.page.clone(), author: None };
    let entry = ticket.add_letter(act, &letter)?;
    tickets::file(act, entry, &mail.files)?;
    if let Some(id) = &mail.message_id {
        store::keep_message_id(act.db, id, ticket.id, Some(entry))?;
    }
    Ok(entry)
}

/// Lets everybody whom a mail names take part. Its writer is verified when he began the ticket or took part before; those
/// to whom he sent copies are known by his word, if he is `vouched` for.
fn take_part(act: &mut Act<'_>, ticket: TicketId, mail: &Read, verified: bool, vouched: bool) -> Result<()> {
    let own = store::own_addresses(act.db)?;
    // What stood in the copies of a stranger is a stranger's word.
    let copies = mail.to.iter().chain(&mail.cc).take(if verified { COPIES_MAX } else { 0 });
    for (who, is_writer) in std::iter::once((&mail.from, true)).chain(copies.map(|who| (who, false))) {
        let Some(address) = EmailAddress::parse(&who.address) else { continue };
        if own.iter().any(|own| is_at(address.as_str(), own)) || !(is_writer || mail.class() == Class::Human) {
            continue;
        }
        let person = people::with_address(act.db, &address)?;
        let verified = verified && (is_writer || vouched);
        let verified_at = verified.then_some(act.now);
        let joining =
            Participant { address: address.as_str().to_owned(), name: clean_line(&who.name, 120), person, verified_at };
        // Who writes is named by his letter; that he is new and not known is worth a line of its own.
        if store::join(act.db, ticket, &joining, act.now)? && !(is_writer && verified) {
            act.record(Event::ParticipantJoined { ticket, address: joining.address, verified });
        }
    }
    Ok(())
}

/// Whether an address is this one, with or without a tag.
pub(super) fn is_at(address: &str, own: &str) -> bool {
    let bare = |text: &str| EmailAddress::parse(text).map(|address| without_tag(&address));
    bare(address).is_some_and(|address| bare(own) == Some(address))
}

/// Says once that somebody sends a great many letters.
fn tell_of_storm(act: &mut Act<'_>, mailbox: &Mailbox, mail: &Read) -> Result<()> {
    // Who borrows a name does not get its owner muted.
    if mail.from.address.is_empty() || mail.proof == Proof::Failed {
        return Ok(());
    }
    // This one is not in the ledger yet.
    let since = act.now.plus_ms(-STORM_MS);
    if !store::has_sent(act.db, &mail.from.address, since, STORM_LETTERS - 1)? {
        return Ok(());
    }
    if store::mute(act.db, &mail.from.address, MutedFor::Storm, act.now.plus_ms(DAY_MS), act.now)? {
        act.record(Event::MailStormSeen { mailbox: mailbox.id, sender: mail.from.address.clone() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn an_address_with_a_tag_is_the_same() {
        assert!(is_at("help+t1.2.abc@example.org", "help@example.org"));
        assert!(!is_at("helper@example.org", "help@example.org") && !is_at("", ""));
    }
}
