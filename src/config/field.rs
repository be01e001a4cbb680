//! The table of fields: what there is to configure, said once.

/// A section of the file: `[name]`.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The name between the brackets.
    pub name: &'static str,
    /// What the section is about, for the sample file.
    pub doc: &'static str,
    /// Its fields, in the order in which they are shown.
    pub fields: &'static [&'static Field],
}

/// One key of a section.
#[derive(Debug)]
pub struct Field {
    /// The section it stands in.
    pub section: &'static str,
    /// The key.
    pub name: &'static str,
    /// What kind of value it takes.
    pub form: Form,
    /// What it does, with units and limits; lines as they stand in the sample file.
    pub doc: &'static str,
    /// The default as TOML; nothing where leaving it out means something of its own.
    pub default: Option<&'static str>,
    /// A value for the sample file and for messages where the default says little, as TOML; empty where it says enough.
    pub example: &'static str,
    /// The name of the systemd credential that stands in for the file that this field names.
    pub credential: Option<&'static str>,
}

/// The kind of value that a field takes. What a text must say is checked by its section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A whole number within bounds, both included.
    Number {
        /// The least that is allowed.
        min: u32,
        /// The most that is allowed.
        max: u32,
    },
    /// `true` or `false`.
    Flag,
    /// A list of texts.
    List,
}

impl Form {
    /// What to write, for messages.
    pub fn wanted(self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Word(words) => format!("one of {}", quoted(words)),
            Self::Number { min, max } => format!("a whole number from {min} to {max}"),
            Self::Flag => "true or false".to_owned(),
            Self::List => "a list of texts".to_owned(),
        }
    }
}

/// `"a", "b" or "c"`.
pub(super) fn quoted(words: &[&str]) -> String {
    let mut text = String::new();
    for (i, word) in words.iter().enumerate() {
        let joint = if i == 0 {
            ""
        } else if i + 1 == words.len() {
            " or "
        } else {
            ", "
        };
        text.push_str(&format!("{joint}{word:?}"));
    }
    text
}

impl Field {
    /// `web.listen`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable that sets it: `DESKBELL__WEB__LISTEN`.
    pub fn variable(&self) -> String {
        format!("DESKBELL__{}__{}", self.section, self.name).to_uppercase()
    }

    /// What the value may look like, as TOML: the example or, where there is none, the default.
    pub fn specimen(&self) -> &'static str {
        if self.example.is_empty() { self.default.unwrap_or_default() } else { self.example }
    }
}

/// Every field of every section, in order.
pub(super) fn all() -> impl Iterator<Item = &'static Field> {
    super::SECTIONS.iter().flat_map(|section| section.fields.iter().copied())
}

/// The field of that name in that section.
pub(super) fn find(section: &str, name: &str) -> Option<&'static Field> {
    all().find(|field| field.section == section && field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_documented_and_stands_in_its_own_section() {
        for section in crate::config::SECTIONS {
            assert!(section.doc.ends_with('.'), "[{}]", section.name);
            for field in section.fields {
                assert_eq!(field.section, section.name, "{}", field.name);
                assert!(field.doc.ends_with('.') && field.doc.len() > 20, "{} lacks words", field.path());
                assert!(field.doc.lines().all(|line| line.chars().count() <= 116), "{} has long lines", field.path());
                assert!(!field.specimen().is_empty(), "{} lacks an example", field.path());
            }
        }
    }

    #[test]
    fn words_are_listed_as_people_say_them() {
        assert_eq!(quoted(&["a"]), r#""a""#);
        assert_eq!(quoted(&["a", "b", "c"]), r#""a", "b" or "c""#);
    }
}
