//! What an agent orders by mail: lines at the top of a text, `#status solved` or `Status: solved`. Reading only; who may
//! order what is decided elsewhere, and only for agents whose mail is proven.

use crate::base::text::clean_line;

/// Lines at the top that may be commands.
const LINES_MAX: usize = 20;
/// Characters of a value.
const VALUE_CHARACTERS_MAX: usize = 200;

/// An order, its value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The state of the ticket: open, pending, solved, closed ...
    Status(String),
    /// Who is to take it; `me` is the sender.
    Assign(String),
    /// The priority.
    Priority(String),
    /// A tag to add.
    Tag(String),
    /// A tag to take off.
    Untag(String),
    /// The team that is to take it.
    Team(String),
    /// The person that it is about.
    Requester(String),
    /// Somebody who is to get a copy.
    Cc(String),
    /// A new subject.
    Subject(String),
    /// The category.
    Category(String),
    /// The mail is an internal note.
    Note,
    /// The mail is an answer to the customer.
    Public,
}

/// Words that need no value, as in `#solved`.
const STATES: [&str; 7] = ["open", "pending", "waiting", "solved", "resolved", "closed", "reopen"];

/// Reads the commands at the top of a text and returns them with the rest of it. Empty lines between them are skipped; the
/// first other line ends them, and at most 20 lines are looked at. The rest is the whole text if there is no command.
pub fn read(text: &str) -> (Vec<Command>, &str) {
    let mut found = Vec::new();
    let mut rest = text;
    let mut after = text;
    for _ in 0..LINES_MAX {
        let (line, further) = rest.split_once('\n').unwrap_or((rest, ""));
        let bare = line.trim().trim_start_matches('\u{FEFF}');
        if !bare.is_empty() {
            let commands = command(bare);
            if commands.is_empty() {
                break;
            }
            found.extend(commands);
            after = further;
        }
        rest = further;
        if rest.is_empty() {
            break;
        }
    }
    if found.is_empty() { (found, text) } else { (found, after.trim_start_matches(['\r', '\n'])) }
}

fn command(line: &str) -> Vec<Command> {
    if let Some(rest) = line.strip_prefix('#') {
        let (key, value) = rest.split_once([' ', '\t', ':', '=']).unwrap_or((rest, ""));
        return of(key, value.trim_start_matches([':', '=', ' ', '\t']), true);
    }
    let Some((key, value)) = line.split_once(':') else { return Vec::new() };
    // A sentence with a colon is no command: a key is one word.
    let key = key.trim().trim_matches('*');
    if key.contains(char::is_whitespace) { Vec::new() } else { of(key, value.trim_start_matches('*'), false) }
}

fn of(key: &str, value: &str, hashed: bool) -> Vec<Command> {
    let key = key.trim().to_lowercase();
    let value = clean_line(value, VALUE_CHARACTERS_MAX);
    if value.is_empty() {
        let bare = match key.as_str() {
            "note" | "internal" | "private" | "notiz" | "intern" if hashed => Some(Command::Note),
            "public" | "reply" | "öffentlich" | "antwort" if hashed => Some(Command::Public),
            state if hashed && STATES.contains(&state) => Some(Command::Status(state.to_owned())),
            "take" | "mine" if hashed => Some(Command::Assign("me".to_owned())),
            _ => None,
        };
        return bare.into_iter().collect();
    }
    let several = |make: fn(String) -> Command| {
        let parts = value.split([',', ';']).flat_map(str::split_whitespace).map(|tag| tag.trim_start_matches('#'));
        parts.filter(|tag| !tag.is_empty()).map(|tag| make(tag.to_owned())).collect()
    };
    let one = match key.as_str() {
        "status" | "state" | "zustand" => Command::Status(value),
        "assign" | "assignee" | "owner" | "agent" | "zuweisen" | "bearbeiter" => Command::Assign(value),
        "priority" | "prio" | "priorität" => Command::Priority(value),
        "tag" | "tags" | "addtag" | "schlagwort" => return several(Command::Tag),
        "untag" | "deltag" => return several(Command::Untag),
        "team" | "group" | "queue" => Command::Team(value),
        "requester" | "requestor" | "person" => Command::Requester(value),
        "cc" if hashed => Command::Cc(value),
        "subject" | "betreff" if hashed => Command::Subject(value),
        "category" | "kategorie" => Command::Category(value),
        _ => return Vec::new(),
    };
    vec![one]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_at_the_top() {
        let (found, rest) = read(
            "#status solved\r\nPriority : high\n\n*Owner:* ada\n#tag printer, #vip\n#note\n\nThe text.\n#status open\n",
        );
        let expected = [
            Command::Status("solved".to_owned()),
            Command::Priority("high".to_owned()),
            Command::Assign("ada".to_owned()),
            Command::Tag("printer".to_owned()),
            Command::Tag("vip".to_owned()),
            Command::Note,
        ];
        assert_eq!(found, expected);
        assert_eq!(rest, "The text.\n#status open\n");
        assert_eq!(read("#solved").0, [Command::Status("solved".to_owned())]);
    }

    #[test]
    fn text_is_no_command() {
        for text in [
            "Hello\n#status solved",
            "Note: it rains",
            "The status: fine",
            "#hashtag",
            "Subject: x",
            "#",
            "",
            "status:",
            "#due tomorrow",
            "#new",
        ] {
            assert_eq!(read(text), (Vec::new(), text), "{text}");
        }
        let many = "#open\n".repeat(30);
        assert_eq!(read(&many).0.len(), LINES_MAX);
    }
}
