//! What can happen. Additive only: a kind is never renamed, a field never changes its meaning, new fields have defaults.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::id::{
    AgentId, CallId, CallbackId, CategoryId, EntryId, InboundId, IncidentId, LineId, MailTextId, MailboxId,
    OrganisationId, OutboundId, PersonId, SessionId, SiteId, TeamId, TicketId, WrapUpId,
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the meaning; the fields are ids and values of the same names")]
pub enum Event {
    DeskSettingChanged {
        key: String,
    },
    TeamCreated {
        team: TeamId,
        name: String,
    },
    TeamChanged {
        team: TeamId,
        name: String,
    },
    TeamArchived {
        team: TeamId,
    },
    AgentCreated {
        agent: AgentId,
        login: String,
        role: String,
    },
    AgentChanged {
        agent: AgentId,
        role: String,
    },
    AgentDisabled {
        agent: AgentId,
    },
    AgentEnabled {
        agent: AgentId,
    },
    AgentPasswordSet {
        agent: AgentId,
    },
    SignedIn {
        agent: AgentId,
        session: SessionId,
        address: String,
    },
    SignInFailed {
        login: String,
        address: String,
    },
    SignedOut {
        agent: AgentId,
        session: SessionId,
    },
    OrganisationCreated {
        organisation: OrganisationId,
        name: String,
    },
    OrganisationChanged {
        organisation: OrganisationId,
        name: String,
    },
    PersonCreated {
        person: PersonId,
        name: String,
    },
    PersonChanged {
        person: PersonId,
        name: String,
    },
    PersonRemoved {
        person: PersonId,
    },
    LineCreated {
        line: LineId,
        name: String,
    },
    LineChanged {
        line: LineId,
        name: String,
    },
    LineDisabled {
        line: LineId,
    },
    CallStarted {
        call: CallId,
        line: LineId,
        #[serde(default)]
        ticket: Option<TicketId>,
    },
    CallEnded {
        call: CallId,
        line: LineId,
        outcome: String,
        #[serde(default)]
        ticket: Option<TicketId>,
    },
    CallMarkedMissed {
        call: CallId,
        #[serde(default)]
        ticket: Option<TicketId>,
    },
    TicketCreated {
        ticket: TicketId,
        channel: String,
        #[serde(default)]
        team: Option<TeamId>,
    },
    TicketSubjectChanged {
        ticket: TicketId,
        subject: String,
    },
    TicketStatusChanged {
        ticket: TicketId,
        from: String,
        to: String,
    },
    TicketPriorityChanged {
        ticket: TicketId,
        from: String,
        to: String,
    },
    TicketTeamChanged {
        ticket: TicketId,
        #[serde(default)]
        team: Option<TeamId>,
    },
    TicketAssigned {
        ticket: TicketId,
        #[serde(default)]
        agent: Option<AgentId>,
    },
    TicketRequesterChanged {
        ticket: TicketId,
        #[serde(default)]
        person: Option<PersonId>,
    },
    TicketClosed {
        ticket: TicketId,
    },
    TicketReopened {
        ticket: TicketId,
    },
    EntryAdded {
        ticket: TicketId,
        entry: EntryId,
        entry_kind: String,
    },
    AgentLookChanged {
        agent: AgentId,
    },
    DutyChanged {
        agent: AgentId,
        /// `on`, `break` or `off`.
        state: String,
    },
    SiteCreated {
        site: SiteId,
        name: String,
    },
    SiteChanged {
        site: SiteId,
        name: String,
    },
    SiteRemoved {
        site: SiteId,
    },
    CategoryChanged {
        category: CategoryId,
        name: String,
        #[serde(default)]
        archived: bool,
    },
    WrapUpChanged {
        code: WrapUpId,
        name: String,
        #[serde(default)]
        archived: bool,
    },
    NumberBlocked {
        /// The number, all but its last digits hidden.
        masked: String,
    },
    NumberUnblocked {
        masked: String,
    },
    CallClaimed {
        call: CallId,
        agent: AgentId,
        /// From whom it was taken over.
        #[serde(default)]
        from: Option<AgentId>,
    },
    CallReleased {
        call: CallId,
        agent: AgentId,
    },
    CallPersonNamed {
        call: CallId,
        #[serde(default)]
        person: Option<PersonId>,
    },
    CallWrappedUp {
        call: CallId,
        #[serde(default)]
        code: Option<WrapUpId>,
    },
    CallWrapUpUndone {
        call: CallId,
    },
    CallMarkedSpam {
        call: CallId,
        spam: bool,
    },
    CallLinked {
        call: CallId,
        ticket: TicketId,
    },
    CallUnlinked {
        call: CallId,
        ticket: TicketId,
    },
    CallbackOpened {
        callback: CallbackId,
        #[serde(default)]
        call: Option<CallId>,
    },
    CallbackRepeated {
        callback: CallbackId,
        call: CallId,
        times: i64,
    },
    CallbackHeld {
        callback: CallbackId,
        #[serde(default)]
        agent: Option<AgentId>,
    },
    CallbackTried {
        callback: CallbackId,
        result: String,
    },
    CallbackClosed {
        callback: CallbackId,
        result: String,
    },
    CallbackReopened {
        callback: CallbackId,
    },
    TicketSiteChanged {
        ticket: TicketId,
        #[serde(default)]
        site: Option<SiteId>,
    },
    TicketCategoryChanged {
        ticket: TicketId,
        #[serde(default)]
        category: Option<CategoryId>,
    },
    TicketParentChanged {
        ticket: TicketId,
        #[serde(default)]
        parent: Option<TicketId>,
    },
    TicketWantedChanged {
        ticket: TicketId,
        /// When the work is wanted, in milliseconds of UTC.
        #[serde(default)]
        wanted_at: Option<i64>,
    },
    IncidentDeclared {
        incident: IncidentId,
        ticket: TicketId,
    },
    IncidentChanged {
        incident: IncidentId,
        ticket: TicketId,
    },
    IncidentSolved {
        incident: IncidentId,
        ticket: TicketId,
    },
    StormWavedAway {
        key: String,
    },
    EntryChanged {
        ticket: TicketId,
        entry: EntryId,
    },
    TicketTagged {
        ticket: TicketId,
        tag: String,
        #[serde(default)]
        removed: bool,
    },
    /// What an agent ordered in the first lines of a mail, each as it could be typed again.
    MailOrdersRead {
        ticket: TicketId,
        #[serde(default)]
        done: Vec<String>,
        #[serde(default)]
        refused: Vec<String>,
    },
    /// A letter that began the ticket names another one, of which its writer is no part.
    TicketMentionFound {
        ticket: TicketId,
        other: TicketId,
    },
    ParticipantJoined {
        ticket: TicketId,
        address: String,
        #[serde(default)]
        verified: bool,
    },
    MailboxCreated {
        mailbox: MailboxId,
        name: String,
    },
    MailboxChanged {
        mailbox: MailboxId,
        name: String,
    },
    MailboxDisabled {
        mailbox: MailboxId,
    },
    /// Its server can't be reached or refuses, from then on.
    MailboxFailing {
        mailbox: MailboxId,
        failure: String,
    },
    /// It works again.
    MailboxRecovered {
        mailbox: MailboxId,
    },
    MailTaken {
        mailbox: MailboxId,
        mail: InboundId,
        /// A word of what became of it.
        outcome: String,
    },
    /// Somebody has a mail read again that was set aside.
    MailReopened {
        mailbox: MailboxId,
        mail: InboundId,
    },
    MailStormSeen {
        mailbox: MailboxId,
        sender: String,
    },
    /// Somebody answers by itself what the desk answers by itself; he is told nothing for a day.
    MailLoopSeen {
        mailbox: MailboxId,
        sender: String,
    },
    LetterQueued {
        mail: OutboundId,
        mailbox: MailboxId,
        mail_kind: String,
    },
    LetterSettled {
        mail: OutboundId,
        mailbox: MailboxId,
        /// A word of how: sent, failed, called back.
        state: String,
    },
    /// No more notices for a day: a limit is reached, of one agent or of all, of a kind or about letters of one writer.
    NoticesHeldBack {
        #[serde(default)]
        agent: Option<AgentId>,
        /// A word of what they tell; empty for all that is about the writer.
        #[serde(default)]
        notice: String,
        #[serde(default)]
        writer: Option<String>,
    },
    /// No more acknowledgements for now: the limit of a mailbox in an hour is reached, or that of the desk in a day.
    AcknowledgementsHeldBack {
        #[serde(default)]
        mailbox: Option<MailboxId>,
    },
    /// Somebody who sent a great many letters is answered and told of as before.
    SenderHeard {
        address: String,
    },
    AddressUndeliverable {
        address: String,
    },
    /// Mail reaches it after all.
    AddressRevived {
        address: String,
    },
    MailTextChanged {
        text: MailTextId,
        name: String,
    },
    /// A kind that a newer version wrote.
    Unknown,
}

