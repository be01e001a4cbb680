//! The ledger: what became of each mail.

use maud::{Markup, html};

use super::{mailbox_choices, mailbox_name, reason};
use crate::accounts::Me;
use crate::base::Page;
use crate::mailboxes::pages::LedgerQuery;
use crate::mailboxes::{FOUND_MAX, Inbound, Mailbox, Outcome, PARTS_MAX};
use crate::tickets::TicketNumber;
use crate::web::Locale;
use crate::web::ui::{
    Button, Column, Field, Kind, Row, Table, Tone, above, ago, badge, dot, empty, hx, notice, page_head, pager, unseen,
    user_text,
};

pub(super) const HERE: &str = "/admin/mail/ledger";

/// The page around the rows.
pub fn ledger(me: &Me, query: &LedgerQuery, boxes: &[Mailbox], part: Markup) -> Markup {
    let l = me.locale();
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.word().to_owned(), outcome_word(l, *outcome)));
    let outcomes = std::iter::once((String::new(), l.t("mail-any"))).chain(outcomes);
    let actions = html! {
        (Button::link("/admin/mail/outbox", &l.t("outbox-title")).icon("send"))
        (Button::link("/admin/mail/texts", &l.t("mail-texts-title")).icon("file-text").kind(Kind::Quiet))
    };
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t("ledger-title"), actions))
        (hx::filters(&l.t("tickets-filter"), HERE, "ledger-found", html! {
            (Field::line("search", "q", &l.t("ledger-search")).value(&query.q).placeholder(&l.t("ledger-search-hint")))
            (Field::select("mailbox", &l.t("ledger-mailbox"), mailbox_choices(l, boxes)).value(&query.mailbox))
            (Field::select("outcome", &l.t("ledger-outcome"), outcomes.collect()).value(&query.outcome))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        }))
        div.stack id="ledger-found" { (part) }
    }
}

/// How many mails there are of each outcome, and how many on servers that have none.
pub struct Sum {
    /// By outcome; one that is missing is 0.
    pub outcomes: Vec<(Outcome, i64)>,
    /// Mails on servers that the ledger does not know, and those that were begun long ago and are not decided.
    pub unaccounted: i64,
    /// Whether every folder that is watched was compared with the ledger.
    pub is_compared: bool,
}

impl Sum {
    fn of(&self, outcome: Outcome) -> i64 {
        self.outcomes.iter().find(|(own, _)| *own == outcome).map_or(0, |(_, count)| *count)
    }
}

/// The sum of all mails by what became of them; nothing before the first one.
fn sum_line(l: &Locale, sum: &Sum) -> Markup {
    let all: i64 = sum.outcomes.iter().map(|(_, count)| count).sum();
    let unaccounted = l.t_with("ledger-unaccounted", &[("count", sum.unaccounted.into())]);
    html! {
        @if all > 0 || sum.unaccounted > 0 {
            p.sum.dim {
                span { (l.t_with("ledger-sum", &[("count", all.into())])) }
                @for outcome in Outcome::ALL.iter().filter(|outcome| sum.of(**outcome) > 0) {
                    a href={ (HERE) "?outcome=" (outcome.word()) } { (outcome_word(l, *outcome)) " " (l.number(sum.of(*outcome))) }
                }
                @match sum.unaccounted {
                    0 if sum.is_compared => (dot(Tone::Good, &unaccounted)),
                    0 => (dot(Tone::Neutral, &l.t("ledger-not-compared"))),
                    _ => (dot(Tone::Bad, &unaccounted)),
                }
            }
        }
    }
}

/// The rows, loaded anew when mails come.
pub fn ledger_part(me: &Me, query: &LedgerQuery, boxes: &[Mailbox], page: &Page<Inbound>, sum: &Sum) -> Markup {
    let l = me.locale();
    let first = (!query.after.is_empty()).then(|| query.href(HERE, None));
    let next = page.next.map(|cursor| query.href(HERE, Some(cursor)));
    let here = query.href(HERE, crate::base::Cursor::decode(&query.after));
    let rows = page.rows.iter().map(|row| line(me, boxes, row)).collect();
    let content = html! {
        (sum_line(l, sum))
        @if !query.q.trim().is_empty() {
            p.dim { (l.t_with("ledger-search-bounds", &[("newest", l.number(PARTS_MAX).into()), ("most", l.number(FOUND_MAX).into())])) }
        }
        @if query.outcome != Outcome::Quarantined.word() { (quarantine_banner(l, sum.of(Outcome::Quarantined))) }
        @if !page.rows.is_empty() {
            (Table::new(&l.t("ledger-title"), columns(l), rows))
            (pager(l, first.as_deref(), next.as_deref()))
        } @else if query.is_narrow() {
            (empty("search", &l.t("ledger-no-match"), &l.t("ledger-no-match-text"), html! { (Button::link(HERE, &l.t("ledger-all"))) }))
        } @else {
            (empty("mail", &l.t("ledger-none"), &l.t("ledger-none-text"), html! {}))
        }
    };
    hx::region("ledger", &here, &["mail"], content)
}

