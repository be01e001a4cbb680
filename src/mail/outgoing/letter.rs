//! The letter and its head.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, Message};

use super::parts::body;
use crate::base::text::clean_line;
use crate::base::{EmailAddress, Timestamp};
use crate::mail::address::{check, clean_name};

/// Characters of a subject that are sent.
const SUBJECT_CHARACTERS_MAX: usize = 250;
/// Message-IDs in References: the first one, and the last ones.
const REFERENCES_MAX: usize = 20;
/// Octets of a Message-ID.
const ID_OCTETS_MAX: usize = 250;
/// Recipients of one letter.
pub const RECIPIENTS_MAX: usize = 100;

/// Whose word a letter is; machines must be told (RFC 3834), or two of them talk for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person wrote it.
    Reply,
    /// The desk answers a mail by itself.
    Acknowledgement,
    /// The desk tells of something by itself.
    Notice,
}

/// A name and an address. The name may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Display name; cleaned before it is written.
    pub name: String,
    /// Address.
    pub address: EmailAddress,
}

impl Person {
    /// A person with an address.
    pub fn new(name: impl Into<String>, address: EmailAddress) -> Self {
        Self { name: name.into(), address }
    }
}

/// A file that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The name as people see it, in any script; cleaned of controls and of what makes a path.
    pub name: String,
    /// Media type, `application/octet-stream` when it is not one.
    pub media_type: String,
    /// The file.
    pub octets: Vec<u8>,
}

/// A picture that the HTML shows by `cid:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// What stands after `cid:`, like `shot1@desk.example`: letters, digits, and `.-_@+`.
    pub content_id: String,
    /// The file.
    pub file: Attachment,
}

/// A mail of ours, in parts.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Whose word it is.
    pub kind: Kind,
    /// Who it says it is from.
    pub from: Person,
    /// To whom.
    pub to: Vec<Person>,
    /// Who gets a copy and is seen.
    pub cc: Vec<Person>,
    /// Who gets a copy and is not seen: counted and checked, and never written.
    pub bcc: Vec<EmailAddress>,
    /// Where answers go: the reply address with its token.
    pub reply_to: Option<Person>,
    /// Subject, one line; cleaned of controls, cut to 250 characters.
    pub subject: String,
    /// With angle brackets.
    pub message_id: String,
    /// The mail that is answered, with angle brackets. One that is none is left out.
    pub in_reply_to: Option<String>,
    /// The thread, oldest first; the first and the last 19 are kept.
    pub references: Vec<String>,
    /// When it was written.
    pub date: Timestamp,
    /// Mark of this desk against loops.
    pub loop_mark: String,
    /// What `text/plain` says.
    pub text: String,
    /// What `text/html` says, with its frame; nothing for a letter of text alone.
    pub html: Option<String>,
    /// Pictures in the HTML.
    pub images: Vec<InlineImage>,
    /// Files.
    pub attachments: Vec<Attachment>,
}

/// Why a letter can't be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody to send it to.
    NoRecipient,
    /// More than 100 recipients.
    TooManyRecipients,
    /// Mail can't go to or come from this address.
    Address(EmailAddress, crate::mail::address::Fault),
    /// The Message-ID is none.
    MessageId,
    /// A picture's content id is none.
    ContentId(String),
    /// The letter could not be built; the text is for the log.
    Build(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoRecipient => f.write_str("the letter has no recipient"),
            Self::TooManyRecipients => write!(f, "the letter has more than {RECIPIENTS_MAX} recipients; send several"),
            Self::Address(address, fault) => write!(f, "{address}: {fault}"),
            Self::MessageId => f.write_str("the Message-ID is not one"),
            Self::ContentId(id) => write!(f, "a picture can't be called {id:?}"),
            Self::Build(text) => write!(f, "the letter could not be built: {text}"),
        }
    }
}

impl std::error::Error for Fault {}

impl Letter {
    /// Builds the octets of the mail. The same letter gives the same octets.
    ///
    /// # Errors
    /// The first thing that can't go into a mail.
    pub fn seal(&self) -> Result<Vec<u8>, Fault> {
        self.check_recipients()?;
        let message = self.head()?.multipart_or_text(self)?;
        let octets = message.formatted();
        match is_crlf_only(&octets) {
            true => Ok(octets),
            false => Err(Fault::Build("a line does not end in CR LF".to_owned())),
        }
    }

    /// Whether somebody gets it, not too many do, and mail can go to all of them.
    fn check_recipients(&self) -> Result<(), Fault> {
        let seen = self.to.iter().chain(&self.cc).map(|person| &person.address);
        let mut count = 0;
        for address in seen.chain(&self.bcc) {
            checked(address)?;
            count += 1;
            if count > RECIPIENTS_MAX {
                return Err(Fault::TooManyRecipients);
            }
        }
        if count == 0 { Err(Fault::NoRecipient) } else { Ok(()) }
    }

