//! One mail: all that is known of it, and what can be done with one that nobody could read.

use maud::{Markup, html};

use super::ledger::{HERE, outcome_badge, ticket_link};
use super::reason;
use crate::accounts::Me;
use crate::mailboxes::{Inbound, Mailbox, Outcome, uid_validity_of};
use crate::tickets::TicketNumber;
use crate::web::ui::{
    Again, Button, Field, Kind, Tone, above, card, facts, notice, page_head, panel, post, time, user_text,
};

/// The page of a mail. `head` is the first of it as text; nothing when its file is gone. `why` is what was typed of a reason.
pub fn mail(me: &Me, row: &Inbound, mailbox: &Mailbox, head: Option<&str>, why: &str, again: &Again) -> Markup {
    let l = me.locale();
    let title = if row.subject.is_empty() { l.t("ledger-no-subject") } else { row.subject.clone() };
    let actions = html! {
        @if head.is_some() {
            (Button::link(&format!("{HERE}/{}/raw", row.id), &l.t("ledger-download")).icon("download"))
        }
    };
    html! {
        (above(l, HERE, "ledger-title"))
        (page_head(&title, actions))
        (told(me, row))
        div.split {
            div {
                (panel(facts(&known(me, row, mailbox))))
                @if row.outcome == Outcome::Quarantined { (choices(me, row, why, again)) }
                @if row.outcome == Outcome::TooLarge && !row.is_imported() { (fetch_whole(me, row)) }
            }
            div {
                (card(&l.t("ledger-head"), html! {}, html! {
                    @match head {
                        Some(head) => pre.mono dir="auto" tabindex="0" { (head) },
                        None => p.dim { (l.t("ledger-no-file")) },
                    }
                }))
            }
        }
    }
}

/// What became of it, in a sentence.
fn told(me: &Me, row: &Inbound) -> Markup {
    let l = me.locale();
    let tone = match row.outcome {
        Outcome::Quarantined => Tone::Bad,
        Outcome::TooLarge => Tone::Warn,
        Outcome::Entry => Tone::Good,
        _ => Tone::Info,
    };
    notice(
        tone,
        html! {
            strong { (l.t_word("mail-outcome-told", row.outcome.word())) }
            @if !row.reason.is_empty() { " " (user_text(&reason(l, &row.reason))) }
            @if let Some(ticket) = row.ticket { " " (ticket_link(TicketNumber::of(ticket))) }
        },
    )
}

fn known(me: &Me, row: &Inbound, mailbox: &Mailbox) -> Vec<(String, Markup)> {
    let l = me.locale();
    let size = l.bytes(u64::try_from(row.size_bytes).unwrap_or_default());
    let when = |at: Option<crate::base::Timestamp>| html! { @if let Some(at) = at { (time(l, at)) } };
    let place = if row.is_imported() { row.folder.clone() } else { format!("{} · UID {}", row.folder, row.uid) };
    vec![
        (l.t("ledger-outcome"), outcome_badge(l, row.outcome)),
        (l.t("ledger-from"), user_text(&row.sender)),
        (l.t("ledger-message-id"), html! { span.mono { (user_text(&row.message_id)) } }),
        (l.t("ledger-mailbox"), user_text(&mailbox.card.name)),
        (
            l.t("ledger-place"),
            html! { (user_text(&place)) @if !row.is_imported() { div.faint.nums { "UIDVALIDITY " (uid_validity_of(row.uid_validity)) } } },
        ),
        (l.t("ledger-size"), html! { span.nums { (size) } }),
        (l.t("ledger-seen"), when(Some(row.seen_at))),
        (l.t("ledger-settled"), when(row.settled_at)),
        (l.t("ledger-filed"), when(row.filed_at)),
        (l.t("ledger-attempts"), html! { span.nums { (l.number(row.attempts)) } }),
    ]
}

/// The way to the rest of a mail of which the beginning was taken.
fn fetch_whole(me: &Me, row: &Inbound) -> Markup {
    let l = me.locale();
    let form = html! {
        div.form { p.dim { (l.t("ledger-whole-text")) }
            div.actions { (Button::submit(&l.t("ledger-whole")).icon("download")) } }
    };
    card(&l.t("ledger-what-now"), html! {}, post(&me.visit.csrf, &format!("{HERE}/{}/whole", row.id), form))
}

/// What can be done with a mail that nobody could read.
fn choices(me: &Me, row: &Inbound, why: &str, again: &Again) -> Markup {
    let l = me.locale();
    let csrf = &me.visit.csrf;
    let at = |what: &str| format!("{HERE}/{}/{what}", row.id);
    let body = html! {
        div.stack {
            (post(csrf, &at("retry"), html! {
                div.form { p.dim { (l.t("ledger-retry-text")) }
                    div.actions { (Button::submit(&l.t("ledger-retry")).icon("refresh-cw")) } }
            }))
            (post(csrf, &at("ticket"), html! {
                div.form { p.dim { (l.t("ledger-ticket-text")) }
                    div.actions { (Button::submit(&l.t("ledger-ticket")).icon("plus").kind(Kind::Plain)) } }
            }))
            (post(csrf, &at("refuse"), html! {
                div.form {
                    (again.summary(l))
                    (Field::text("reason", &l.t("ledger-refuse-reason")).value(why).hint(&l.t("ledger-refuse-text"))
                        .problems(l, &again.problems).autocomplete("off").characters_max(200).required())
                    div.actions { (Button::submit(&l.t("ledger-refuse")).icon("x").kind(Kind::Danger)) }
                }
            }))
        }
    };
    card(&l.t("ledger-what-now"), html! {}, body)
}
