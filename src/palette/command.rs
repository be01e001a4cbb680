//! What a line says. Words may be cut short (`10014 cl`), come in the reader's language or in English, and stand before or
//! after the number.

use crate::tickets::TicketNumber;
use crate::web::{Lang, Locale};

/// Characters of a line that are read.
pub const LINE_CHARACTERS_MAX: usize = 200;

/// Something to do with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Open,
    Close,
    Reopen,
    Take,
    Assign,
    Priority,
}

impl Verb {
    /// All, in the order in which they are offered.
    const ALL: [Self; 6] = [Self::Open, Self::Take, Self::Assign, Self::Close, Self::Reopen, Self::Priority];

    /// Its word.
    fn word(self, lang: Lang) -> String {
        lang.t(match self {
            Self::Open => "palette-word-open",
            Self::Close => "palette-word-close",
            Self::Reopen => "palette-word-reopen",
            Self::Take => "palette-word-take",
            Self::Assign => "palette-word-assign",
            Self::Priority => "palette-word-priority",
        })
    }
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Nothing yet.
    Nothing,
    /// One of these, with a ticket; and what follows the verb.
    Ticket {
        /// Which.
        number: TicketNumber,
        /// What it may become.
        verbs: Vec<Verb>,
        /// To whom, how much.
        rest: String,
    },
    /// A number to call.
    Call(String),
    /// Words to look for.
    Words(String),
}

/// Reads a line.
pub fn read(l: &Locale, line: &str) -> Command {
    let line: String = line.trim().chars().take(LINE_CHARACTERS_MAX).collect();
    let (first, rest) = split(&line);
    if line.is_empty() {
        return Command::Nothing;
    }
    if let Some(number) = TicketNumber::parse(first) {
        let (word, rest) = split(rest);
        return on_ticket(l, number, word, rest, &line);
    }
    let call = [Lang::En, l.lang].into_iter().any(|lang| lang.t("palette-word-call") == first.to_lowercase());
    if call && rest.chars().any(|c| c.is_ascii_digit()) {
        return Command::Call(rest.to_owned());
    }
    let (second, after) = split(rest);
    match TicketNumber::parse(second) {
        Some(number) => on_ticket(l, number, first, after, &line),
        None => Command::Words(line.clone()),
    }
}

/// The first word and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace).map_or((text, ""), |(first, rest)| (first, rest.trim()))
}

fn on_ticket(l: &Locale, number: TicketNumber, word: &str, rest: &str, line: &str) -> Command {
    let word = word.to_lowercase();
    let begins = |verb: &Verb| [Lang::En, l.lang].into_iter().any(|lang| verb.word(lang).starts_with(&word));
    let verbs: Vec<Verb> = Verb::ALL.into_iter().filter(begins).collect();
    // "12345 Pumpen GmbH" is no command, though 12345 may be a ticket.
    if verbs.is_empty() {
        Command::Words(line.to_owned())
    } else {
        Command::Ticket { number, verbs, rest: rest.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::TicketId;

    fn said(lang: Lang, line: &str) -> Command {
        read(&Locale::new(lang, jiff::tz::TimeZone::UTC), line)
    }

    fn on(verbs: &[Verb], rest: &str) -> Command {
        Command::Ticket { number: TicketNumber::of(TicketId(1)), verbs: verbs.to_vec(), rest: rest.to_owned() }
    }

    #[test]
    fn a_verb_stands_before_or_after_the_number_and_may_be_cut_short() {
        let number = TicketNumber::of(TicketId(1));
        for (line, wanted) in [
            (format!("{number}"), on(&Verb::ALL, "")),
            (format!("  #{number}  "), on(&Verb::ALL, "")),
            (format!("{number} close"), on(&[Verb::Close], "")),
            (format!("close {number}"), on(&[Verb::Close], "")),
            (format!("{number} CL"), on(&[Verb::Close], "")),
            (format!("{number} assign  north side"), on(&[Verb::Assign], "north side")),
            (format!("assign {number} north"), on(&[Verb::Assign], "north")),
            (format!("{number} priority u"), on(&[Verb::Priority], "u")),
        ] {
            assert_eq!(said(Lang::En, &line), wanted, "{line}");
        }
        assert_eq!(said(Lang::De, &format!("{number} schl")), on(&[Verb::Close], ""), "in the reader's language");
        assert_eq!(said(Lang::De, &format!("{number} close")), on(&[Verb::Close], ""), "and in English");
    }

    #[test]
    fn what_is_no_command_is_words() {
        let wrong = "10015";
        assert_ne!(wrong, TicketNumber::of(TicketId(1)).to_string());
        for line in ["water", "close the valve", "call me", wrong, &format!("{} Pumpen", TicketNumber::of(TicketId(1)))]
        {
            assert_eq!(said(Lang::En, line), Command::Words(line.to_owned()));
        }
        assert_eq!(said(Lang::En, " \t "), Command::Nothing);
        assert_eq!(said(Lang::En, "call +49 30 1"), Command::Call("+49 30 1".into()));
        assert_eq!(said(Lang::De, "anrufen 030 1"), Command::Call("030 1".into()));
        let Command::Words(kept) = said(Lang::En, &"ä".repeat(5_000)) else { panic!("words") };
        assert_eq!(kept.chars().count(), LINE_CHARACTERS_MAX);
    }
}