    /// The head of the mail.
    fn head(&self) -> Result<Head, Fault> {
        let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(self.date.0).unwrap_or(0));
        let id = message_id(&self.message_id).ok_or(Fault::MessageId)?;
        let mut builder = Message::builder().date(date).from(mailbox(&self.from)?);
        for person in &self.to {
            builder = builder.to(mailbox(person)?);
        }
        for person in &self.cc {
            builder = builder.cc(mailbox(person)?);
        }
        if self.to.is_empty() && self.cc.is_empty() {
            // RFC 5322 section 3.4: a group without members tells nobody who got it.
            builder = builder.raw_header(plain("To", "undisclosed-recipients:;"));
        }
        if let Some(person) = &self.reply_to {
            builder = builder.reply_to(mailbox(person)?);
        }
        builder =
            builder.subject(clean_line(&self.subject, SUBJECT_CHARACTERS_MAX)).raw_header(plain("Message-ID", id));
        if let Some(id) = self.in_reply_to.as_deref().and_then(message_id) {
            builder = builder.raw_header(plain("In-Reply-To", id));
        }
        let references = references(&self.references);
        if !references.is_empty() {
            builder = builder.raw_header(plain("References", &references));
        }
        for (name, value) in automatic(self.kind) {
            builder = builder.raw_header(plain(name, value));
        }
        let mark = self.loop_mark.chars().filter(char::is_ascii_alphanumeric).take(80).collect::<String>();
        if !mark.is_empty() {
            builder = builder.raw_header(plain("X-Deskbell-Loop", &mark));
        }
        Ok(Head(builder))
    }
}

/// A head that waits for its body.
struct Head(MessageBuilder);

impl Head {
    fn multipart_or_text(self, letter: &Letter) -> Result<Message, Fault> {
        // The envelope is ours; lettre's own is made from the head, and a head with bcc alone has none.
        let address = address(&letter.from.address)?;
        let envelope = lettre::address::Envelope::new(None, vec![address]).map_err(|error| build(&error))?;
        body(self.0.envelope(envelope), letter)
    }
}

/// What a mail by a machine says of itself. "Precedence: bulk" only on notices: some providers take it for junk.
fn automatic(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Reply => &[],
        Kind::Acknowledgement => &[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
        Kind::Notice => {
            &[("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "bulk")]
        }
    }
}

/// A header whose value is ASCII, printable and folded already.
fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.to_owned(), value.to_owned())
}

/// The id with its brackets; nothing when it is not one, or one that could do more than stand there.
fn message_id(id: &str) -> Option<&str> {
    let id = id.trim();
    let inner = id.strip_prefix('<')?.strip_suffix('>')?;
    let plain = |b: u8| b.is_ascii_graphic() && b != b'<' && b != b'>';
    (inner.len() > 2 && inner.len() <= ID_OCTETS_MAX && inner.bytes().all(plain) && inner.contains('@')).then_some(id)
}

/// The thread on folded lines: the first id and the last ones, each once.
fn references(ids: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut last: Vec<&str> = Vec::new();
    let first = ids.iter().find_map(|id| message_id(id));
    for id in ids.iter().rev().filter_map(|id| message_id(id)) {
        if Some(id) != first && !last.contains(&id) {
            last.push(id);
        }
        if last.len() == REFERENCES_MAX - 1 {
            break;
        }
    }
    kept.extend(first);
    kept.extend(last.iter().rev());
    kept.join("\r\n ")
}

/// A person as a header writes it.
fn mailbox(person: &Person) -> Result<Mailbox, Fault> {
    let name = clean_name(&person.name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address(&person.address)?))
}

/// The address, checked, as lettre knows it.
fn address(address: &EmailAddress) -> Result<Address, Fault> {
    let address = checked(address)?;
    address.as_str().parse().map_err(|error: lettre::address::AddressError| build(&error))
}

/// The address as an envelope takes it.
fn checked(address: &EmailAddress) -> Result<EmailAddress, Fault> {
    check(address.as_str()).map_err(|fault| Fault::Address(address.clone(), fault))
}

/// A fault of the builder.
pub(super) fn build(error: &dyn std::fmt::Display) -> Fault {
    Fault::Build(error.to_string())
}

/// Whether every CR and every LF is half of a line end.
pub(crate) fn is_crlf_only(octets: &[u8]) -> bool {
    let mut before = 0;
    for octet in octets {
        if (*octet == b'\n') != (before == b'\r') {
            return false;
        }
        before = *octet;
    }
    before != b'\r'
}
