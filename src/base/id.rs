//! Ids: one type per table over an `i64`, so that a person's id can't be handed in where a ticket's is wanted.

/// Makes an id type: `id! { /// What it names. TicketId }`.
#[macro_export]
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        $crate::base::column::over_i64!($name);
    )+ };
}

pub use crate::id;

id! {
    /// Someone who works here and signs in.
    AgentId,
    /// A group of agents that tickets and lines belong to.
    TeamId,
    /// A sign-in that lasts.
    SessionId,
    /// Someone who calls or writes.
    PersonId,
    /// A firm or household that people belong to.
    OrganisationId,
    /// A piece of work.
    TicketId,
    /// One item in a ticket's thread.
    EntryId,
    /// A phone line that calls come in on.
    LineId,
    /// One call.
    CallId,
    /// A place where something stands and somebody is sent to.
    SiteId,
    /// What a ticket can be about.
    CategoryId,
    /// A word that a dispatcher ends a call with.
    WrapUpId,
    /// Somebody who is to be called back.
    CallbackId,
    /// A fault that many call about.
    IncidentId,
    /// An account on a mail server.
    MailboxId,
    /// A mail that was seen on a server: a row of the ledger.
    InboundId,
    /// A mail that goes out.
    OutboundId,
    /// A file that hangs on an entry.
    AttachmentId,
    /// A signature, an acknowledgement or a template.
    MailTextId,
    /// A row of the event log.
    EventId,
    /// A unit of background work.
    JobId,
}
