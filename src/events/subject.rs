//! To what an event happened.

use super::Event;
use crate::base::id::{
    AgentId, CallId, CallbackId, LineId, MailboxId, OrganisationId, PersonId, SiteId, TeamId, TicketId,
};

/// To what it happened; by this the history of a thing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "one for each noun")]
pub enum Subject {
    Desk,
    Team(TeamId),
    Agent(AgentId),
    Organisation(OrganisationId),
    Person(PersonId),
    Line(LineId),
    Call(CallId),
    Ticket(TicketId),
    Site(SiteId),
    Callback(CallbackId),
    Mailbox(MailboxId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Desk => f.write_str("desk"),
            Self::Team(id) => write!(f, "team:{id}"),
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Organisation(id) => write!(f, "organisation:{id}"),
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Line(id) => write!(f, "line:{id}"),
            Self::Call(id) => write!(f, "call:{id}"),
            Self::Ticket(id) => write!(f, "ticket:{id}"),
            Self::Site(id) => write!(f, "site:{id}"),
            Self::Callback(id) => write!(f, "callback:{id}"),
            Self::Mailbox(id) => write!(f, "mailbox:{id}"),
        }
    }
}

impl Event {
    /// To what it happened. A call that belongs to a ticket has the ticket's history told by the ticket's own events. What
    /// belongs to nothing else happened to the desk.
    pub fn subject(&self) -> Subject {
        self.of_people().or_else(|| self.of_reaching()).or_else(|| self.of_ticket()).unwrap_or(Subject::Desk)
    }

    /// Those who work here, and those whom they work for.
    fn of_people(&self) -> Option<Subject> {
        Some(match self {
            Self::TeamCreated { team, .. } | Self::TeamChanged { team, .. } | Self::TeamArchived { team } => {
                Subject::Team(*team)
            }
            Self::AgentCreated { agent, .. }
            | Self::AgentChanged { agent, .. }
            | Self::AgentDisabled { agent }
            | Self::AgentEnabled { agent }
            | Self::AgentPasswordSet { agent }
            | Self::AgentLookChanged { agent }
            | Self::DutyChanged { agent, .. }
            | Self::SignedIn { agent, .. }
            | Self::SignedOut { agent, .. } => Subject::Agent(*agent),
            Self::OrganisationCreated { organisation, .. } | Self::OrganisationChanged { organisation, .. } => {
                Subject::Organisation(*organisation)
            }
            Self::PersonCreated { person, .. }
            | Self::PersonChanged { person, .. }
            | Self::PersonRemoved { person } => Subject::Person(*person),
            Self::SiteCreated { site, .. } | Self::SiteChanged { site, .. } | Self::SiteRemoved { site } => {
                Subject::Site(*site)
            }
            _ => return None,
        })
    }

    /// How they reach each other: lines and calls, mailboxes and mails.
    fn of_reaching(&self) -> Option<Subject> {
        Some(match self {
            Self::LineCreated { line, .. } | Self::LineChanged { line, .. } | Self::LineDisabled { line } => {
                Subject::Line(*line)
            }
            Self::CallStarted { call, .. }
            | Self::CallEnded { call, .. }
            | Self::CallMarkedMissed { call, .. }
            | Self::CallClaimed { call, .. }
            | Self::CallReleased { call, .. }
            | Self::CallPersonNamed { call, .. }
            | Self::CallWrappedUp { call, .. }
            | Self::CallWrapUpUndone { call }
            | Self::CallMarkedSpam { call, .. }
            | Self::CallLinked { call, .. }
            | Self::CallUnlinked { call, .. } => Subject::Call(*call),
            Self::CallbackOpened { callback, .. }
            | Self::CallbackRepeated { callback, .. }
            | Self::CallbackHeld { callback, .. }
            | Self::CallbackTried { callback, .. }
            | Self::CallbackClosed { callback, .. }
            | Self::CallbackReopened { callback } => Subject::Callback(*callback),
            Self::MailboxCreated { mailbox, .. }
            | Self::MailboxChanged { mailbox, .. }
            | Self::MailboxDisabled { mailbox }
            | Self::MailboxFailing { mailbox, .. }
            | Self::MailboxRecovered { mailbox }
            | Self::MailTaken { mailbox, .. }
            | Self::MailReopened { mailbox, .. }
            | Self::MailStormSeen { mailbox, .. }
            | Self::MailLoopSeen { mailbox, .. }
            | Self::LetterQueued { mailbox, .. }
            | Self::LetterSettled { mailbox, .. } => Subject::Mailbox(*mailbox),
            _ => return None,
        })
    }

    /// What happened to a ticket.
    fn of_ticket(&self) -> Option<Subject> {
        Some(match self {
            Self::TicketCreated { ticket, .. }
            | Self::TicketSubjectChanged { ticket, .. }
            | Self::TicketStatusChanged { ticket, .. }
            | Self::TicketPriorityChanged { ticket, .. }
            | Self::TicketTeamChanged { ticket, .. }
            | Self::TicketAssigned { ticket, .. }
            | Self::TicketRequesterChanged { ticket, .. }
            | Self::TicketClosed { ticket }
            | Self::TicketReopened { ticket }
            | Self::TicketSiteChanged { ticket, .. }
            | Self::TicketCategoryChanged { ticket, .. }
            | Self::TicketParentChanged { ticket, .. }
            | Self::TicketWantedChanged { ticket, .. }
            | Self::TicketTagged { ticket, .. }
            | Self::MailOrdersRead { ticket, .. }
            | Self::TicketMentionFound { ticket, .. }
            | Self::ParticipantJoined { ticket, .. }
            | Self::IncidentDeclared { ticket, .. }
            | Self::IncidentChanged { ticket, .. }
            | Self::IncidentSolved { ticket, .. }
            | Self::EntryAdded { ticket, .. }
            | Self::EntryChanged { ticket, .. } => Subject::Ticket(*ticket),
            _ => return None,
        })
    }
}
