//! The form for a ticket that an agent types.

use maud::{Markup, html};

use super::form::{Form, fields, problems};
use crate::accounts::Me;
use crate::web::ui::{Button, Kind, hidden, page_head, panel, post, user_text};

/// The form, with what was typed and what was wrong with it. `person` is who asks, if that is known.
pub fn new(me: &Me, form: &Form<'_>, person: Option<&str>) -> Markup {
    let l = me.locale();
    html! {
        (page_head(&l.t("ticket-new"), html! {}))
        div.wide-form {
            (panel(html! {
                (problems(l, form.problems))
                (post(&me.visit.csrf, "/t/new", html! {
                    div.interview-body {
                        @if let Some(person) = person {
                            div.interview-caller {
                                (hidden("requester", form.typed.get("requester")))
                                p { (l.t("ticket-requester")) ": " strong { (user_text(person)) } }
                            }
                        }
                        (fields(me, form))
                    }
                    div.actions {
                        (Button::submit(&l.t("ticket-open-button")).kind(Kind::Primary).key("Ctrl+Enter"))
                        (Button::link("/t", &l.t("ui-cancel")).kind(Kind::Quiet))
                    }
                }))
            }))
        }
    }
}
