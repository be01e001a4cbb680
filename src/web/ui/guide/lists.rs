//! Lists: tables, pages of them, and what happened over time.

use maud::{Markup, html};

use crate::base::Timestamp;

use super::super::{
    Button, Column, Field, Kind, Menu, Row, Shell, Tab, Table, ago, dot, entry, filters, happening, pager, tabs, time,
    timer, user_text,
};
use super::controls::LONG;
use super::{Tone, part};

pub(super) fn parts(shell: &Shell) -> Markup {
    html! {
        (part("tables", "Tabs, filters, tables, pages", tables(shell)))
        (part("history", "History", history(shell)))
    }
}

fn tables(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let tab = |label: &str, count, current| Tab { href: "#tables".to_owned(), label: label.to_owned(), count, current };
    let states = [("", "Any state"), ("open", "Open")].map(|(word, name)| (word.to_owned(), name.to_owned())).to_vec();
    let columns = vec![
        Column::new("Number"),
        Column::new("Subject").wide(),
        Column::new("State"),
        Column::number("Changed"),
        Column::new("Actions"),
    ];
    html! {
        (tabs("Views", l, &[tab("Open", Some(1_204), true), tab("Mine", Some(3), false), tab("Closed", None, false)]))
        (filters("Filter", "#tables", html! {
            (Field::line("search", "q", "Search").id("guide-q").unlabelled().placeholder("Search these tickets"))
            (Field::select("state", "State", states).unlabelled())
            (Button::submit("Filter").kind(Kind::Plain))
        }))
        (Table::new("Tickets", columns, ["Pump 3 stops after ten minutes", LONG, "אין מים בבית", ""].iter().enumerate().map(|(at, subject)| row(shell, at, subject)).collect()))
        (pager(l, Some("#tables"), Some("#tables")))
    }
}

fn row(shell: &Shell, at: usize, subject: &str) -> Row {
    let number = format!("1004{at}");
    let passed = i64::try_from(at).unwrap_or_default() * 3_700_000;
    let menu = Menu::dots(&format!("What to do with ticket {number}"))
        .link("#tables", "pencil", "Edit")
        .act(&shell.csrf, "#tables", "check", "Close")
        .danger(&shell.csrf, "#tables", "trash-2", "Remove");
    let cells = vec![
        html! { span.mono { (number) } },
        html! { @if subject.is_empty() { span.faint { "Without a subject" } } @else { (user_text(subject)) } },
        if at == 0 { dot(Tone::Warn, "Waits for us") } else { dot(Tone::Info, "Open") },
        ago(&shell.locale, shell.now.plus_ms(-passed), shell.now),
        html! { (menu) },
    ];
    Row::new(&format!("guide-{at}"), cells).href("#tables").loud(at == 0)
}

fn history(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let head = |who: &str, at: Timestamp| html! { strong { (user_text(who)) } (time(l, at)) };
    html! {
        div.thread {
            (entry("call", "phone-incoming", head("Erika Mustermann", shell.now), html! {
                p.meta { span { "Line North" } (timer(l, shell.now.plus_ms(-7_000), shell.now, 10, 20)) (timer(l, shell.now.plus_ms(-95_000), shell.now, 10, 20)) }
            }))
            (happening("history", html! { "Ana Kovács · took the ticket · " (time(l, shell.now)) }))
            (entry("note", "sticky-note", head("Ana Kovács", shell.now), html! { p.entry-text dir="auto" { "Emergency power runs.\nBert is on his way." } }))
        }
    }
}