impl Event {
    /// Kind and data as they stand in the log.
    pub(super) fn to_columns(&self) -> (String, String) {
        let value = serde_json::to_value(self).unwrap_or(Value::Null);
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or("unknown").to_owned();
        let data = value.get("data").map_or_else(|| "{}".to_owned(), Value::to_string);
        (kind, data)
    }

    /// What [`Event::to_columns`] wrote; [`Event::Unknown`] for what this version does not know.
    pub(super) fn from_columns(kind: &str, data: &str) -> Self {
        let data: Value = serde_json::from_str(data).unwrap_or(Value::Null);
        serde_json::from_value(serde_json::json!({ "kind": kind, "data": data })).unwrap_or(Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_survives_the_log() {
        let event = Event::TicketAssigned { ticket: TicketId(7), agent: Some(AgentId(3)) };
        let (kind, data) = event.to_columns();
        assert_eq!((kind.as_str(), data.as_str()), ("ticket_assigned", r#"{"agent":3,"ticket":7}"#));
        assert_eq!(Event::from_columns(&kind, &data), event);
    }

    #[test]
    fn what_a_newer_version_wrote_is_unknown_and_extra_fields_are_ignored() {
        assert_eq!(Event::from_columns("ticket_teleported", r#"{"ticket":7}"#), Event::Unknown);
        assert_eq!(
            Event::from_columns("ticket_closed", r#"{"ticket":7,"why":"x"}"#),
            Event::TicketClosed { ticket: TicketId(7) }
        );
        assert_eq!(Event::from_columns("ticket_closed", "not json"), Event::Unknown);
    }
}
