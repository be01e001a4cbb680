//! What the palette offers.

/// What a row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Leads there.
    Place(String),
    /// Sends a form of another feature.
    Form {
        /// Where to.
        action: String,
        /// What is sent.
        fields: Vec<(&'static str, String)>,
    },
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its picture.
    pub icon: &'static str,
    /// What it does, or whom it shows.
    pub label: String,
    /// What tells it from its neighbours.
    pub hint: String,
    /// What happens.
    pub to: To,
}

impl Row {
    /// A row that leads somewhere.
    pub fn place(icon: &'static str, href: &str, label: String, hint: &str) -> Self {
        Self { icon, label, hint: hint.to_owned(), to: To::Place(href.to_owned()) }
    }

    /// A row that does something.
    pub fn form(icon: &'static str, action: String, fields: Vec<(&'static str, String)>, label: String) -> Self {
        Self { icon, label, hint: String::new(), to: To::Form { action, fields } }
    }
}
