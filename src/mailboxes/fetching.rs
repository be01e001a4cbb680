//! One task for each watched folder: it connects, reads what is new, files it, listens, and begins again after whatever
//! went wrong. One mailbox never waits for another.

use std::time::Duration;

use tokio::sync::watch;

use super::explaining;
use super::gathering::{Place, UIDS_AT_ONCE, take_uids, unknown};
use super::intake::Room;
use super::leasing::{leased, let_go};
use super::ledger::life;
use super::mailbox::{AfterTaking, Mailbox};
use super::restoring::take_restored;
use super::store;
use super::withholding::Doubts;
use crate::base::{Error, Message, Result, Timestamp};
use crate::events::{Actor, Event};
use crate::mail::imap::{self, Idle, Moved, Patience, Session};

/// How long one ear is lent to the server.
const LISTEN: Duration = Duration::from_secs(50);

/// Listens after which the folder is read all the same, as news get lost: five minutes.
const LISTENS_MAX: u32 = 6;

/// Time between two comparisons of a whole folder with the ledger.
const RECONCILE_MS: i64 = 3_600_000;

/// The shortest and the longest pause after something went wrong.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// The longest pause while another node has the mailbox: nobody else takes it over when that one dies.
const PAUSE_BESIDE_MAX: Duration = Duration::from_secs(30);

/// How long a connection has to hold for the next pause to be short again.
const GOOD: Duration = Duration::from_secs(60);

/// Mails of which the server is told at once.
const FILED_AT_ONCE: i64 = 500;

/// Visits to a folder that is read once, as long as each learns which mails end the connection.
const VISITS_MAX: u32 = 20;

/// Why a visit ended.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The server, or the way to it.
    Imap(imap::Error),
    /// Nobody is signed in, or not any more; in plain words.
    SignIn(String),
    /// The desk itself: its disk, its database.
    Desk(Error),
    /// Another node has the mailbox.
    Elsewhere,
    /// The mailbox leads to another server or account since this visit has connected.
    Changed,
    /// Some mails were not handed over, and all others taken: their numbers, and why.
    Withheld(String),
}

impl Trouble {
    /// One of few words, for monitoring.
    fn kind(&self) -> &'static str {
        match self {
            Self::Imap(imap::Error::Auth(_)) | Self::SignIn(_) => "login",
            Self::Imap(imap::Error::Tls(_)) => "tls",
            Self::Imap(imap::Error::Unreachable(_)) => "connect",
            Self::Imap(imap::Error::Lost(_)) => "lost",
            Self::Imap(imap::Error::Refused(_) | imap::Error::TooLarge { .. }) | Self::Withheld(_) => "refused",
            Self::Desk(_) | Self::Elsewhere | Self::Changed => "desk",
        }
    }
}

