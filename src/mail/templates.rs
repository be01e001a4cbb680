//! Texts with gaps: a fixed list of variables, filled once.
//!
//! A template has no logic: `{{ticket.number}}` stands for a value, and that is all there is. What is filled in is never read
//! again, so a customer called `{{agent.name}}` stays called that. What is not a variable stays as it was typed, and
//! [`check`] names it before the template is saved.

use crate::base::text::clean_line;

/// Octets that a template may have.
pub const TEMPLATE_BYTES_MAX: usize = 256 << 10;
/// Octets that a filled template may have; what would be more is cut.
pub const FILLED_BYTES_MAX: usize = 1 << 20;

/// Declares the variables with their names and what they stand for.
macro_rules! variables {
    ($($variable:ident = $name:literal, $about:literal;)+) => {
        /// What may stand between the braces.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Variable {
            $(#[doc = $about] $variable,)+
        }

        impl Variable {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variable),+];

            /// The name between the braces.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variable => $name,)+ }
            }
        }
    };
}

variables! {
    TicketNumber = "ticket.number", "The number of the ticket, as people say it.";
    TicketSubject = "ticket.subject", "The subject of the ticket.";
    TicketUrl = "ticket.url", "The address of the ticket's page.";
    TicketState = "ticket.state", "The state of the ticket in the reader's language.";
    TicketPriority = "ticket.priority", "The priority of the ticket in the reader's language.";
    PersonName = "person.name", "The full name of the person who asked.";
    PersonFirstName = "person.first_name", "The first name of the person who asked.";
    PersonEmail = "person.email", "The address of the person who asked.";
    OrganisationName = "organisation.name", "The organisation of the person who asked.";
    AgentName = "agent.name", "The name of the agent who writes.";
    AgentEmail = "agent.email", "The address of the agent who writes.";
    TeamName = "team.name", "The team of the ticket.";
    MailboxAddress = "mailbox.address", "The address that the letter comes from.";
    DeskName = "desk.name", "The name of this desk.";
    DeskUrl = "desk.url", "The address of this desk.";
    Today = "today", "The date on which the letter is written.";
}

impl Variable {
    /// The variable of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|variable| variable.name() == name)
    }
}

/// A name in braces that is not one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What stands in the braces, cut to 60 characters.
    pub name: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Character in that line, counted from 1.
    pub column: usize,
    /// The variable that was probably meant.
    pub meant: Option<Variable>,
}

/// All that stands in double braces and is no variable, in the order of the text; 100 at most.
pub fn check(template: &str) -> Vec<Unknown> {
    let mut found = Vec::new();
    for piece in pieces(template) {
        let Piece::Gap { name, at } = piece else { continue };
        if Variable::named(name).is_none() && found.len() < 100 {
            let before = template.get(..at).unwrap_or_default();
            let line_at = before.rfind('\n').map_or(0, |newline| newline + 1);
            found.push(Unknown {
                name: clean_line(name, 60),
                line: before.matches('\n').count() + 1,
                column: template.get(line_at..at).unwrap_or_default().chars().count() + 1,
                meant: nearest(name),
            });
        }
    }
    found
}

/// The text with its gaps filled. `value` gives what stands for a variable; nothing leaves the gap empty.
pub fn fill(template: &str, value: impl Fn(Variable) -> Option<String>) -> String {
    let mut text = String::with_capacity(template.len());
    for piece in pieces(template) {
        let filled;
        let more = match piece {
            Piece::Text(text) => text,
            Piece::Gap { name, at } => match Variable::named(name) {
                Some(variable) => {
                    filled = value(variable).unwrap_or_default();
                    &filled
                }
                None => template.get(at..).and_then(|rest| rest.get(..rest.find("}}")? + 2)).unwrap_or_default(),
            },
        };
        if text.len() + more.len() > FILLED_BYTES_MAX {
            break;
        }
        text.push_str(more);
    }
    text
}

