//! All HTML of the palette.

use maud::{Markup, html};

use super::{Row, To};
use crate::accounts::Me;
use crate::web::ui::{hidden, icon, page_head, palette_line, post, user_text};

/// The page.
pub fn page(me: &Me, line: &str, list: Markup) -> Markup {
    html! {
        (page_head(&me.locale().t("keys-palette"), html! {}))
        div.palette { (palette_line(me.locale(), "/palette", Some(line))) (list) }
    }
}

/// The rows.
pub fn list(me: &Me, rows: &[Row]) -> Markup {
    html! {
        @if rows.is_empty() { p.palette-none { (me.locale().t("palette-none")) } }
        @else { ul.palette-rows { @for row in rows { li { (shown(me, row)) } } } }
    }
}

fn shown(me: &Me, row: &Row) -> Markup {
    let face = html! {
        (icon(row.icon)) span.palette-label { (user_text(&row.label)) }
        @if !row.hint.is_empty() { span.palette-hint { (user_text(&row.hint)) } }
    };
    match &row.to {
        To::Place(href) => html! { a href=(href) data-option { (face) } },
        To::Form { action, fields } => post(
            &me.visit.csrf,
            action,
            html! {
                @for (name, value) in fields { (hidden(name, value)) }
                button type="submit" data-option { (face) }
            },
        ),
    }
}
