//! Fields of forms: a label, a hint, what is wrong with it, and the value that was typed, kept.

use maud::{Markup, Render, html};

use crate::base::Problem;

use super::super::locale::Locale;
use super::icon;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Line(&'static str),
    Lines(u8),
    Choice(Vec<(String, String)>),
    Check,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    kind: Kind,
    name: &'static str,
    id: String,
    label: String,
    value: String,
    hint: Option<String>,
    error: Option<String>,
    placeholder: Option<String>,
    autocomplete: Option<&'static str>,
    characters_max: Option<u32>,
    required: bool,
    autofocus: bool,
    unlabelled: bool,
    disabled: bool,
}

impl Field {
    fn new(kind: Kind, name: &'static str, label: &str) -> Self {
        Self {
            kind,
            name,
            id: format!("f-{name}"),
            label: label.to_owned(),
            value: String::new(),
            hint: None,
            error: None,
            placeholder: None,
            autocomplete: None,
            characters_max: None,
            required: false,
            autofocus: false,
            unlabelled: false,
            disabled: false,
        }
    }

    /// A line of text.
    pub fn text(name: &'static str, label: &str) -> Self {
        Self::new(Kind::Line("text"), name, label)
    }

    /// A line of another kind that browsers know: `email`, `tel`, `number`, `date`, `datetime-local`, `search`, `url`.
    pub fn line(kind: &'static str, name: &'static str, label: &str) -> Self {
        Self::new(Kind::Line(kind), name, label)
    }

    /// A password. Its value is never sent back to the page.
    pub fn password(name: &'static str, label: &str) -> Self {
        Self::new(Kind::Line("password"), name, label)
    }

    /// An e-mail address.
    pub fn email(name: &'static str, label: &str) -> Self {
        Self::new(Kind::Line("email"), name, label)
    }

    /// A phone number.
    pub fn tel(name: &'static str, label: &str) -> Self {
        Self::new(Kind::Line("tel"), name, label)
    }

    /// Several lines of text, `rows` of them to begin with.
    pub fn textarea(name: &'static str, label: &str, rows: u8) -> Self {
        Self::new(Kind::Lines(rows), name, label)
    }

    /// One of several: values and their labels.
    pub fn select(name: &'static str, label: &str, choices: Vec<(String, String)>) -> Self {
        Self::new(Kind::Choice(choices), name, label)
    }

    /// Yes or no; sends `on` when ticked and nothing when not.
    pub fn checkbox(name: &'static str, label: &str, ticked: bool) -> Self {
        let mut field = Self::new(Kind::Check, name, label);
        if ticked {
            "on".clone_into(&mut field.value);
        }
        field
    }

    /// What stands in it.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// What helps to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Shows the first of `problems` that is about this field.
    #[must_use]
    pub fn problems(mut self, locale: &Locale, problems: &[Problem]) -> Self {
        self.error = problems.iter().find(|p| p.field == self.name).map(|p| locale.message(&p.message));
        self
    }

    /// An example, shown while it is empty. Never instead of a label.
    #[must_use]
    pub fn placeholder(mut self, example: &str) -> Self {
        self.placeholder = Some(example.to_owned());
        self
    }

    /// What browsers may fill in: `username`, `current-password`, `off` ..
    #[must_use]
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    /// How much can be typed. The verb checks again.
    #[must_use]
    pub fn characters_max(mut self, max: u32) -> Self {
        self.characters_max = Some(max);
        self
    }

    /// Must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Has the cursor when the page opens. One for each page.
    #[must_use]
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    /// An id of its own, where the same name stands in two forms of a page.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    /// Keeps the label for those who can't see, where its place says what it is (a search box).
    #[must_use]
    pub fn unlabelled(mut self) -> Self {
        self.unlabelled = true;
        self
    }

    /// Can't be changed now. Its value is not sent.
    #[must_use]
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The ids of what describes it.
    fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = [error, hint].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn control(&self) -> Markup {
        let (described, invalid) = (self.described_by(), self.error.as_ref().map(|_| "true"));
        let (id, name, max) = (&self.id, self.name, self.characters_max);
        match &self.kind {
            Kind::Line(kind) => {
                let value = (*kind != "password" && !self.value.is_empty()).then_some(&self.value);
                // Names and texts have a direction of their own; addresses and numbers always run left to right.
                let dir = if *kind == "text" { "auto" } else { "ltr" };
                html! {
                    input id=(id) name=(name) type=(kind) value=[value] placeholder=[self.placeholder.as_ref()] dir=(dir)
                        autocomplete=[self.autocomplete] maxlength=[max] required[self.required] autofocus[self.autofocus]
                        disabled[self.disabled] aria-describedby=[described] aria-invalid=[invalid];
                }
            }
            // The line break after the tag is eaten by the parser; without it, a first line break of the text would be.
            Kind::Lines(rows) => html! {
                textarea id=(id) name=(name) rows=(rows) placeholder=[self.placeholder.as_ref()] dir="auto"
                    maxlength=[max] required[self.required] autofocus[self.autofocus] disabled[self.disabled]
                    aria-describedby=[described] aria-invalid=[invalid] { "\n" (self.value) }
            },
            Kind::Choice(choices) => html! {
                select id=(id) name=(name) required[self.required] autofocus[self.autofocus] disabled[self.disabled] autocomplete=[self.autocomplete]
                    aria-describedby=[described] aria-invalid=[invalid] {
                    @for (value, label) in choices { option value=(value) selected[*value == self.value] { (label) } }
                }
            },
            Kind::Check => html! {
                input id=(id) name=(name) type="checkbox" value="on" checked[self.value == "on"] required[self.required]
                    disabled[self.disabled]
                    aria-describedby=[described] aria-invalid=[invalid];
            },
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let label_class = if self.unlabelled { "unseen" } else { "label" };
        html! {
            div.field.check[self.kind == Kind::Check].wrong[self.error.is_some()] {
                @if self.kind == Kind::Check { (self.control()) }
                label for=(self.id) class=(label_class) {
                    (self.label)
                    @if self.required { span.must aria-hidden="true" { " *" } }
                }
                @if let Some(hint) = &self.hint { p.hint id={ (self.id) "-hint" } { (hint) } }
                @if self.kind != Kind::Check { (self.control()) }
                @if let Some(error) = &self.error {
                    p.error id={ (self.id) "-error" } { (icon("circle-alert")) span { (error) } }
                }
            }
        }
    }
}