/// A part of a template.
enum Piece<'a> {
    /// Text that stays.
    Text(&'a str),
    /// What stands between `{{` and `}}`, trimmed, and where the braces begin.
    Gap { name: &'a str, at: usize },
}

/// Takes a template apart. A gap ends in its line; braces that nobody closed are text.
fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut looked = 0;
    while let Some(open) = template.get(looked..).and_then(|rest| rest.find("{{")).map(|at| looked + at) {
        let inside = template.get(open + 2..).unwrap_or_default();
        let end = inside.find(['\n', '{', '}']).filter(|end| inside.get(*end..).is_some_and(|r| r.starts_with("}}")));
        let Some(end) = end else {
            looked = open + 1;
            continue;
        };
        found.push(Piece::Text(template.get(from..open).unwrap_or_default()));
        found.push(Piece::Gap { name: inside.get(..end).unwrap_or_default().trim(), at: open });
        from = open + 2 + end + 2;
        looked = from;
    }
    found.push(Piece::Text(template.get(from..).unwrap_or_default()));
    found
}

/// The variable whose name is the fewest strokes away, three at most.
fn nearest(name: &str) -> Option<Variable> {
    if name.len() > 40 {
        return None;
    }
    let plain = name.to_lowercase().replace(['_', '-', ' '], ".");
    let distant = |variable: &Variable| strokes(&plain, &variable.name().replace('_', "."));
    let (strokes, variable) =
        Variable::ALL.iter().map(|variable| (distant(variable), *variable)).min_by_key(|(n, _)| *n)?;
    (strokes <= 3).then_some(variable)
}

/// How many characters must be put in, taken out or changed to turn one word into the other.
fn strokes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((b, above), diagonal) in other.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((left + 1).min(above + 1).min(diagonal + usize::from(a != *b)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(variable: Variable) -> Option<String> {
        Some(match variable {
            Variable::TicketNumber => "10014".to_owned(),
            Variable::PersonName => "{{agent.name}} $& {{ticket.number}}".to_owned(),
            _ => return None,
        })
    }

    #[test]
    fn gaps_are_filled_once() {
        assert_eq!(fill("[#{{ticket.number}}] {{ ticket.number }}", values), "[#10014] 10014");
        assert_eq!(fill("Dear {{person.name}},", values), "Dear {{agent.name}} $& {{ticket.number}},");
        assert_eq!(fill("a{{agent.name}}b", values), "ab", "no value leaves the gap empty");
    }

    #[test]
    fn what_is_no_variable_stays() {
        for text in [
            "{{7*7}}",
            "{{ticket.requester.password_hash}}",
            "{% include \"/etc/passwd\" %}",
            "{{",
            "}}",
            "{{{",
            "{{a\n}}",
            "{{}}",
            "",
        ] {
            assert_eq!(fill(text, values), text);
        }
        assert_eq!(fill("{{{ticket.number}}}", values), "{10014}");
        assert_eq!(fill("{{ {{ticket.number}}", values), "{{ 10014");
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let found = check("Dear {{person.nam}},\nüber {{ticket_number}} {{ticket.number}} {{zzz}}");
        let told: Vec<_> = found.iter().map(|u| (u.name.as_str(), u.line, u.column, u.meant)).collect();
        assert_eq!(
            told,
            [
                ("person.nam", 1, 6, Some(Variable::PersonName)),
                ("ticket_number", 2, 6, Some(Variable::TicketNumber)),
                ("zzz", 2, 42, None),
            ]
        );
    }

    #[test]
    fn bombs_are_bounded() {
        let long = |_: Variable| Some("x".repeat(100_000));
        assert!(fill(&"{{ticket.number}}".repeat(1_000), long).len() <= FILLED_BYTES_MAX);
        assert_eq!(check(&"{{x}}".repeat(50_000)).len(), 100);
        assert_eq!(fill(&"{{".repeat(100_000), values).len(), 200_000);
    }
}
