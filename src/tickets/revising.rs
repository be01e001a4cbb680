//! Several things of a ticket change at once: one check, one revision, an event for each.

use super::change::Change;
use super::ticket::SUBJECT_CHARACTERS_MAX;
use super::{NewTicket, Status, Ticket, store};
use crate::base::id::TicketId;
use crate::base::text::clean_line;
use crate::base::{Error, Message, Problem, Result};
use crate::db::Db;
use crate::events::{Act, Event};

/// Parts within parts that are followed when a ticket becomes a part of another.
const DEPTH_MAX: usize = 10;

impl Ticket {
    /// Changes what differs; nothing at all when nothing does.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem; [`Error::Conflict`] when a closed ticket is given to somebody, or when
    /// somebody else changed it.
    pub(super) fn revise(&self, act: &mut Act<'_>, change: Change) -> Result<()> {
        let change = self.differing(act.db, change)?;
        if change == Change::default() { Ok(()) } else { self.put(act, change) }
    }

    /// What of a change is new, once it is known that it can be made.
    pub(super) fn differing(&self, db: &mut Db, change: Change) -> Result<Change> {
        let subject = change.subject.map(|text| clean_line(&text, SUBJECT_CHARACTERS_MAX));
        let change = Change {
            subject: subject.filter(|subject| subject.is_empty() || *subject != self.subject),
            priority: change.priority.filter(|priority| *priority != self.priority),
            team: change.team.filter(|team| *team != self.team_id),
            assignee: change.assignee.filter(|agent| *agent != self.assignee_id),
            requester: change.requester.filter(|person| *person != self.requester_id),
            site: change.site.filter(|site| *site != self.site_id),
            category: change.category.filter(|category| *category != self.category_id),
            parent: change.parent.filter(|parent| *parent != self.parent_id),
            wanted_at: change.wanted_at.filter(|at| *at != self.wanted_at),
            ..Change::default()
        };
        let mut problems = wrong(db, &change)?;
        if let Some(Some(parent)) = change.parent
            && (store::by_id(db, parent).is_err() || is_below(db, parent, self.id)?)
        {
            problems.push(Problem::new("parent", "error-parent"));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if change.assignee.is_some() && self.closed_at.is_some() {
            return Err(Error::Conflict(Message::new("error-ticket-closed")));
        }
        Ok(change)
    }

    /// Makes a change that was checked, and marks the ticket as touched.
    pub(super) fn put(&self, act: &mut Act<'_>, mut change: Change) -> Result<()> {
        if matches!(change.assignee, Some(Some(_))) && self.status == Status::New {
            change.status = Some(Status::Open);
        }
        store::change(act.db, self, &change, act.now)?;
        let ticket = self.id;
        if let Some(subject) = change.subject {
            act.record(Event::TicketSubjectChanged { ticket, subject });
        }
        if let Some(to) = change.priority {
            let (from, to) = (self.priority.word().into(), to.word().into());
            act.record(Event::TicketPriorityChanged { ticket, from, to });
        }
        if let Some(team) = change.team {
            act.record(Event::TicketTeamChanged { ticket, team });
        }
        if let Some(agent) = change.assignee {
            act.record(Event::TicketAssigned { ticket, agent });
        }
        if let Some(person) = change.requester {
            act.record(Event::TicketRequesterChanged { ticket, person });
        }
        if let Some(site) = change.site {
            act.record(Event::TicketSiteChanged { ticket, site });
        }
        if let Some(category) = change.category {
            act.record(Event::TicketCategoryChanged { ticket, category });
        }
        if let Some(parent) = change.parent {
            act.record(Event::TicketParentChanged { ticket, parent });
        }
        if let Some(at) = change.wanted_at {
            act.record(Event::TicketWantedChanged { ticket, wanted_at: at.map(|at| at.0) });
        }
        if let Some(status) = change.status {
            self.status_changed(act, status);
        }
        Ok(())
    }
}

/// What is wrong with the values of a change, whatever ticket it is for.
pub(super) fn wrong(db: &mut Db, change: &Change) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if change.subject.as_ref().is_some_and(String::is_empty) {
        problems.push(Problem::new("subject", "error-required"));
    }
    for (field, is_right) in [
        ("team", store::is_open_team(db, change.team.flatten())?),
        ("assignee", store::is_active_agent(db, change.assignee.flatten())?),
        ("requester", store::is_person(db, change.requester.flatten())?),
        ("site", store::is_site(db, change.site.flatten())?),
        ("category", store::is_open_category(db, change.category.flatten())?),
    ] {
        if !is_right {
            problems.push(Problem::new(field, "error-choice"));
        }
    }
    Ok(problems)
}

impl NewTicket {
    /// The same as a change of a ticket that is there.
    pub(super) fn as_change(&self) -> Change {
        Change {
            subject: Some(clean_line(&self.subject, SUBJECT_CHARACTERS_MAX)),
            priority: Some(self.priority),
            team: Some(self.team),
            assignee: Some(self.assignee),
            requester: Some(self.requester),
            site: Some(self.site),
            category: Some(self.category),
            wanted_at: Some(self.wanted_at),
            ..Change::default()
        }
    }
}

/// Whether a ticket is another one or a part of it, at any depth.
fn is_below(db: &mut Db, id: TicketId, top: TicketId) -> Result<bool> {
    let mut at = Some(id);
    for _ in 0..DEPTH_MAX {
        match at {
            Some(here) if here == top => return Ok(true),
            Some(here) => at = store::parent_of(db, here)?,
            None => return Ok(false),
        }
    }
    // Whoever goes that deep goes no deeper.
    Ok(true)
}
