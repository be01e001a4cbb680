//! Folders, and their names on the wire: modified UTF-7 (RFC 3501 5.1.3), in which `Entwürfe` is `Entw&APw-rfe`.

use async_imap::imap_proto::{MailboxListData, NameAttribute};
use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

use super::{Error, Result};

/// Octets that the name of a folder may have on the wire.
const NAME_BYTES_MAX: usize = 1_000;

const CODED: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// What a folder is for (RFC 6154).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Where mail arrives.
    Inbox,
    /// All mails once more.
    All,
    /// What was put away.
    Archive,
    /// What isn't finished.
    Drafts,
    /// What is marked.
    Flagged,
    /// What is not wanted.
    Junk,
    /// What was sent.
    Sent,
    /// What was thrown away.
    Trash,
}

/// A folder of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name for people and for [`Session::select`](super::Session::select), with the parents before it.
    pub name: String,
    /// What stands between parents and children in the name; nothing where there are none.
    pub delimiter: Option<char>,
    /// What it is for, if the server says.
    pub usage: Option<Use>,
    /// Whether it holds mails, and not only other folders.
    pub selectable: bool,
}

impl Folder {
    /// A folder that was listed; nothing if its name can't be said back to the server.
    pub(super) fn of(listed: &MailboxListData<'_>) -> Option<Self> {
        let raw = listed.name.as_ref();
        let is_inbox = raw.eq_ignore_ascii_case("INBOX");
        let name = if is_inbox { "INBOX".to_owned() } else { decoded(raw)? };
        let named = listed.name_attributes.iter().find_map(|attribute| match attribute {
            NameAttribute::All => Some(Use::All),
            NameAttribute::Archive => Some(Use::Archive),
            NameAttribute::Drafts => Some(Use::Drafts),
            NameAttribute::Flagged => Some(Use::Flagged),
            NameAttribute::Junk => Some(Use::Junk),
            NameAttribute::Sent => Some(Use::Sent),
            NameAttribute::Trash => Some(Use::Trash),
            _ => None,
        });
        let usage = if is_inbox { Some(Use::Inbox) } else { named };
        let selectable = !listed.name_attributes.iter().any(|attribute| match attribute {
            NameAttribute::NoSelect => true,
            NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
            _ => false,
        });
        // The library leaves the backslash before one that needs it.
        let delimiter = listed.delimiter.as_ref().and_then(|delimiter| delimiter.chars().last());
        (is_inbox || encoded(&name) == raw).then_some(Self { name, delimiter, usage, selectable })
    }
}

/// A folder's name as an argument of a command.
///
/// # Errors
/// [`Error::Refused`] for names with control characters and for very long ones.
pub(super) fn argument(name: &str) -> Result<String> {
    let raw = if name.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { encoded(name) };
    if name.is_empty() || name.chars().any(char::is_control) || raw.len() > NAME_BYTES_MAX {
        return Err(Error::refused("this cannot be the name of a folder"));
    }
    Ok(quoted(&raw))
}

/// A quoted string (RFC 3501 4.3); the text has no control characters.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name in modified UTF-7.
fn encoded(name: &str) -> String {
    let mut raw = String::new();
    let mut coded: Vec<u8> = Vec::new();
    let flush = |coded: &mut Vec<u8>, raw: &mut String| {
        if !coded.is_empty() {
            raw.push('&');
            raw.push_str(&CODED.encode(&*coded));
            raw.push('-');
            coded.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut coded, &mut raw);
            raw.push(c);
            if c == '&' {
                raw.push('-');
            }
        } else {
            let mut units = [0; 2];
            coded.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut coded, &mut raw);
    raw
}

/// A name from modified UTF-7; nothing if it isn't.
fn decoded(raw: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = raw;
    while let Some((plain, coded)) = rest.split_once('&') {
        name.push_str(plain);
        let (coded, after) = coded.split_once('-')?;
        if coded.is_empty() {
            name.push('&');
        } else {
            let octets = CODED.decode(coded).ok()?;
            let (units, odd) = octets.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            name.push_str(&String::from_utf16(&units).ok().filter(|_| odd.is_empty())?);
        }
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for (name, raw) in [
            ("INBOX", "INBOX"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("Gelöschte Objekte", "Gel&APY-schte Objekte"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Sales & Support", "Sales &- Support"),
            ("😀", "&2D3eAA-"),
            ("ä&ö", "&AOQ-&-&APY-"),
        ] {
            assert_eq!(encoded(name), raw);
            assert_eq!(decoded(raw).unwrap(), name);
        }
        for raw in ["&", "&AOQ", "&AO-", "&2D0-", "a&!!-"] {
            assert_eq!(decoded(raw), None, "{raw}");
        }
    }

    #[test]
    fn arguments_cannot_end_the_command() {
        assert_eq!(argument("a \"b\\").unwrap(), "\"a \\\"b\\\\\"");
        assert_eq!(argument("inbox").unwrap(), "\"INBOX\"");
        for name in ["a\r\nA1 DELETE INBOX", "", "a\0", &"ä".repeat(1_000)] {
            assert!(argument(name).is_err());
        }
    }

    #[test]
    fn a_name_that_cannot_be_said_back_is_left_out() {
        let listed = |name: &'static str| MailboxListData {
            name_attributes: Vec::new(),
            delimiter: Some("/".into()),
            name: name.into(),
        };
        assert_eq!(Folder::of(&listed("&AOQ-")).unwrap().name, "ä");
        assert_eq!(Folder::of(&listed("iNbOx")).unwrap().usage, Some(Use::Inbox));
        // Broken, not UTF-8 as the library reads it, letters that need a code and one that needs none.
        for name in ["&AOQ", "\u{fffd}", "ä", "&AGE-"] {
            assert_eq!(Folder::of(&listed(name)), None);
        }
    }
}