impl From<imap::Error> for Trouble {
    fn from(error: imap::Error) -> Self {
        Self::Imap(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Desk(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Imap(error) => error.fmt(f),
            Self::SignIn(why) => f.write_str(why),
            Self::Desk(error) => write!(f, "Deskbell can't take mail now: {}", explaining::in_english(error)),
            Self::Elsewhere => f.write_str("another node fetches this mailbox"),
            Self::Changed => f.write_str("the mailbox was changed meanwhile"),
            Self::Withheld(told) => {
                write!(f, "All mails were taken but these, which the server does not hand over. {told}")
            }
        }
    }
}

/// Watches a folder until it is told to stop.
pub(super) async fn watch_folder(room: Room, mailbox: Mailbox, folder: String, mut stop: watch::Receiver<bool>) {
    let (mut pause, mut doubts) = (PAUSE_MIN, Doubts::default());
    while !*stop.borrow() {
        let began = tokio::time::Instant::now();
        let visit = leased(&room, &mailbox, visit(&room, &mailbox, &folder, &mut doubts, stop.clone()));
        let ended = tokio::select! {
            ended = visit => ended,
            _ = stop.changed() => return,
        };
        let Err(trouble) = ended else { return };
        if began.elapsed() >= GOOD {
            pause = PAUSE_MIN;
        }
        if !doubts.was_known() && note(&room, &mailbox, &folder, &trouble).await {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(jittered(pause)) => {}
            _ = stop.changed() => return,
        }
        let longest = if matches!(trouble, Trouble::Elsewhere) { PAUSE_BESIDE_MAX } else { PAUSE_MAX };
        pause = (pause * 2).min(longest);
    }
}

/// A pause, a quarter longer or shorter, so that many don't come back at the same moment.
fn jittered(pause: Duration) -> Duration {
    let mut octet = [128_u8];
    let _ = getrandom::fill(&mut octet);
    pause.mul_f64(0.75 + f64::from(octet.first().copied().unwrap_or(128)) / 512.0)
}

/// Writes down what went wrong; says whether trying again would do harm.
async fn note(room: &Room, mailbox: &Mailbox, folder: &str, trouble: &Trouble) -> bool {
    let (id, name, failure) = (mailbox.id, folder.to_owned(), trouble.to_string());
    let refused = matches!(trouble, Trouble::Imap(imap::Error::Auth(_)));
    match trouble {
        Trouble::Elsewhere => return false,
        // Another task goes on with what it is now.
        Trouble::Changed => return true,
        _ => {}
    }
    room.meters.failed(&mailbox.card.name, trouble.kind());
    tracing::warn!(mailbox = mailbox.card.name, folder, failure, "a mailbox can't be read; it is tried again");
    let noted = room
        .books
        .write(Actor::Mail, move |act| {
            if store::note_failure(act.db, id, Some(&name), &failure, refused, act.now)? {
                act.record(Event::MailboxFailing { mailbox: id, failure: failure.clone() });
            }
            store::mailbox_by_id(act.db, id)
        })
        .await;
    noted.is_ok_and(|mailbox| !mailbox.is_tried())
}

/// Connects and stays as long as it goes well.
async fn visit(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    doubts: &mut Doubts,
    stop: watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let mut session = connect(room, mailbox).await?;
    let (id, set_up_at) = (mailbox.id, mailbox.updated_at);
    room.books.write(Actor::Mail, move |act| store::note_signed_in(act.db, id, set_up_at)).await?;
    let selected = session.select(folder).await?;
    let (validity, since_at) = begin_folder(room, mailbox, folder, selected.uid_validity).await?;
    doubts.begin(validity);
    let place = Place { room, mailbox, folder, validity, since_at, left_too: false };
    // What the last connection did not come to may stand below the mark.
    let mut reconciled_at: Option<Timestamp> = None;
    while !*stop.borrow() {
        catch_up(place, &mut session, doubts).await?;
        let now = room.books.clock().now();
        if reconciled_at.is_none_or(|at| now.since_ms(at) >= RECONCILE_MS) || doubts.wants_look(now) {
            reconcile(place, &mut session, doubts).await?;
            reconciled_at = Some(now);
        }
        let unfiled = file(room, mailbox, folder, validity, &mut session).await?;
        note_fetched(room, mailbox, folder, unfiled).await?;
        listen(&mut session).await?;
    }
    session.logout().await;
    Ok(())
}

/// Goes on with mails of a folder that were begun, without their server.
pub(super) async fn resume(room: &Room, mailbox: &Mailbox, folder: &str) -> Result<(), Trouble> {
    let resumed = leased(room, mailbox, async { Ok(room.resume(mailbox, folder).await?) }).await;
    if !mailbox.is_tried() {
        let_go(room, mailbox).await?;
    }
    match resumed {
        Ok(_) | Err(Trouble::Elsewhere) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

/// A connection that is signed in.
pub(super) async fn connect(room: &Room, mailbox: &Mailbox) -> Result<Session, Trouble> {
    let login = match super::signing::login(room, mailbox).await {
        Ok(login) => login,
        Err(error @ Error::Conflict(_)) => return Err(Trouble::SignIn(explaining::in_english(&error))),
        Err(error) => return Err(error.into()),
    };
    let server = super::signing::imap_server(mailbox).map_err(Trouble::Desk)?;
    Ok(Session::connect(&room.trust, &server, &login, Patience::default()).await?)
}

/// Begins a folder, or its new life. Gives which life that is, and since when it is watched. What another server said than
/// the mailbox leads to now is not written down as the word of that one.
async fn begin_folder(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    uid_validity: u32,
) -> Result<(i64, Timestamp), Trouble> {
    let (connected, name) = (mailbox.clone(), folder.to_owned());
    let begun = room
        .books
        .write(Actor::Mail, move |act| {
            let id = connected.id;
            if !store::mailbox_by_id(act.db, id)?.card.is_same_account(&connected.card) {
                return Ok(None);
            }
            let known = store::folder_state(act.db, id, &name)?;
            let (account, since_at) = known.as_ref().map_or((0, act.now), |state| (state.account, state.since_at));
            let validity = life(account, uid_validity);
            if known.is_none_or(|state| state.uid_validity != validity) {
                store::insert_folder(act.db, id, &name, validity, act.now)?;
            }
            Ok(Some((validity, since_at)))
        })
        .await?;
    begun.ok_or(Trouble::Changed)
}

/// Takes everything above the mark.
async fn catch_up(place: Place<'_>, session: &mut Session, doubts: &mut Doubts) -> Result<(), Trouble> {
    let Place { room, mailbox, folder, .. } = place;
    room.resume(mailbox, folder).await?;
    let (id, name) = (mailbox.id, folder.to_owned());
    let state = room.books.read(move |db| store::folder_state(db, id, &name)).await?;
    let high = u32::try_from(state.map_or(0, |state| state.uid_high)).unwrap_or(u32::MAX);
    let Some(next) = high.checked_add(1) else { return Ok(()) };
    let new = session.uids(Some(next..=u32::MAX)).await?;
    take(place, session, doubts, &new).await
}

/// Takes mails by their numbers. When that fails, those that are not in the ledger are counted as unaccounted for: a mail that
/// the server can't hand over is an alarm, and not only a connection that ended.
async fn take(place: Place<'_>, session: &mut Session, doubts: &mut Doubts, uids: &[u32]) -> Result<(), Trouble> {
    let Err(trouble) = take_uids(place, session, doubts, uids).await else { return Ok(()) };
    let count = count_unknown(place, uids).await?;
    let (id, name) = (place.mailbox.id, place.folder.to_owned());
    place.room.books.write(Actor::Mail, move |act| store::note_unaccounted(act.db, id, &name, count)).await?;
    Err(trouble)
}

/// How many of these the ledger does not know.
async fn count_unknown(place: Place<'_>, uids: &[u32]) -> Result<i64> {
    let mut count = 0;
    for some in uids.chunks(UIDS_AT_ONCE) {
        count += unknown(place, some).await?.len();
    }
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Compares all that the server has with the ledger, takes what is missing or was restored, and keeps how many are still unknown
/// then, and which the server does not hand over.
async fn reconcile(place: Place<'_>, session: &mut Session, doubts: &mut Doubts) -> Result<(), Trouble> {
    let mut all = session.uids(None).await?;
    take(place, session, doubts, &all).await?;
    take_restored(place, session, doubts, &all).await?;
    let on_server = i64::try_from(all.len()).unwrap_or(0);
    let mut unaccounted = count_unknown(place, &all).await?;
    // What went away meanwhile is not unaccounted for.
    if unaccounted > 0 {
        all = session.uids(None).await?;
        unaccounted = count_unknown(place, &all).await?;
    }
    doubts.keep(&all);
    let (id, name, withheld) = (place.mailbox.id, place.folder.to_owned(), doubts.tell());
    if let Some(told) = &withheld {
        tracing::warn!(mailbox = place.mailbox.card.name, folder = name, told, "some mails are not handed over");
    }
    place
        .room
        .books
        .write(Actor::Mail, move |act| {
            store::set_reconciled(act.db, id, &name, (on_server, unaccounted, withheld.as_deref()), act.now)
        })
        .await?;
    Ok(())
}

/// Tells the server which mails were taken. Where the connection is lost over it, that is done at the next visit; where the
/// server refuses it, at the next look. Gives the refusal: nothing is lost by it, as no mail is taken twice.
async fn file(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    validity: i64,
    session: &mut Session,
) -> Result<Option<String>, Trouble> {
    loop {
        let (id, name) = (mailbox.id, folder.to_owned());
        let rows = room.books.read(move |db| store::unfiled(db, id, &name, validity, FILED_AT_ONCE)).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let (ids, uids): (Vec<_>, Vec<_>) =
            rows.into_iter().filter_map(|(id, uid)| Some((id, u32::try_from(uid).ok()?))).unzip();
        let told = match mailbox.card.after_taking {
            AfterTaking::Leave => Ok(()),
            AfterTaking::Seen => session.mark_seen(&uids).await,
            AfterTaking::Move => move_taken(mailbox, session, &uids).await,
        };
        match told {
            Ok(()) => {}
            Err(refused @ imap::Error::Refused(_)) => {
                tracing::info!(mailbox = mailbox.card.name, folder, %refused, "mails that were taken stay where they are");
                return Ok(Some(refused.to_string()));
            }
            Err(error) => return Err(error.into()),
        }
        room.books.write(Actor::Mail, move |act| store::mark_filed(act.db, &ids, act.now)).await?;
    }
}

/// Moves mails to the folder of those that were taken; makes it where there is none.
async fn move_taken(mailbox: &Mailbox, session: &mut Session, uids: &[u32]) -> imap::Result<()> {
    let folder = &mailbox.card.taken_folder;
    let moved = match session.move_to(uids, folder).await {
        Err(first @ imap::Error::Refused(_)) => match session.create(folder).await {
            Ok(()) => session.move_to(uids, folder).await?,
            // It was there; what counts is why it takes no mails.
            Err(imap::Error::Refused(_)) => return Err(first),
            Err(error) => return Err(error),
        },
        moved => moved?,
    };
    if matches!(moved, Moved::OnlySeen) {
        tracing::info!(mailbox = mailbox.card.name, "the server can't move mails safely; they are marked as seen");
    }
    Ok(())
}

async fn note_fetched(room: &Room, mailbox: &Mailbox, folder: &str, unfiled: Option<String>) -> Result<()> {
    let (id, name) = (mailbox.id, folder.to_owned());
    room.books
        .write(Actor::Mail, move |act| {
            if store::note_fetched(act.db, id, &name, unfiled.as_deref(), act.now)? {
                act.record(Event::MailboxRecovered { mailbox: id });
            }
            Ok(())
        })
        .await
}

/// Waits for news.
async fn listen(session: &mut Session) -> Result<(), Trouble> {
    for _ in 0..LISTENS_MAX {
        match session.idle(tokio::time::sleep(LISTEN)).await {
            Idle::News => return Ok(()),
            Idle::Nothing => {}
            Idle::Lost(error) => return Err(error.into()),
        }
    }
    session.noop().await?;
    Ok(())
}

/// Reads every folder of a mailbox once.
///
/// # Errors
/// [`Error::Conflict`] with what went wrong, in plain words; [`Error::Busy`] while another node fetches it.
pub async fn fetch_once(room: &Room, mailbox: &Mailbox) -> Result<()> {
    let failed = |trouble: Trouble| match trouble {
        Trouble::Desk(error) => error,
        Trouble::Elsewhere => Error::Busy("error-mail-elsewhere".into()),
        Trouble::Changed => Error::Busy("error-mail-changed".into()),
        other => Error::Conflict(Message::new("error-mail-fetch").with("text", other.to_string())),
    };
    leased(room, mailbox, read_once(room, mailbox)).await.map_err(failed)
}

async fn read_once(room: &Room, mailbox: &Mailbox) -> Result<(), Trouble> {
    let mut withheld = Vec::new();
    for folder in mailbox.folders() {
        let mut doubts = Doubts::default();
        let mut visits = 1;
        // Which mail ends the connection is found out by asking for fewer at once.
        while let Err(trouble) = read_folder(room, mailbox, &folder, &mut doubts).await {
            if visits == VISITS_MAX || !doubts.has_learned() {
                return Err(trouble);
            }
            visits += 1;
        }
        withheld.extend(doubts.told().map(|told| format!("{folder}: {told}")));
    }
    if withheld.is_empty() { Ok(()) } else { Err(Trouble::Withheld(withheld.join(" "))) }
}

async fn read_folder(room: &Room, mailbox: &Mailbox, folder: &str, doubts: &mut Doubts) -> Result<(), Trouble> {
    let mut session = connect(room, mailbox).await?;
    let selected = session.select(folder).await?;
    let (validity, since_at) = begin_folder(room, mailbox, folder, selected.uid_validity).await?;
    doubts.begin(validity);
    let place = Place { room, mailbox, folder, validity, since_at, left_too: false };
    catch_up(place, &mut session, doubts).await?;
    reconcile(place, &mut session, doubts).await?;
    let unfiled = file(room, mailbox, folder, validity, &mut session).await?;
    note_fetched(room, mailbox, folder, unfiled).await?;
    session.logout().await;
    Ok(())
}
