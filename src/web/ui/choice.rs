//! Choices that are all in sight: one of several, each with what it means, or any number of them.

use maud::{Markup, Render, html};

use crate::base::Problem;

use super::super::locale::Locale;
use super::icon;

/// A set of choices under one name.
#[derive(Debug, Clone)]
pub struct Choices {
    kind: &'static str,
    name: &'static str,
    legend: String,
    options: Vec<Choice>,
    hint: Option<String>,
    error: Option<String>,
}

/// One choice.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// Its name.
    pub label: String,
    /// What it means; may be empty.
    pub hint: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choices {
    fn new(kind: &'static str, name: &'static str, legend: &str, options: Vec<Choice>) -> Self {
        Self { kind, name, legend: legend.to_owned(), options, hint: None, error: None }
    }

    /// One of several.
    pub fn one(name: &'static str, legend: &str, options: Vec<Choice>) -> Self {
        Self::new("radio", name, legend, options)
    }

    /// Any number; the form sends the name once for each.
    pub fn any(name: &'static str, legend: &str, options: Vec<Choice>) -> Self {
        Self::new("checkbox", name, legend, options)
    }

    /// What helps to choose.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    /// Shows the first of `problems` that is about this choice.
    #[must_use]
    pub fn problems(mut self, locale: &Locale, problems: &[Problem]) -> Self {
        self.error = problems.iter().find(|p| p.field == self.name).map(|p| locale.message(&p.message));
        self
    }

    fn option(&self, at: usize, choice: &Choice) -> Markup {
        // The first has the id that the summary of problems leads to.
        let id = if at == 0 { format!("f-{}", self.name) } else { format!("f-{}-{at}", self.name) };
        let described = (!choice.hint.is_empty()).then(|| format!("{id}-hint"));
        html! {
            div.field.check {
                input id=(id) type=(self.kind) name=(self.name) value=(choice.value) checked[choice.chosen]
                    aria-describedby=[described.as_ref()];
                label.label for=(id) { (choice.label) }
                @if let Some(id) = &described { p.hint id=(id) { (choice.hint) } }
            }
        }
    }
}

impl Render for Choices {
    fn render(&self) -> Markup {
        let ids = [("hint", &self.hint), ("error", &self.error)];
        let described: Vec<String> =
            ids.iter().filter(|(_, text)| text.is_some()).map(|(end, _)| format!("f-{}-{end}", self.name)).collect();
        html! {
            fieldset.choices aria-describedby=[(!described.is_empty()).then(|| described.join(" "))] {
                legend { (self.legend) }
                @if let Some(hint) = &self.hint { p.hint id={ "f-" (self.name) "-hint" } { (hint) } }
                @for (at, choice) in self.options.iter().enumerate() { (self.option(at, choice)) }
                @if let Some(error) = &self.error {
                    p.error id={ "f-" (self.name) "-error" } { (icon("circle-alert")) span { (error) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Lang;

    #[test]
    fn each_choice_has_its_own_label_and_what_is_wrong_is_said() {
        let choice =
            |value: &str, chosen| Choice { value: value.into(), label: value.into(), hint: String::new(), chosen };
        let locale = Locale::new(Lang::En, jiff::tz::TimeZone::UTC);
        let wrong = [Problem::new("size", "error-required")];
        let shown = Choices::one("size", "Size", vec![choice("s", false), choice("l", true)]).problems(&locale, &wrong);
        let html = shown.render().into_string();
        assert!(html.contains(r#"<input id="f-size" type="radio" name="size" value="s">"#), "{html}");
        assert!(html.contains(r#"<input id="f-size-1" type="radio" name="size" value="l" checked>"#), "{html}");
        assert!(html.contains(r#"aria-describedby="f-size-error""#) && html.contains("Please fill this in."), "{html}");
    }
}
