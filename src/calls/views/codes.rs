//! The pages of wrap-up codes and of blocked numbers.

use maud::{Markup, html};

use crate::accounts::Me;
use crate::base::id::AgentId;
use crate::calls::pages::{BlockForm, CodeForm};
use crate::calls::{BlockedNumber, WrapUpCode};
use crate::web::ui::{
    Again, Button, Column, Field, Kind, Row, Table, Tone, card, dot, empty, hidden, page_head, panel, post, time,
    user_text,
};

/// The wrap-up codes.
pub fn codes(me: &Me, codes: &[WrapUpCode], form: &CodeForm, again: &Again) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("account-name")).wide(),
        Column::new(&l.t("account-state")),
        Column::new(&l.t("call-actions")),
    ];
    html! {
        (page_head(&l.t("wrap-up-codes"), html! {}))
        (card(&l.t("wrap-up-new"), html! {}, post(&me.visit.csrf, "/admin/wrap-up", html! {
            div.form {
                (again.summary(l))
                (Field::text("name", &l.t("account-name")).value(&form.name).hint(&l.t("wrap-up-hint"))
                    .problems(l, &again.problems).characters_max(40).autocomplete("off").required())
                div.actions { (Button::submit(&l.t("wrap-up-add"))) }
            }
        })))
        @if codes.is_empty() { (panel(empty("tag", &l.t("wrap-up-empty"), &l.t("wrap-up-empty-text"), html! {}))) }
        @else { (Table::new(&l.t("wrap-up-codes"), columns, codes.iter().map(|code| code_row(me, code)).collect())) }
    }
}

fn code_row(me: &Me, code: &WrapUpCode) -> Row {
    let l = me.locale();
    let place = format!("/admin/wrap-up/{}", code.id);
    let archived = code.archived_at.is_some();
    let (tone, word) = if archived { (Tone::Neutral, "teams-archived") } else { (Tone::Good, "account-active") };
    let switch = if archived { ("0", "wrap-up-restore") } else { ("1", "wrap-up-archive") };
    let cells = vec![
        html! {
            (post(&me.visit.csrf, &place, html! {
                div.inline-form {
                    input name="name" value=(code.name) maxlength="40" required aria-label=(l.t("account-name")) dir="auto" autocomplete="off";
                    (Button::submit(&l.t("account-save")).kind(Kind::Quiet))
                }
            }))
        },
        dot(tone, &l.t(word)),
        post(
            &me.visit.csrf,
            &place,
            html! { (hidden("archived", switch.0)) (Button::submit(&l.t(switch.1)).kind(Kind::Quiet)) },
        ),
    ];
    Row::new(&format!("code-{}", code.id), cells)
}

/// The blocked numbers.
pub fn blocked(
    me: &Me,
    numbers: &[BlockedNumber],
    names: &[(AgentId, String)],
    form: &BlockForm,
    again: &Again,
) -> Markup {
    let l = me.locale();
    let columns = vec![
        Column::new(&l.t("blocked-number")),
        Column::new(&l.t("blocked-note")).wide(),
        Column::new(&l.t("blocked-since")),
        Column::new(&l.t("blocked-until")),
        Column::new(&l.t("call-actions")),
    ];
    html! {
        (page_head(&l.t("blocked-title"), html! {}))
        (card(&l.t("blocked-new"), html! {}, post(&me.visit.csrf, "/admin/blocked", html! {
            div.form {
                (again.summary(l))
                p.dim { (l.t("blocked-text")) }
                (Field::text("number", &l.t("blocked-number")).value(&form.number).problems(l, &again.problems)
                    .characters_max(40).autocomplete("off").required())
                (Field::text("note", &l.t("blocked-note")).value(&form.note).characters_max(120).autocomplete("off"))
                div.actions { (Button::submit(&l.t("blocked-add"))) }
            }
        })))
        @if numbers.is_empty() { (panel(empty("phone-off", &l.t("blocked-empty"), &l.t("blocked-empty-text"), html! {}))) }
        @else { (Table::new(&l.t("blocked-title"), columns, numbers.iter().map(|number| blocked_row(me, number, names)).collect())) }
    }
}

fn blocked_row(me: &Me, number: &BlockedNumber, names: &[(AgentId, String)]) -> Row {
    let l = me.locale();
    let by = names.iter().find(|(id, _)| Some(*id) == number.blocked_by);
    let cells = vec![
        html! { bdi.nums { (number.number_key) } },
        user_text(&number.note),
        html! { (time(l, number.blocked_at)) @if let Some((_, name)) = by { " " span.dim { (user_text(name)) } } },
        html! { @match number.until_at { Some(until) => (time(l, until)), None => (l.t("blocked-always")) } },
        post(
            &me.visit.csrf,
            "/admin/blocked/remove",
            html! { (hidden("number", &number.number_key)) (Button::submit(&l.t("blocked-remove")).kind(Kind::Quiet)) },
        ),
    ];
    Row::new(&format!("blocked-{}", number.number_key.trim_start_matches('+')), cells)
}
