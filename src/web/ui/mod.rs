//! The kit of pieces that pages are made of.
//!
//! Pieces take texts that are already in the reader's language, and give markup. Text is escaped by maud wherever it
//! stands; nothing here takes markup as a string. Names, numbers and other words of strangers are shown with [`user_text`]
//! or [`Field`], which keep their direction to themselves.
//!
//! A page is a [`Shell`] around its content; [`Shell::answer`] leaves the shell away when a script asked for a fragment.

mod again;
mod badge;
mod bell;
mod block;
mod button;
pub mod chart;
mod choice;
mod error;
mod field;
mod figure;
mod form;
pub mod guide;
pub mod hx;
mod keys;
mod menu;
mod shell;
mod table;
mod timeline;
mod when;

pub use again::Again;
pub use badge::{Tone, avatar, badge, chip, dot};
pub use bell::bell;
pub use block::{
    Tab, above, card, crumbs, dialog, empty, facts, link_card, notice, page_head, pager, panel, skeleton, tabs,
};
pub use button::{Button, Kind};
pub use choice::{Choice, Choices};
pub(super) use error::{error_fragment, error_page};
pub use field::Field;
pub use figure::{meter, progress, stat};
pub use form::{fieldset, filters, hidden, post, problem_summary};
pub use keys::{Jump, palette_line};
pub use menu::Menu;
pub use shell::{Brand, NavItem, Notice, Shell, User, bare_page, toast};
pub use table::{Column, Row, Table};
pub use timeline::{entry, happening};
pub use when::{ago, time, timer};

use maud::{Markup, html};

use super::assets;

/// A picture from the sprite, for decoration: the words next to it say the same.
pub fn icon(name: &str) -> Markup {
    let href = format!("{}#{name}", assets::url("icons.svg"));
    // What points along the line points the other way where lines run from right to left.
    let turns = ["-left", "-right", "-in", "-out"].iter().any(|end| name.ends_with(end)) || name == "reply";
    html! { svg.icon.flip[turns] aria-hidden="true" focusable="false" { use href=(href) {} } }
}

/// What a stranger wrote, on one line: its direction does not touch its surroundings.
pub fn user_text(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// A key of the keyboard, `F2`. Shown where there is a keyboard.
pub fn key_hint(key: &str) -> Markup {
    html! { kbd { (key) } }
}

/// Text for those who can't see what stands around it.
pub fn unseen(text: &str) -> Markup {
    html! { span.unseen { (text) } }
}
