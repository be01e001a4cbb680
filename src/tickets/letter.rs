//! Letters: what came and went by mail, as the thread shows it.

use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::base::id::{AgentId, AttachmentId, EntryId};

/// Somebody who writes or is written to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondent {
    /// The name that stood beside the address; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The address, in lower case.
    pub address: String,
}

impl Correspondent {
    /// Name and address as people read them.
    pub fn line(&self) -> String {
        if self.name.is_empty() { self.address.clone() } else { format!("{} <{}>", self.name, self.address) }
    }
}

/// How far a letter of ours is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// `held` (can be taken back), `queued`, `sent`, `failed`, `cancelled`.
    pub state: String,
    /// What the server said last; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// Until when it can be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until_at: Option<Timestamp>,
    /// From what to what status it moved its ticket, which is undone with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<(String, String)>,
    /// Addresses to which it can't be delivered, each with what the server said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// Addresses for which it is tried again while others have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Whether some have it and others don't.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_partial: bool,
}

/// An invitation to a meeting (RFC 5545, RFC 5546).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// `REQUEST`, `REPLY`, `CANCEL` ..
    pub method: String,
    /// What it is about.
    pub summary: String,
    /// Who asks.
    pub organiser: String,
    /// When it begins, as it is written.
    pub starts: String,
    /// When it begins, where that can be said.
    pub starts_at: Option<Timestamp>,
    /// Where.
    pub location: String,
}

/// What a letter is beside the text that is new in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LetterFacts {
    /// Whether it came in; else it went out.
    pub incoming: bool,
    /// Who wrote it.
    pub from: Correspondent,
    /// To whom.
    pub to: Vec<Correspondent>,
    /// Who got a copy.
    pub cc: Vec<Correspondent>,
    /// Who got a copy that the others don't know of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<Correspondent>,
    /// Its subject.
    pub subject: String,
    /// When it was written, as its writer's clock had it.
    pub sent_at: Option<Timestamp>,
    /// `human`, `auto_reply`, `auto_generated`, `bounce`.
    pub class: String,
    /// What it repeats of earlier letters, and the signature; one click away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// Whether its writer's layout is kept.
    pub has_page: bool,
    /// Pictures elsewhere that the layout asks for. They are never loaded by the desk.
    pub remote_images: usize,
    /// Whether whoever wrote it is known to take part in the ticket.
    pub is_unverified: bool,
    /// Whether a trusted server vouches for the sender.
    pub is_authenticated: bool,
    /// Whether a filter on the way took it for spam: nobody is told of it, and it is answered by nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_spam: bool,
    /// Words for what is odd about it: keys of `letter-odd-…`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub oddities: Vec<String>,
    /// A meeting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    /// How far it is, for a letter of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}

/// A letter that becomes an entry.
#[derive(Debug, Clone, Default)]
pub struct NewLetter {
    /// What it is.
    pub facts: LetterFacts,
    /// What is new in it.
    pub text: String,
    /// Its layout, cleaned.
    pub page: Option<String>,
    /// The agent who wrote it.
    pub author: Option<AgentId>,
}

/// A file whose octets are in the blob store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewFile {
    /// Its name, without a path.
    pub name: String,
    /// What it is, as its first octets say.
    pub media_type: String,
    /// Octets.
    pub size_bytes: i64,
    /// The name of the blob.
    pub blob: String,
    /// How the layout refers to it; empty for none.
    pub content_id: String,
    /// Whether it is a picture within the text.
    pub is_inline: bool,
}

/// A file that hangs on an entry, or lies ready for an answer.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Attachment {
    /// Id.
    pub id: AttachmentId,
    /// The entry; nothing while the answer is being written.
    pub entry: Option<EntryId>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Octets.
    pub size_bytes: i64,
    /// The name of the blob.
    pub blob: String,
    /// The name of the blob with the small picture; nothing while nobody asked for it, empty when there can be none.
    pub thumbnail: Option<String>,
    /// How the layout refers to it.
    pub content_id: String,
    /// Whether it is a picture within the text.
    pub is_inline: bool,
}

impl Attachment {
    /// Whether a browser may show it as a picture: kinds that run nothing.
    pub fn is_picture(&self) -> bool {
        matches!(self.media_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp")
    }
}
