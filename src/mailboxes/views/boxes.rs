//! All mailboxes and how they are.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::held::held_back;
use crate::accounts::{Me, Team};
use crate::base::Timestamp;
use crate::base::id::{AgentId, MailboxId};
use crate::mailboxes::{FolderState, HeldBack, MailHour, Mailbox, Queue};
use crate::web::Locale;
use crate::web::ui::chart::sparkline;
use crate::web::ui::{
    Button, Kind, Tone, above, ago, badge, card, empty, facts, hx, link_card, notice, page_head, panel, user_text,
};

/// After how long without a look at the server something is wrong.
const LATE_MS: i64 = 15 * 60_000;

/// Hours of which it is shown how many mails came.
const HOURS: i64 = 24;
const HOUR_MS: i64 = 3_600_000;

/// What the page of all mailboxes shows.
pub(in crate::mailboxes) struct Shown {
    pub mailboxes: Vec<Mailbox>,
    pub folders: Vec<FolderState>,
    /// Mails that are not accounted for.
    pub unaccounted: BTreeMap<MailboxId, i64>,
    pub queues: Vec<Queue>,
    /// Mails since [`first_hour`].
    pub hours: Vec<MailHour>,
    pub teams: Vec<Team>,
    /// The names of agents in `held`.
    pub agents: Vec<(AgentId, String)>,
    pub held: HeldBack,
}

/// How a mailbox is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Off,
    Sample,
    NeedsSignIn,
    GivenUp,
    Failing,
    NotSending,
    Waiting,
    Late,
    SendingLate,
    SignInEnds(Timestamp),
    Good,
}

fn state(mailbox: &Mailbox, now: Timestamp) -> State {
    let needs = mailbox.needs_sign_in_at;
    match () {
        () if mailbox.disabled_at.is_some() => State::Off,
        () if mailbox.is_sample() => State::Sample,
        () if !mailbox.has_secret || needs.is_some_and(|at| at <= now) => State::NeedsSignIn,
        () if !mailbox.is_tried() => State::GivenUp,
        () if mailbox.failing_since_at.is_some() => State::Failing,
        () if mailbox.sending.auth_failures > 0 => State::NotSending,
        () if mailbox.fetched_at.is_none() => State::Waiting,
        () if mailbox.fetched_at.is_some_and(|at| now.since_ms(at) > LATE_MS) => State::Late,
        () if mailbox.sending.failing_since_at.is_some_and(|at| now.since_ms(at) > LATE_MS) => State::SendingLate,
        () => match needs.filter(|_| mailbox.sign_in_ends_soon(now)) {
            Some(at) => State::SignInEnds(at),
            None => State::Good,
        },
    }
}

fn state_badge(l: &Locale, state: State) -> Markup {
    let (tone, icon, key) = match state {
        State::Off => (Tone::Neutral, "pause", "boxes-off"),
        State::Sample => (Tone::Neutral, "info", "boxes-sample"),
        State::NeedsSignIn => (Tone::Bad, "key", "boxes-needs-sign-in"),
        State::GivenUp => (Tone::Bad, "circle-alert", "boxes-given-up"),
        State::Failing => (Tone::Bad, "circle-alert", "boxes-failing"),
        State::NotSending => (Tone::Bad, "circle-alert", "boxes-not-sending"),
        State::Waiting => (Tone::Info, "hourglass", "boxes-waiting"),
        State::Late => (Tone::Warn, "clock", "boxes-late"),
        State::SendingLate => (Tone::Warn, "clock", "boxes-sending-late"),
        State::SignInEnds(_) => (Tone::Warn, "key", "boxes-sign-in-ends"),
        State::Good => (Tone::Good, "check", "boxes-good"),
    };
    badge(tone, icon, &l.t(key))
}

/// The page around the mailboxes.
pub(in crate::mailboxes) fn list(me: &Me, is_empty: bool, part: Markup) -> Markup {
    let l = me.locale();
    let new = Button::link("/admin/mail/new", &l.t("boxes-new")).icon("plus").kind(Kind::Primary);
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("boxes-title"), html! { @if !is_empty { (new) } }))
        (part)
        @if !is_empty {
            div.places {
                (link_card("/admin/mail/ledger", "list", &l.t("boxes-ledger"), &l.t("boxes-ledger-text")))
                (link_card("/admin/mail/outbox", "send", &l.t("boxes-outbox"), &l.t("boxes-outbox-text")))
                (link_card("/admin/mail/texts", "file-text", &l.t("boxes-texts"), &l.t("boxes-texts-text")))
            }
        }
    }
}

