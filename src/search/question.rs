//! What somebody typed, read: words, phrases, filters, and what he does not want. Nothing that is typed is an error.

use std::collections::BTreeMap;

/// Characters of a question; the rest of a longer one, a whole letter for example, says the same again.
const QUESTION_CHARACTERS_MAX: usize = 20_000;

/// Filters, phrases and words that are left out, of one question.
const PARTS_MAX: usize = 20;

/// Words outside of quotes up to which a question is one of somebody who knows what signs do. In a longer one, a letter or a
/// sentence, they are what they are in letters.
const SIGNED_WORDS_MAX: usize = 3;

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// What is asked for, without the rest.
    pub text: String,
    /// Words that have to stand beside each other.
    pub phrases: Vec<String>,
    /// What must not stand there.
    pub without: Vec<String>,
    /// Facts that have to hold, by their name: one of the values of each.
    pub facts: BTreeMap<String, Vec<String>>,
    /// Facts that must not hold.
    pub no_facts: Vec<(String, String)>,
}

impl Question {
    /// Reads what was typed. `name:value` is a filter for the names that are given, else text, as is all that is not well
    /// formed. `-word`, `-name:value` and `-"two words"` leave out, `"two words"` have to stand beside each other.
    pub fn read(typed: &str, names: &[&str]) -> Self {
        let mut question = Self::default();
        let mut text = Vec::new();
        let mut rest: String = typed.chars().take(QUESTION_CHARACTERS_MAX).collect();
        let signs_count = outside_of_quotes(&rest) <= SIGNED_WORDS_MAX;
        let mut parts = 0;
        while !rest.trim_start().is_empty() {
            let (part, behind) = next_part(rest.trim_start());
            if parts < PARTS_MAX && (signs_count || part.name.is_some()) && question.add(&part, names) {
                parts += 1;
            } else {
                text.push(part.written);
            }
            rest = behind;
        }
        question.text = text.join(" ");
        question
    }

    /// Adds what is more than text; says whether it was.
    fn add(&mut self, part: &Part, names: &[&str]) -> bool {
        let name = part.name.as_deref().filter(|name| names.contains(name) && !part.said.is_empty());
        match (name, part.is_not, part.is_quoted && part.name.is_none()) {
            (Some(name), false, _) => {
                let values = part.said.split(',').filter(|value| !value.is_empty()).map(str::to_lowercase);
                self.facts.entry(name.to_owned()).or_default().extend(values);
            }
            (Some(name), true, _) => self.no_facts.push((name.to_owned(), part.said.to_lowercase())),
            (None, true, _) if part.name.is_none() && !part.said.is_empty() => self.without.push(part.said.clone()),
            (None, false, true) if !part.said.is_empty() => self.phrases.push(part.said.clone()),
            _ => return false,
        }
        true
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.phrases.is_empty() && self.facts.is_empty()
    }
}

/// How many words stand outside of quotes that are neither filters nor left out.
fn outside_of_quotes(typed: &str) -> usize {
    let is_text = |word: &&str| !word.starts_with('-') && !word.contains(':');
    typed.split('"').step_by(2).map(|piece| piece.split_whitespace().filter(is_text).count()).sum()
}

/// One of the things that stand between spaces.
struct Part {
    is_not: bool,
    name: Option<String>,
    said: String,
    is_quoted: bool,
    /// As it was typed.
    written: String,
}

/// The first part, and what is behind it.
fn next_part(typed: &str) -> (Part, String) {
    let (is_not, bare) = match typed.strip_prefix('-') {
        Some(bare) if bare.starts_with(|c: char| !c.is_whitespace() && c != '-') => (true, bare),
        _ => (false, typed),
    };
    let named = bare.split_once(':').filter(|(name, value)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphabetic())
            && value.starts_with(|c: char| !c.is_whitespace())
    });
    let (name, value) = match named {
        Some((name, value)) => (Some(name.to_lowercase()), value),
        None => (None, bare),
    };
    let quoted = value.strip_prefix('"').and_then(|inner| inner.split_once('"'));
    let (said, behind) = match quoted {
        Some((inner, behind)) => (inner, behind),
        None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
    };
    let written = typed.get(..typed.len() - behind.len()).unwrap_or(typed);
    let part =
        Part { is_not, name, said: said.trim().to_owned(), is_quoted: quoted.is_some(), written: written.to_owned() };
    (part, behind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["kind", "is", "team"];

    #[test]
    fn words_filters_and_phrases_are_told_apart() {
        let read = Question::read(
            r#"water kind:article is:open,new team:"north west" -leak "main valve" -"old pump""#,
            &NAMES,
        );
        assert_eq!(read.text, "water");
        assert_eq!(read.phrases, ["main valve"]);
        assert_eq!(read.without, ["leak", "old pump"]);
        assert_eq!(read.facts.get("is").unwrap(), &["open", "new"]);
        assert_eq!(read.facts.get("team").unwrap(), &["north west"]);
        assert_eq!(Question::read("-is:closed x", &NAMES).no_facts, [("is".to_owned(), "closed".to_owned())]);
    }

    #[test]
    fn what_is_not_well_formed_is_text() {
        for typed in ["\"unbalanced", "error: 5", "http://x.example/y", "a - b", "-", "--", "kind:", "E-04/7B", "12:30"]
        {
            let read = Question::read(typed, &NAMES);
            assert_eq!((read.text.as_str(), read.facts.len()), (typed, 0), "{typed}");
        }
        let sentence = "What does it mean that a process is \"type correct\" when it waits -so to say- for another?";
        assert_eq!(Question::read(sentence, &NAMES).text, sentence);
        let long = Question::read(&"is:open ".repeat(10_000), &NAMES);
        assert!(long.facts.get("is").unwrap().len() <= PARTS_MAX && long.text.len() <= QUESTION_CHARACTERS_MAX);
        assert!(Question::read("  ", &NAMES).is_empty());
    }
}
