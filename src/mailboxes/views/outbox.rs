//! The outbox, and the addresses that mail does not reach.

use maud::{Markup, html};

use super::ledger::ticket_link;
use super::{mailbox_choices, mailbox_name};
use crate::accounts::Me;
use crate::base::Page;
use crate::mailboxes::pages::OutboxQuery;
use crate::mailboxes::{AddressState, Mailbox, Outbound, OutboundState};
use crate::tickets::TicketNumber;
use crate::web::Locale;
use crate::web::ui::{
    Button, Column, Field, Kind, Row, Table, Tone, above, ago, badge, card, empty, hidden, hx, page_head, pager, post,
    user_text,
};

const HERE: &str = "/admin/mail/outbox";

/// The page around the rows.
pub fn outbox(me: &Me, query: &OutboxQuery, boxes: &[Mailbox], part: Markup) -> Markup {
    let l = me.locale();
    let states =
        OutboundState::ALL.iter().map(|state| (state.word().to_owned(), l.t_word("outbox-state", state.word())));
    let states = std::iter::once((String::new(), l.t("mail-any"))).chain(states);
    html! {
        (above(l, "/admin/mail", "boxes-title"))
        (page_head(&l.t("outbox-title"), html! { (Button::link("/admin/mail/ledger", &l.t("ledger-title")).icon("inbox")) }))
        (hx::filters(&l.t("tickets-filter"), HERE, "outbox-found", html! {
            (Field::line("search", "to", &l.t("outbox-to")).value(&query.to).placeholder("ada@example.org"))
            (Field::select("state", &l.t("outbox-state"), states.collect()).value(&query.state))
            (Field::select("mailbox", &l.t("ledger-mailbox"), mailbox_choices(l, boxes)).value(&query.mailbox))
            (Button::submit(&l.t("tickets-filter")).kind(Kind::Plain))
        }))
        div.stack id="outbox-found" { (part) }
    }
}

/// The rows, loaded anew when letters go.
pub fn outbox_part(
    me: &Me,
    query: &OutboxQuery,
    boxes: &[Mailbox],
    page: &Page<Outbound>,
    dead: &[AddressState],
) -> Markup {
    let l = me.locale();
    let first = (!query.after.is_empty()).then(|| query.href(HERE, None));
    let next = page.next.map(|cursor| query.href(HERE, Some(cursor)));
    let here = query.href(HERE, crate::base::Cursor::decode(&query.after));
    let rows = page.rows.iter().map(|letter| line(me, boxes, letter)).collect();
    let content = html! {
        @if !page.rows.is_empty() {
            (Table::new(&l.t("outbox-title"), columns(l), rows))
            (pager(l, first.as_deref(), next.as_deref()))
        } @else if query.is_narrow() {
            (empty("search", &l.t("outbox-no-match"), &l.t("outbox-no-match-text"), html! { (Button::link(HERE, &l.t("ledger-all"))) }))
        } @else {
            (empty("send", &l.t("outbox-none"), &l.t("outbox-none-text"), html! {}))
        }
        @if !dead.is_empty() { (card(&l.t("outbox-dead"), html! {}, addresses(me, dead))) }
    };
    hx::region("outbox", &here, &["mail"], content)
}

fn columns(l: &Locale) -> Vec<Column> {
    vec![
        Column::new(&l.t("ledger-when")),
        Column::new(&l.t("outbox-to")),
        Column::new(&l.t("ledger-subject")).wide(),
        Column::new(&l.t("ledger-mailbox")),
        Column::new(&l.t("outbox-state")),
        Column::number(&l.t("outbox-tries")),
        Column::new(&l.t("call-ticket")),
        Column::new(&l.t("call-actions")),
    ]
}

fn line(me: &Me, boxes: &[Mailbox], letter: &Outbound) -> Row {
    let l = me.locale();
    let mut to = letter.recipients.all();
    let (one, more) = (to.next().unwrap_or_default(), to.count());
    let cells = vec![
        ago(l, letter.created_at, me.visit.now),
        html! { (user_text(one)) @if more > 0 { " " span.faint.nums { "+" (more) } } },
        html! { (user_text(&letter.subject)) div.faint { (l.t_word("outbox-kind", letter.kind.word())) } },
        user_text(&mailbox_name(boxes, letter.mailbox)),
        html! { (state_badge(l, letter.state)) div.said { (answer(l, letter)) } },
        html! { span.nums { (l.number(letter.attempts)) } },
        html! { @if let Some(ticket) = letter.ticket { (ticket_link(TicketNumber::of(ticket))) } },
        actions(me, letter),
    ];
    Row::new(&format!("o-{}", letter.id), cells).loud(letter.state == OutboundState::Failed)
}

