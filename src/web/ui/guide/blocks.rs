//! Cards, notices, figures, what is empty and what still loads.

use maud::{Markup, html};

use super::super::super::flash::Undo;
use super::super::{
    Button, Kind, Notice, Shell, avatar, badge, card, crumbs, empty, facts, link_card, meter, notice, panel, progress,
    skeleton, stat, toast, user_text,
};
use super::controls::LONG;
use super::{Tone, part};

pub(super) fn parts(shell: &Shell) -> Markup {
    html! {
        (part("cards", "Cards and facts", cards()))
        (part("notices", "Notices", notices(shell)))
        (part("figures", "Figures", figures()))
        (part("loading", "Empty and loading", waiting(shell)))
    }
}

fn cards() -> Markup {
    let known = [
        ("Person".to_owned(), html! { a href="#cards" { (user_text("Erika Mustermann")) } }),
        ("Organisation".to_owned(), user_text(LONG)),
        ("Assigned to".to_owned(), html! {}),
        ("State".to_owned(), badge(Tone::Good, "play", "Open")),
    ];
    html! {
        (crumbs("Where this page stands", &[("#cards", "Administration"), ("#cards", "Agents")]))
        div.guide-grid {
            (card("A card with facts", html! { (Button::link("#cards", "Edit").icon_only("pencil").kind(Kind::Quiet)) }, facts(&known)))
            (card("On duty", html! {}, html! {
                div.rows {
                    div { (avatar("AK")) span { "Ana Kovács" } span.end { (badge(Tone::Good, "check", "Free")) } }
                    div { (avatar("BL")) span { "Bert Lindqvist" } span.end { (badge(Tone::Warn, "phone", "In a call")) } }
                }
            }))
            (link_card("#cards", "users", "A card that leads somewhere", "All of it can be clicked."))
        }
    }
}

fn notices(shell: &Shell) -> Markup {
    let undo = Some(Undo { path: "/dev/ui".to_owned(), fields: Vec::new() });
    let text = "Closed. It comes back when the customer writes.".to_owned();
    let closed = Notice { tone: Tone::Good, text, undo };
    html! {
        (notice(Tone::Info, html! { "Calls of line North are shown and not kept." }))
        (notice(Tone::Good, html! { "The test call arrived after 41 ms." }))
        (notice(Tone::Warn, html! { "The disk has room for three more days. " a href="#notices" { "What to do" } }))
        (notice(Tone::Bad, html! { strong { "Line North gets no calls." } " The phone system answers 403 since 14:02." }))
        (toast(&shell.locale, &shell.csrf, &closed))
    }
}

fn figures() -> Markup {
    html! {
        div.stats {
            (stat(Tone::Neutral, "Calls today", "128", "12 more than yesterday"))
            (stat(Tone::Good, "Answered in 10 s", "94 %", "goal 90 %"))
            (stat(Tone::Warn, "Longest wait", "0:24", "goal 0:20"))
            (stat(Tone::Bad, "Missed", "7", "3 wait for a call back"))
        }
        div.guide-grid {
            (panel(html! {
                (meter(Tone::Good, "Disk", "41 of 120 GB", 41, 120))
                (meter(Tone::Warn, "Streams", "820 of 1,000", 820, 1_000))
                (meter(Tone::Bad, "Queue", "full", 1, 1))
            }))
            (panel(html! {
                (progress("Import", "312 of 2,000 people", Some((312, 2_000))))
                (progress("Checking the mail account", "as long as it takes", None))
            }))
        }
    }
}

fn waiting(shell: &Shell) -> Markup {
    html! {
        div.guide-grid {
            (panel(empty("phone", "No calls yet", "Two lines are listening. The next call shows here while it rings.",
                Button::link("#loading", "Lines").icon("settings").markup())))
            (card("Loading", html! {}, skeleton(&shell.locale, 5)))
        }
    }
}