/// Says that mails wait for somebody to look at them; nothing for none.
pub fn quarantine_banner(l: &Locale, count: i64) -> Markup {
    html! {
        @if count > 0 {
            (notice(Tone::Warn, html! {
                strong { (l.t_with("ledger-aside", &[("count", count.into())])) }
                " "
                a href={ (HERE) "?outcome=" (Outcome::Quarantined.word()) } { (l.t("ledger-aside-look")) }
            }))
        }
    }
}

/// How many mails nobody could read and how many mailboxes need a sign-in, beside a name of the navigation; nothing for none.
pub fn quarantined(l: &Locale, mails: i64, sign_ins: i64) -> Markup {
    let told = [("ledger-aside", mails), ("ledger-sign-ins", sign_ins)];
    html! {
        @if mails + sign_ins > 0 {
            (l.number(mails + sign_ins))
            @for (key, count) in told.into_iter().filter(|(_, count)| *count > 0) {
                (unseen(&format!(" {}", l.t_with(key, &[("count", count.into())]))))
            }
        }
    }
}

fn columns(l: &Locale) -> Vec<Column> {
    vec![
        Column::new(&l.t("ledger-when")),
        Column::new(&l.t("ledger-from")),
        Column::new(&l.t("ledger-subject")).wide(),
        Column::new(&l.t("ledger-mailbox")),
        Column::number(&l.t("ledger-size")),
        Column::new(&l.t("ledger-outcome")),
        Column::new(&l.t("call-ticket")),
    ]
}

fn line(me: &Me, boxes: &[Mailbox], row: &Inbound) -> Row {
    let l = me.locale();
    let cells = vec![
        ago(l, row.seen_at, me.visit.now),
        user_text(&row.sender),
        html! { @if row.subject.is_empty() { span.faint { (l.t("ledger-no-subject")) } } @else { (user_text(&row.subject)) } },
        html! { (user_text(&mailbox_name(boxes, row.mailbox))) div.faint { (user_text(&row.folder)) } },
        html! { span.nums { (l.bytes(u64::try_from(row.size_bytes).unwrap_or_default())) } },
        html! {
            (outcome_badge(l, row.outcome))
            @if !row.reason.is_empty() { div.faint { (user_text(&reason(l, &row.reason))) } }
        },
        html! { @if let Some(ticket) = row.ticket { (ticket_link(TicketNumber::of(ticket))) } },
    ];
    Row::new(&format!("m-{}", row.id), cells)
        .href(&format!("{HERE}/{}", row.id))
        .loud(row.outcome == Outcome::Quarantined)
}

/// The way to a ticket.
pub(super) fn ticket_link(number: TicketNumber) -> Markup {
    html! { a.nums href={ "/t/" (number) } { "#" (number) } }
}

/// The word for what became of a mail.
pub(super) fn outcome_word(l: &Locale, outcome: Outcome) -> String {
    l.t_word("mail-outcome", outcome.word())
}

/// What became of a mail.
pub(super) fn outcome_badge(l: &Locale, outcome: Outcome) -> Markup {
    let (tone, icon) = match outcome {
        Outcome::Reading => (Tone::Info, "hourglass"),
        Outcome::Entry => (Tone::Good, "check"),
        Outcome::Duplicate => (Tone::Neutral, "copy"),
        Outcome::Quarantined => (Tone::Bad, "triangle-alert"),
        Outcome::TooLarge => (Tone::Warn, "info"),
        Outcome::StrayBounce => (Tone::Neutral, "reply"),
        Outcome::Refused => (Tone::Neutral, "x"),
    };
    badge(tone, icon, &outcome_word(l, outcome))
}