fn state_badge(l: &Locale, state: OutboundState) -> Markup {
    let (tone, icon) = match state {
        OutboundState::Held => (Tone::Info, "pause"),
        OutboundState::Queued => (Tone::Warn, "hourglass"),
        OutboundState::Sent => (Tone::Good, "check"),
        OutboundState::Failed => (Tone::Bad, "circle-alert"),
        OutboundState::Cancelled => (Tone::Neutral, "x"),
    };
    badge(tone, icon, &l.t_word("outbox-state", state.word()))
}

/// When it is tried next, and what the server said, in plain words and in its own.
fn answer(l: &Locale, letter: &Outbound) -> Markup {
    let waits = matches!(letter.state, OutboundState::Held | OutboundState::Queued);
    let said = (letter.state != OutboundState::Sent).then(|| meaning(&letter.answer)).flatten();
    html! {
        @if waits { div.faint { (l.t_with("outbox-next", &[("time", l.moment(letter.due_at).into())])) } }
        @if waits && letter.uncertain_at.is_some() { div.faint { (l.t("outbox-uncertain")) } }
        @if let Some(key) = said { div { (l.t_word("mail-answer", key)) } }
        @if !letter.answer.is_empty() && letter.state != OutboundState::Sent { div.faint.mono { (user_text(&letter.answer)) } }
    }
}

/// What an answer of a server means (RFC 5321 section 4.2.3, RFC 3463); nothing for one that says nothing.
fn meaning(answer: &str) -> Option<&'static str> {
    let mut words = answer.split([' ', '-']);
    let code: u16 = words.next().filter(|word| word.len() == 3)?.parse().ok()?;
    let status = words.next().filter(|word| word.split('.').count() == 3).unwrap_or_default();
    let (_, detail) = status.split_once('.').unwrap_or_default();
    Some(match (code, detail) {
        (530 | 534 | 535 | 538, _) => "sign-in",
        (_, "2.2") | (552 | 452, "") => "full",
        (_, "3.4" | "2.3") => "too-large",
        (_, detail) if detail.starts_with("1.") => "unknown",
        (_, detail) if detail.starts_with("7.") => "policy",
        (_, detail) if detail.starts_with("4.") => "route",
        (550 | 551 | 553, "") => "unknown",
        (554, "") => "policy",
        (400..=499, _) => "later",
        (500..=599, _) => "refused",
        _ => return None,
    })
}

fn actions(me: &Me, letter: &Outbound) -> Markup {
    let (l, csrf) = (me.locale(), &me.visit.csrf);
    let at = |what: &str| format!("{HERE}/{}/{what}", letter.id);
    html! {
        div.row-actions {
            @match letter.state {
                OutboundState::Failed => (post(csrf, &at("retry"), html! {
                    (Button::submit(&l.t("outbox-retry")).icon_only("refresh-cw").kind(Kind::Quiet))
                })),
                OutboundState::Held | OutboundState::Queued => {
                    @if letter.state == OutboundState::Queued {
                        (post(csrf, &at("now"), html! {
                            (Button::submit(&l.t("outbox-now")).icon_only("send").kind(Kind::Quiet))
                        }))
                    }
                    (post(csrf, &at("cancel"), html! {
                        (Button::submit(&l.t("outbox-cancel")).icon_only("x").kind(Kind::Quiet))
                    }))
                }
                _ => {}
            }
        }
    }
}

fn addresses(me: &Me, dead: &[AddressState]) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("outbox-address")),
        Column::new(&l.t("outbox-since")),
        Column::new(&l.t("outbox-why")).wide(),
        Column::new(&l.t("call-actions")),
    ];
    let row = |state: &AddressState| {
        let cells = vec![
            user_text(&state.address),
            html! { @if let Some(at) = state.undeliverable_at { (ago(l, at, me.visit.now)) } },
            user_text(&state.reason),
            post(
                &me.visit.csrf,
                "/admin/mail/addresses/revive",
                html! {
                    (hidden("address", &state.address))
                    (Button::submit(&l.t("outbox-revive")).icon("check").kind(Kind::Quiet))
                },
            ),
        ];
        Row::new(&format!("a-{}", state.address), cells)
    };
    html! {
        p.dim { (l.t("outbox-dead-text")) }
        (Table::new(&l.t("outbox-dead"), columns, dead.iter().map(row).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::meaning;

    #[test]
    fn answers_of_servers_are_told_in_plain_words() {
        for (answer, wanted) in [
            ("550 5.1.1 no such user", Some("unknown")),
            ("550 no such user", Some("unknown")),
            ("552 5.2.2 over quota", Some("full")),
            ("552 5.3.4 too big", Some("too-large")),
            ("554 5.7.1 spam", Some("policy")),
            ("535 5.7.8 bad password", Some("sign-in")),
            ("535 bad password", Some("sign-in")),
            ("451 4.3.0 try again", Some("later")),
            ("571 whatever", Some("refused")),
            ("the server could not be reached", None),
            ("", None),
        ] {
            assert_eq!(meaning(answer), wanted, "{answer}");
        }
    }
}
