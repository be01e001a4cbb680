//! The style guide: every part of the kit in all its states, in every look and density. A demo shows it under `/dev/ui`;
//! tests hold what must hold for all markup against it. Its words are invented and English, as only makers read them.

mod blocks;
mod charts;
mod controls;
mod lists;

use maud::{Markup, html};

use super::super::visit::{Density, Theme};
use super::{Button, Field, Kind, NavItem, Notice, Shell, Tone, User, badge, card, dot, link_card, page_head, tabs};

/// Puts the surroundings of somebody who is signed in around the guide.
pub fn frame(shell: &mut Shell) {
    let item = |href, label_key, icon| NavItem { href, label_key, icon, badge: None };
    shell.user = Some(User {
        name: "Ana Kovács".to_owned(),
        initials: "AK".to_owned(),
        role: "Agent".to_owned(),
        links: vec![("/me", "Profile".to_owned())],
        sign_out: "/logout",
    });
    shell.nav = vec![
        item("/calls", "nav-calls", "phone"),
        item("/t", "nav-tickets", "ticket"),
        item("/people", "nav-people", "users"),
    ];
    shell.search = Some("/search");
    shell.notice = Some(Notice { tone: Tone::Good, text: "Ticket 10042 was assigned to Ana.".to_owned(), undo: None });
}

/// The guide.
pub fn content(shell: &Shell) -> Markup {
    html! {
        (page_head("The kit", html! { (Button::link("/", "To the desk").icon("arrow-left")) }))
        p.dim { "Every part that pages are made of. Point at things, walk through them with Tab, change the look in the menu." }
        (part("looks", "Looks and densities", looks()))
        (part("mirrored", "From right to left", mirrored()))
        (controls::parts(shell))
        (blocks::parts(shell))
        (lists::parts(shell))
        (charts::parts(shell))
    }
}

/// A part with its name, to be linked to.
fn part(id: &str, name: &str, content: Markup) -> Markup {
    html! { section.guide-part aria-labelledby=(id) { h2 id=(id) { (name) } (content) } }
}

/// Every look in every density, side by side.
fn looks() -> Markup {
    let looks = [Theme::Light, Theme::Dark, Theme::Contrast];
    let densities = [Density::Compact, Density::Normal, Density::Touch];
    html! {
        div.guide-looks {
            @for look in looks {
                @for density in densities {
                    div.guide-look data-theme=(look.word()) data-density=(density.word()) { (sample(look, density)) }
                }
            }
        }
    }
}

fn sample(look: Theme, density: Density) -> Markup {
    let id = format!("{}-{}", look.word(), density.word());
    html! {
        h3 { (look.word()) ", " (density.word()) }
        div.rows {
            div { (dot(Tone::Good, "On duty")) span.end { "14:02" } }
            div { (badge(Tone::Warn, "hourglass", "Waits")) span.end { "2 h ago" } }
            div { (badge(Tone::Bad, "phone-missed", "Missed")) a href="#looks" { "A link" } }
        }
        (Field::text("sample", "Subject").id(&id).value("Pump 3 stops").hint("As the caller says it."))
        div.actions {
            (Button::submit("Save")) (Button::submit("Keep").kind(Kind::Plain)) (Button::submit("Remove").kind(Kind::Danger))
        }
    }
}

/// A piece of page in a language that runs from right to left, with names of the other direction in it.
fn mirrored() -> Markup {
    let tab = |label: &str, count, current| super::Tab {
        href: "#mirrored".to_owned(),
        label: label.to_owned(),
        count,
        current,
    };
    let locale = super::super::Locale::new(super::super::Lang::En, jiff::tz::TimeZone::UTC);
    html! {
        div.stack lang="he" dir="rtl" {
            (tabs("כרטיסים", &locale, &[tab("פתוחים", Some(12), true), tab("סגורים", None, false)]))
            div.guide-grid {
                (card("שיחה נכנסת", html! { (Button::link("#mirrored", "הלאה").icon("chevron-right")) }, html! {
                    p { "הלקוח " bdi { "Erika Mustermann" } " התקשר ממספר " bdi { "+49 30 23125 001" } "." }
                    (Field::text("rtl", "נושא").value("אין מים בבית"))
                    div.actions { (Button::submit("שמור").key("Ctrl+Enter")) (badge(Tone::Good, "check", "פתור")) }
                }))
                (link_card("#mirrored", "users", "אנשים", "מי שמתקשר ומי שכותב."))
            }
        }
    }
}