/// The mailboxes themselves, which follow what happens.
pub(in crate::mailboxes) fn boxes(me: &Me, shown: &Shown) -> Markup {
    let l = me.locale();
    let new = Button::link("/admin/mail/new", &l.t("boxes-new")).icon("plus").kind(Kind::Primary);
    let content = html! {
        @if shown.mailboxes.is_empty() {
            (panel(empty("mail", &l.t("boxes-empty"), &l.t("boxes-empty-text"), html! { (new) })))
        } @else {
            div.stack {
                (held_back(me, shown))
                @for mailbox in &shown.mailboxes { (one(me, mailbox, shown)) }
            }
        }
    };
    hx::region("boxes", "/admin/mail", &["mail"], content)
}

fn one(me: &Me, mailbox: &Mailbox, shown: &Shown) -> Markup {
    let (l, now) = (me.locale(), me.visit.now);
    let place = format!("/admin/mail/{}", mailbox.id);
    let state = state(mailbox, now);
    let team = shown.teams.iter().find(|team| Some(team.id) == mailbox.card.team);
    let moment =
        |at: Option<Timestamp>| html! { @if let Some(at) = at { (ago(l, at, now)) } @else { (l.t("boxes-never")) } };
    let pairs = [
        (l.t("boxes-address"), user_text(&mailbox.card.address)),
        (l.t("boxes-team"), html! { @if let Some(team) = team { (user_text(&team.name)) } }),
        (l.t("boxes-newest"), moment(mailbox.newest_mail_at)),
        (l.t("boxes-fetched"), moment(mailbox.fetched_at)),
        (l.t("boxes-hours"), hours(l, mailbox, &shown.hours, now)),
        (l.t("boxes-lag"), lag(l, mailbox, &shown.folders, now)),
        (l.t("boxes-unaccounted"), unaccounted(l, mailbox, shown)),
        (l.t("boxes-queue"), queue(me, mailbox, &shown.queues)),
    ];
    let actions = html! {
        (state_badge(l, state))
        (Button::link(&place, &l.t("boxes-set-up")).icon("settings").kind(Kind::Quiet))
    };
    html! { div id={ "box-" (mailbox.id) } { (card(&mailbox.card.name, actions, html! { (told(me, mailbox, state)) (told_of_sending(me, mailbox)) (told_of_filing(l, mailbox, &shown.folders)) (told_of_withheld(l, mailbox, &shown.folders)) (facts(&pairs)) })) } }
}

/// The watched folders as far as they are read.
fn own<'a>(mailbox: &Mailbox, folders: &'a [FolderState]) -> Vec<&'a FolderState> {
    let watched = mailbox.folders();
    folders.iter().filter(|folder| folder.mailbox == mailbox.id && watched.contains(&folder.name)).collect()
}

/// How long the oldest mail has waited that is known to be on the server and is not taken.
fn lag(l: &Locale, mailbox: &Mailbox, folders: &[FolderState], now: Timestamp) -> Markup {
    let oldest = own(mailbox, folders).into_iter().filter_map(|folder| folder.behind_since_at).min();
    html! {
        @match oldest {
            Some(at) => (l.span(now.since_ms(at).max(0))),
            None if mailbox.fetched_at.is_some() => (l.t("boxes-lag-none")),
            None => {}
        }
    }
}

/// The beginning of the first of the 24 hours that are shown: this one is the last.
pub(in crate::mailboxes) fn first_hour(now: Timestamp) -> Timestamp {
    Timestamp((now.0 / HOUR_MS - HOURS + 1) * HOUR_MS)
}

/// How many mails came in each of these hours.
fn hours(l: &Locale, mailbox: &Mailbox, all: &[MailHour], now: Timestamp) -> Markup {
    let first = first_hour(now).0 / HOUR_MS;
    let of =
        |hour: i64| all.iter().find(|one| one.mailbox == mailbox.id && one.hour == hour).map_or(0, |one| one.mails);
    let counts: Vec<i64> = (first..first + HOURS).map(of).collect();
    let (sum, most) = (counts.iter().sum::<i64>(), counts.iter().copied().max().unwrap_or_default());
    let args = [("count", sum.into()), ("most", most.into())];
    html! { @if sum > 0 { (sparkline(&counts)) " " } (l.t_with("boxes-hours-count", &args)) }
}

