//! Buttons, and links that look like them.

use maud::{Markup, Render, html};

use super::icon;

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// One of several.
    Plain,
    /// There for those who look for it.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Kind {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Plain => "plain",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

#[derive(Debug, Clone)]
enum Act {
    Submit { name: Option<(&'static str, String)> },
    Link { href: String, dialog: Option<String> },
}

/// A button.
#[derive(Debug, Clone)]
pub struct Button {
    act: Act,
    label: String,
    kind: Kind,
    icon: Option<&'static str>,
    bare: bool,
    key: Option<&'static str>,
    disabled: bool,
}

impl Button {
    fn new(act: Act, label: &str, kind: Kind) -> Self {
        Self { act, label: label.to_owned(), kind, icon: None, bare: false, key: None, disabled: false }
    }

    /// Sends the form it stands in.
    pub fn submit(label: &str) -> Self {
        Self::new(Act::Submit { name: None }, label, Kind::Primary)
    }

    /// Sends the form with a field of its own, for forms with several buttons.
    pub fn submit_as(name: &'static str, value: &str, label: &str) -> Self {
        Self::new(Act::Submit { name: Some((name, value.to_owned())) }, label, Kind::Plain)
    }

    /// Leads to another page.
    pub fn link(href: &str, label: &str) -> Self {
        Self::new(Act::Link { href: href.to_owned(), dialog: None }, label, Kind::Plain)
    }

    /// Opens the dialog `id` of this page; without scripts, leads to `href`.
    pub fn opens(id: &str, href: &str, label: &str) -> Self {
        Self::new(Act::Link { href: href.to_owned(), dialog: Some(id.to_owned()) }, label, Kind::Plain)
    }

    /// How much it asks.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// A picture before the label.
    #[must_use]
    pub fn icon(mut self, name: &'static str) -> Self {
        self.icon = Some(name);
        self
    }

    /// A picture alone; the label is there for those who can't see it and as a tip.
    #[must_use]
    pub fn icon_only(mut self, name: &'static str) -> Self {
        self.icon = Some(name);
        self.bare = true;
        self
    }

    /// The key that presses it: `F2`, `c`, `Ctrl+Enter`. Shown next to the label.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }

    /// Can't be pressed now. What has to happen first stands beside it.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Its markup, where a part of the page wants markup.
    pub fn markup(&self) -> Markup {
        self.render()
    }

    fn class(&self) -> String {
        format!("button {}{}", self.kind.class(), if self.bare { " bare" } else { "" })
    }

    fn face(&self) -> Markup {
        html! {
            @if let Some(name) = self.icon { (icon(name)) }
            @if self.bare { span.unseen { (self.label) } } @else { span { (self.label) } }
            @if let Some(key) = self.key { kbd { (key) } }
        }
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let tip = self.bare.then_some(&self.label);
        match &self.act {
            Act::Submit { name } => {
                let (name, value) = name.as_ref().map(|(n, v)| (*n, v.as_str())).unzip();
                html! {
                    button class=(self.class()) type="submit" name=[name] value=[value] title=[tip] data-key=[self.key]
                        disabled[self.disabled] { (self.face()) }
                }
            }
            Act::Link { .. } if self.disabled => html! {
                a class=(self.class()) role="link" aria-disabled="true" title=[tip] { (self.face()) }
            },
            Act::Link { href, dialog } => html! {
                a class=(self.class()) href=(href) title=[tip] data-key=[self.key] data-dialog=[dialog] { (self.face()) }
            },
        }
    }
}
