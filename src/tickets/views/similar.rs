//! Open tickets that are like what somebody types.

use maud::{Markup, html};

use super::words::{status_badge, title};
use crate::accounts::Me;
use crate::base::id::CallId;
use crate::tickets::Similar;
use crate::web::ui::{Tone, ago, icon, notice, user_text};

/// The list, with a warning before what is most likely the same matter. With a call, each can take it: the first by a key.
pub fn similar(me: &Me, found: &[Similar], call: Option<CallId>) -> Markup {
    let l = me.locale();
    let double = found.first().filter(|similar| similar.double);
    html! {
        @if let Some(double) = double {
            (notice(Tone::Warn, html! {
                (l.t_with("similar-double", &[("number", double.ticket.number().to_string().into())]))
            }))
        }
        @if found.is_empty() {
            p.faint { (l.t("similar-none")) }
        } @else {
            section.similar aria-label=(l.t("similar-title")) {
                p.side-title { (icon("ticket")) (l.t("similar-title")) }
                ul {
                    @for (at, similar) in found.iter().enumerate() { (row(me, similar, call, at == 0)) }
                }
            }
        }
        @if let Some(call) = call {
            details.duplicate {
                summary { (l.t("similar-other")) @if found.is_empty() { kbd { "Alt+D" } } }
                div.actions {
                    label.unseen for="i-duplicate" { (l.t("ticket-number")) }
                    input id="i-duplicate" name="duplicate" inputmode="numeric" autocomplete="off" placeholder=(l.t("ticket-number"));
                    button.button.plain type="submit" formaction={ "/calls/" (call) "/link" } formnovalidate { span { (l.t("similar-add")) } }
                }
            }
        }
    }
}

fn row(me: &Me, similar: &Similar, call: Option<CallId>, is_first: bool) -> Markup {
    let (l, ticket) = (me.locale(), &similar.ticket);
    let number = ticket.number().to_string();
    let add = l.t_with("similar-add-to", &[("number", number.as_str().into())]);
    html! {
        li data-double[similar.double] {
            a href={ "/t/" (number) } target="_blank" { (user_text(&title(l, ticket))) span.unseen { " " (l.t("similar-tab")) } }
            span.meta {
                span.nums { "#" (number) } (status_badge(l, ticket.status))
                @if similar.same_caller { span { (l.t("similar-caller")) } }
                @if similar.same_site { span { (l.t("similar-site")) } }
                span { (ago(l, ticket.created_at, me.visit.now)) }
            }
            @if let Some(call) = call {
                button.button.plain type="submit" name="ticket" value=(number) formaction={ "/calls/" (call) "/link" }
                    formnovalidate data-same[is_first] aria-keyshortcuts=[is_first.then_some("Alt+D")] {
                    span { (add) } @if is_first { kbd { "Alt+D" } }
                }
            }
        }
    }
}
