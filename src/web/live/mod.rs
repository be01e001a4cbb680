//! Live screens: events pushed to browsers over one stream each (server-sent events).
//!
//! A follower of the event log publishes; [`Live`] keeps what was published in the last minutes and hands it to every
//! subscriber whose rights and topics fit. A browser that comes back says which event it saw last and gets the rest; when
//! that is no longer known, it gets `event: resync` and loads its pages anew. Nothing waits for a slow reader: its stream
//! is closed, and it comes back.
//!
//! A message is `{topic, rev, html, data}`: `rev` is the event's number, `html` a ready piece of page in the reader's
//! language, `data` what scripts need.

mod hub;
mod stream;

pub use hub::{Limits, Live, Subscriber};
pub use stream::{EventStream, answer, last_seen};

use bytes::Bytes;

use crate::base::Timestamp;

use super::lang::Lang;

/// A value for every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerLang<T> {
    en: T,
    de: T,
}

impl<T> PerLang<T> {
    /// Makes the value for each language.
    pub fn of(mut make: impl FnMut(Lang) -> T) -> Self {
        Self { en: make(Lang::En), de: make(Lang::De) }
    }

    /// The value for `lang`.
    pub fn get(&self, lang: Lang) -> &T {
        match lang {
            Lang::De => &self.de,
            _ => &self.en,
        }
    }
}

/// Something that happened and that open pages show.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// Its number in the event log; see [`Live::publish`] for the number that it is told under.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What it is about, `calls` or `ticket:1042`.
    pub topic: String,
    /// Who may hear of it: one bit for each group that the caller knows.
    pub audience: u32,
    /// Narrower groups that may hear of it as well, by names such as `team:3`.
    pub circles: Vec<String>,
    /// The piece of page that shows it, with an `id` on its outermost element.
    pub html: Option<PerLang<String>>,
    /// What scripts need to know. Seen by everybody in the audience.
    pub data: serde_json::Value,
}

impl LiveEvent {
    /// The event as it goes over the wire under the number `id` to a reader of `lang`.
    fn frame(&self, id: i64, lang: Lang) -> Bytes {
        let html = self.html.as_ref().map(|html| html.get(lang));
        let message = serde_json::json!({ "topic": self.topic, "rev": id, "html": html, "data": self.data });
        // JSON has no bare line breaks, so a message is one `data:` line.
        Bytes::from(format!("id: {id}\nevent: live\ndata: {message}\n\n"))
    }
}
