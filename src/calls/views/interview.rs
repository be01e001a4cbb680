//! What is asked while somebody talks: the form of a call's ticket, for a dialog over any page or for a page of its own.

use maud::{Markup, html};

use super::card::who;
use crate::accounts::Me;
use crate::calls::board::Card;
use crate::calls::pages::Asked;
use crate::tickets::views::{Form, fields, problems, title};
use crate::web::ui::{Button, Field, Kind, Tone, ago, hidden, icon, notice, post, timer, user_text};

/// A call that ended longer ago is told by when it was.
const LONG_OVER_MS: i64 = 2 * 60 * 60 * 1_000;

/// The form in its surroundings. A script that puts it into a dialog takes them as they are.
pub fn interview(me: &Me, asked: &Asked, form: &Form<'_>) -> Markup {
    let l = me.locale();
    let (call, action) = (&asked.card.call, format!("/calls/{}/interview", asked.card.call.id));
    html! {
        section.interview data-interview=(call.id) aria-labelledby="i-title" {
            (head(me, &asked.card))
            div.notice.tone-warn role="status" hidden data-missed { (icon("phone-missed")) (l.t("interview-missed")) }
            div.notice.tone-info role="status" hidden data-restored {
                (icon("history")) (l.t("interview-restored"))
                button.button.quiet type="button" data-discard { span { (l.t("interview-discard")) } }
            }
            div.notice.tone-bad role="alert" hidden data-unsent { (icon("circle-alert")) (l.t("interview-unsent")) }
            @if let Some(ticket) = &asked.card.ticket {
                @if !ticket.subject.is_empty() {
                    (notice(Tone::Info, html! { a href={ "/t/" (ticket.number()) } {
                        (l.t_with("interview-again", &[("number", ticket.number().to_string().into())])) " " (user_text(&title(l, ticket)))
                    } }))
                }
            }
            (problems(l, form.problems))
            (post(&me.visit.csrf, &action, html! {
                (hidden("rev", form.typed.get("rev")))
                div.interview-body {
                    (caller(me, asked, form))
                    (fields(me, form))
                }
                (actions(me))
            }))
        }
    }
}

fn head(me: &Me, card: &Card) -> Markup {
    let l = me.locale();
    let call = &card.call;
    html! {
        header.interview-head {
            // Of a call that is long over nobody counts the seconds.
            @if call.ended_at.is_some_and(|ended| me.visit.now.since_ms(ended) > LONG_OVER_MS) {
                span.timer { (ago(l, call.received_at, me.visit.now)) }
            } @else {
                (timer(l, call.received_at, me.visit.now, 0, 0))
            }
            div {
                @if me.visit.partial { h2 id="i-title" { (title_of(me, card)) } } @else { h1 id="i-title" { (title_of(me, card)) } }
                p.meta {
                    @if !card.number.is_empty() { bdi.nums { (card.number) } }
                    span { (icon("phone")) (user_text(&card.line)) }
                    @if let Some(ticket) = &card.ticket { span.nums { "#" (ticket.number()) } }
                }
            }
            @if me.visit.partial {
                button.button.quiet.bare type="button" title=(l.t("ui-close")) data-close { (icon("x")) span.unseen { (l.t("ui-close")) } }
            }
        }
    }
}

fn title_of(me: &Me, card: &Card) -> Markup {
    let l = me.locale();
    let names: Vec<&str> = card.candidates.iter().take(3).map(|c| c.name.as_str()).collect();
    html! {
        @if names.is_empty() { (user_text(&who(l, card))) } @else { (user_text(&names.join(" / "))) }
    }
}

/// Who calls: one of those whom the number may belong to, or a name that is asked for first and kept with the number.
fn caller(me: &Me, asked: &Asked, form: &Form<'_>) -> Markup {
    let l = me.locale();
    let (card, typed) = (&asked.card, form.typed);
    let chosen = typed.get("requester");
    let is_other = !chosen.is_empty() && !card.candidates.iter().any(|c| c.id.to_string() == chosen);
    let can_keep = !card.call.withheld && card.call.caller_key.is_some();
    let name = html! {
        (Field::text("caller_name", &l.t("interview-name")).id("i-caller_name").value(typed.get("caller_name"))
            .problems(l, form.problems).characters_max(120).autocomplete("off"))
        @if can_keep {
            (Field::checkbox("save_contact", &l.t("interview-save-contact"), typed.get("save_contact") == "on")
                .id("i-save_contact"))
        }
    };
    html! {
        div.interview-caller {
            @if card.candidates.is_empty() {
                @if is_other { (hidden("requester", chosen)) p { (l.t("ticket-requester")) ": " strong { (user_text(&asked.requester)) } } }
                @else { (name) }
            } @else {
                fieldset.keys {
                    legend.label { (l.t("interview-caller")) }
                    div {
                        @for candidate in &card.candidates {
                            @let id = format!("i-requester-{}", candidate.id);
                            input.unseen id=(id) type="radio" name="requester" value=(candidate.id) checked[candidate.id.to_string() == chosen];
                            label for=(id) {
                                (user_text(&candidate.name))
                                @if let Some(organisation) = &candidate.organisation { " " span.dim { (user_text(organisation)) } }
                            }
                        }
                        @if is_other {
                            input.unseen id="i-requester-now" type="radio" name="requester" value=(chosen) checked;
                            label for="i-requester-now" { (user_text(&asked.requester)) }
                        }
                        input.unseen id="i-requester" type="radio" name="requester" value="" checked[chosen.is_empty()];
                        label for="i-requester" { (l.t("interview-somebody-else")) }
                    }
                }
                div.somebody-else { (name) }
            }
        }
    }
}

fn actions(me: &Me) -> Markup {
    let l = me.locale();
    html! {
        div.actions.interview-actions {
            (Button::submit(&l.t("interview-save")).kind(Kind::Primary).key("Ctrl+Enter"))
            (Button::submit_as("then", "dispatch", &l.t("interview-dispatch")).icon("send").key("Ctrl+Shift+Enter"))
            (Button::submit_as("then", "more", &l.t("interview-more")).kind(Kind::Quiet))
            @if !me.visit.partial { (Button::link("/calls", &l.t("ui-cancel")).kind(Kind::Quiet)) }
        }
    }
}

/// What is said over any page once the form was taken: with the way to the ticket, and back where there is one.
pub fn done(me: &Me, text: &str, number: &str, undo: Option<&str>) -> Markup {
    let l = me.locale();
    html! {
        div.toast.tone-good data-toast {
            (icon("check"))
            span { a href={ "/t/" (number) } { (text) } }
            @if let Some(action) = undo {
                (post(&me.visit.csrf, action, html! {
                    (hidden("ticket", number))
                    (Button::submit(&l.t("interview-undo")).icon("undo-2").kind(Kind::Quiet))
                }))
            }
        }
    }
}