/// Letters that wait for the server.
fn queue(me: &Me, mailbox: &Mailbox, queues: &[Queue]) -> Markup {
    let (l, now) = (me.locale(), me.visit.now);
    html! {
        @match queues.iter().find(|queue| queue.mailbox == mailbox.id) {
            Some(queue) => a href={ "/admin/mail/outbox?state=queued&mailbox=" (mailbox.id) } {
                @let span = l.span(queue.oldest_at.map_or(0, |at| now.since_ms(at).max(0)));
                (l.t_with("boxes-queue-count", &[("count", queue.letters.into()), ("span", span.into())]))
            },
            None => (l.t("boxes-queue-none")),
        }
    }
}

/// Mails that are not accounted for: none, or an alarm. A folder that was never compared says nothing.
fn unaccounted(l: &Locale, mailbox: &Mailbox, shown: &Shown) -> Markup {
    match shown.unaccounted.get(&mailbox.id).copied().unwrap_or_default() {
        0 if mailbox.is_compared(&shown.folders) => badge(Tone::Good, "check", &l.number(0)),
        0 => html! { (l.t("boxes-not-compared")) },
        some => badge(Tone::Bad, "circle-alert", &l.number(some)),
    }
}

/// What is wrong, and what leads out of it.
fn told(me: &Me, mailbox: &Mailbox, state: State) -> Markup {
    let (l, now) = (me.locale(), me.visit.now);
    let place = format!("/admin/mail/{}", mailbox.id);
    let sign_in = Button::link(&format!("{place}/sign-in"), &l.t("boxes-sign-in")).icon("key").kind(Kind::Plain);
    let why = html! { @if let Some(failure) = &mailbox.failure { " " (user_text(failure)) } };
    match state {
        State::NeedsSignIn => notice(Tone::Bad, html! { (l.t("boxes-needs-sign-in-text")) (why) " " (sign_in) }),
        State::GivenUp => notice(
            Tone::Bad,
            html! { (l.t("boxes-given-up-text")) (why) " " (Button::link(&place, &l.t("boxes-mend")).kind(Kind::Plain)) },
        ),
        State::Failing => notice(
            Tone::Bad,
            html! {
                (l.t("boxes-failing-since"))
                @if let Some(at) = mailbox.failing_since_at { " " (ago(l, at, now)) }
                "." (why) " " (Button::link(&format!("{place}/test"), &l.t("trial-title")).kind(Kind::Plain))
            },
        ),
        State::SignInEnds(at) => {
            let text = l.t_with("boxes-sign-in-ends-text", &[("date", l.date(at).into())]);
            notice(Tone::Warn, html! { (text) " " (sign_in) })
        }
        State::Late => notice(Tone::Warn, html! { (l.t("boxes-late-text")) }),
        State::Sample => notice(Tone::Info, html! { (l.t("boxes-sample-text")) }),
        State::Off | State::Waiting | State::Good | State::NotSending | State::SendingLate => html! {},
    }
}

/// What is wrong with sending, however it is with reading.
fn told_of_sending(me: &Me, mailbox: &Mailbox) -> Markup {
    let (l, now, sending) = (me.locale(), me.visit.now, &mailbox.sending);
    let ms = sending.failing_since_at.map_or(0, |at| now.since_ms(at).max(0));
    let (tone, key) = match () {
        () if mailbox.disabled_at.is_some() => return html! {},
        () if sending.is_given_up() => (Tone::Bad, "boxes-sending-given-up-text"),
        () if sending.auth_failures > 0 => (Tone::Bad, "boxes-not-sending-text"),
        () if ms > LATE_MS => (Tone::Warn, "boxes-sending-late-text"),
        () => return html! {},
    };
    let place = format!("/admin/mail/{}", mailbox.id);
    let content = html! {
        (l.t_with(key, &[("span", l.span(ms).into())]))
        @if let Some(failure) = &sending.failure { " " (user_text(failure)) }
        " " (Button::link(&place, &l.t("boxes-mend")).kind(Kind::Plain))
    };
    notice(tone, content)
}

