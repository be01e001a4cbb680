//! Roles and what each may do, as the roles themselves say it.

use maud::{Markup, html};

use crate::accounts::{Me, Right, Role};
use crate::web::Locale;
use crate::web::ui::{Column, Row, Table, above, icon, page_head, unseen};

/// Every right by every role.
pub(in crate::accounts) fn roles(me: &Me) -> Markup {
    let l = me.locale();
    let mut columns = vec![Column::new(&l.t("roles-right")).wide()];
    columns.extend(Role::ALL.iter().map(|role| Column::new(&l.t(role.label()))));
    let row = |right: &Right| {
        let name = html! {
            div.right { strong { (l.t_word("right", right.word())) } span.faint { (l.t_word("right-hint", right.word())) } }
        };
        let cells = std::iter::once(name).chain(Role::ALL.iter().map(|role| mark(l, role.may(*right))));
        Row::new(&format!("right-{}", right.word()), cells.collect())
    };
    html! {
        (above(l, "/admin", "nav-admin"))
        (page_head(&l.t("roles-title"), html! {}))
        p.dim { (l.t("roles-text")) }
        (Table::new(&l.t("roles-title"), columns, Right::ALL.iter().map(row).collect()))
        dl.facts.narrow {
            @for role in Role::ALL { div { dt { (l.t(role.label())) } dd { (l.t_word("role-hint", role.word())) } } }
        }
    }
}

fn mark(l: &Locale, may: bool) -> Markup {
    html! {
        @if may { span.may { (icon("check")) (unseen(&l.t("roles-may"))) } }
        @else { span.faint { "–" (unseen(&l.t("roles-may-not"))) } }
    }
}
