//! What is held back: senders of a great many letters, and limits that were reached.

use maud::{Markup, html};

use super::{Shown, mailbox_name};
use crate::accounts::Me;
use crate::mailboxes::{AddressState, LimitOf};
use crate::web::ui::{Button, Column, Kind, Row, Table, Tone, ago, badge, card, hidden, post, time, user_text};

/// The card above the mailboxes; nothing when nothing is held back.
pub(super) fn held_back(me: &Me, shown: &Shown) -> Markup {
    let l = me.locale();
    let held = &shown.held;
    let body = html! {
        @if !held.muted.is_empty() {
            p.dim { (l.t("held-muted-text")) }
            (senders(me, &held.muted))
        }
        @if !held.limits.is_empty() {
            ul.prose {
                @for limit in &held.limits {
                    li { (user_text(&told(me, shown, &limit.of))) " " span.faint { (ago(l, limit.at, me.visit.now)) } }
                }
            }
        }
    };
    let mark = badge(Tone::Warn, "triangle-alert", &l.t("held-badge"));
    html! { @if !held.muted.is_empty() || !held.limits.is_empty() { (card(&l.t("held-title"), mark, body)) } }
}

fn senders(me: &Me, muted: &[AddressState]) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("outbox-address")),
        Column::new(&l.t("held-why")).wide(),
        Column::new(&l.t("held-until")),
        Column::new(&l.t("call-actions")),
    ];
    let row = |state: &AddressState| {
        let query: String = url::form_urlencoded::byte_serialize(state.address.as_bytes()).collect();
        let letters = format!("/admin/mail/ledger?q={query}");
        let cells = vec![
            html! { a href=(letters) { (user_text(&state.address)) } },
            html! { @if let Some(why) = state.muted_for { (l.t_word("held-why", why.word())) } },
            html! { @if let Some(until) = state.muted_until_at { (time(l, until)) } },
            post(
                &me.visit.csrf,
                "/admin/mail/addresses/hear",
                html! {
                    (hidden("address", &state.address))
                    (Button::submit(&l.t("held-hear")).icon("bell").kind(Kind::Quiet))
                },
            ),
        ];
        Row::new(&format!("m-{}", state.address), cells)
    };
    html! { (Table::new(&l.t("held-muted"), columns, muted.iter().map(row).collect())) }
}

/// A limit in a sentence.
fn told(me: &Me, shown: &Shown, of: &LimitOf) -> String {
    let l = me.locale();
    let name = |agent| shown.agents.iter().find(|(id, _)| *id == agent).map_or("", |(_, name)| name.as_str());
    match of {
        LimitOf::Notices { agent: Some(agent), writer: Some(writer), .. } => {
            l.t_with("held-notices-writer", &[("agent", name(*agent).into()), ("writer", writer.as_str().into())])
        }
        LimitOf::Notices { agent: Some(agent), notice, .. } => {
            let what = l.t_word("held-kind", notice);
            l.t_with("held-notices-agent", &[("agent", name(*agent).into()), ("what", what.into())])
        }
        LimitOf::Notices { notice, .. } => {
            l.t_with("held-notices-all", &[("what", l.t_word("held-kind", notice).into())])
        }
        LimitOf::Acknowledgements { mailbox: Some(mailbox) } => {
            let name = mailbox_name(&shown.mailboxes, *mailbox);
            l.t_with("held-acknowledgements-box", &[("mailbox", name.into())])
        }
        LimitOf::Acknowledgements { mailbox: None } => l.t("held-acknowledgements-all"),
    }
}