/// Why mails that were taken stay where they are on the server.
fn told_of_filing(l: &Locale, mailbox: &Mailbox, folders: &[FolderState]) -> Markup {
    let why = own(mailbox, folders).into_iter().find_map(|folder| folder.unfiled.as_deref());
    html! {
        @if let Some(why) = why.filter(|_| mailbox.disabled_at.is_none()) {
            (notice(Tone::Warn, html! { (l.t("boxes-unfiled-text")) " " (user_text(why)) }))
        }
    }
}

/// Which mails the server does not hand over.
fn told_of_withheld(l: &Locale, mailbox: &Mailbox, folders: &[FolderState]) -> Markup {
    let withheld = own(mailbox, folders).into_iter().filter_map(|folder| Some((folder, folder.withheld.as_deref()?)));
    html! {
        @for (folder, why) in withheld.filter(|_| mailbox.disabled_at.is_none()) {
            @let text = l.t_with("boxes-withheld-text", &[("folder", folder.name.as_str().into())]);
            (notice(Tone::Bad, html! { (text) " " (user_text(why)) }))
        }
    }
}

/// What is wrong with a mailbox now, for its own page.
pub(super) fn troubles(me: &Me, mailbox: &Mailbox) -> Markup {
    html! { (told(me, mailbox, state(mailbox, me.visit.now))) (told_of_sending(me, mailbox)) }
}

/// How a mailbox is, for the head of its own page.
pub(super) fn state_of(me: &Me, mailbox: &Mailbox) -> Markup {
    state_badge(me.locale(), state(mailbox, me.visit.now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::MailboxId;
    use crate::mailboxes::{MailboxCard, SendingState};

    #[test]
    fn the_worst_is_told_first() {
        let now = Timestamp(1_000_000_000);
        let good = Mailbox {
            id: MailboxId(1),
            card: MailboxCard::default(),
            has_secret: true,
            disabled_at: None,
            fetched_at: Some(now),
            newest_mail_at: None,
            failing_since_at: None,
            failure: None,
            needs_sign_in_at: None,
            auth_failures: 0,
            sending: SendingState::default(),
            updated_at: now,
            created_at: now,
        };
        let is = |mailbox: &Mailbox| state(mailbox, now);
        assert_eq!(is(&good), State::Good);
        assert_eq!(is(&Mailbox { has_secret: false, ..good.clone() }), State::NeedsSignIn);
        let mut sample = Mailbox { has_secret: false, ..good.clone() };
        sample.card.imap.host = "imap.desk.example".into();
        assert_eq!(is(&sample), State::Sample, "its server can't exist");
        assert_eq!(is(&Mailbox { has_secret: true, ..sample }), State::Good);
        assert_eq!(is(&Mailbox { auth_failures: 5, failing_since_at: Some(now), ..good.clone() }), State::GivenUp);
        let refused = SendingState { auth_failures: 1, failing_since_at: Some(now), ..SendingState::default() };
        assert_eq!(is(&Mailbox { sending: refused, ..good.clone() }), State::NotSending);
        let dead = |ms: i64| SendingState { failing_since_at: Some(now.plus_ms(-ms)), ..SendingState::default() };
        assert_eq!(is(&Mailbox { sending: dead(LATE_MS), ..good.clone() }), State::Good);
        assert_eq!(is(&Mailbox { sending: dead(LATE_MS + 1), ..good.clone() }), State::SendingLate);
        const WEEK_MS: i64 = 7 * 86_400_000;
        let soon = now.plus_ms(WEEK_MS);
        assert_eq!(is(&Mailbox { needs_sign_in_at: Some(soon), ..good.clone() }), State::SignInEnds(soon));
        assert_eq!(is(&Mailbox { needs_sign_in_at: Some(now.plus_ms(WEEK_MS + 1)), ..good.clone() }), State::Good);
        assert_eq!(is(&Mailbox { needs_sign_in_at: Some(now), disabled_at: Some(now), ..good.clone() }), State::Off);
        assert_eq!(is(&Mailbox { fetched_at: Some(now.plus_ms(-LATE_MS - 1)), ..good }), State::Late);
    }
}
