//! Menus: what can be done with one thing, folded away until somebody asks. They open without scripts too.

use maud::{Markup, Render, html};

use super::{icon, post};

/// A menu.
#[derive(Debug, Clone)]
pub struct Menu {
    label: String,
    icon: &'static str,
    bare: bool,
    items: Vec<Markup>,
}

impl Menu {
    /// A menu behind three dots, as for the row of a table; `label` says whose it is.
    pub fn dots(label: &str) -> Self {
        Self { label: label.to_owned(), icon: "ellipsis", bare: true, items: Vec::new() }
    }

    /// A menu behind a word.
    pub fn named(label: &str) -> Self {
        Self { label: label.to_owned(), icon: "chevron-down", bare: false, items: Vec::new() }
    }

    /// With a way to another page.
    #[must_use]
    pub fn link(mut self, href: &str, icon_name: &str, label: &str) -> Self {
        self.items.push(html! { a href=(href) { (icon(icon_name)) (label) } });
        self
    }

    /// With something that is done at once, by `POST` to `action`.
    #[must_use]
    pub fn act(mut self, csrf: &str, action: &str, icon_name: &str, label: &str) -> Self {
        self.items.push(post(csrf, action, html! { button type="submit" { (icon(icon_name)) (label) } }));
        self
    }

    /// The same for what destroys something, apart from the rest.
    #[must_use]
    pub fn danger(mut self, csrf: &str, action: &str, icon_name: &str, label: &str) -> Self {
        let button = html! { button.danger type="submit" { (icon(icon_name)) (label) } };
        self.items.push(html! { hr; (post(csrf, action, button)) });
        self
    }
}

impl Render for Menu {
    fn render(&self) -> Markup {
        html! {
            details.menu {
                summary class=(if self.bare { "button quiet bare" } else { "button plain" }) title=[self.bare.then_some(&self.label)] {
                    @if self.bare { (icon(self.icon)) span.unseen { (self.label) } } @else { span { (self.label) } (icon(self.icon)) }
                }
                div.menu-sheet { @for item in &self.items { (item) } }
            }
        }
    }
}
