//! What was typed into the form of a ticket, kept as it was typed until a verb has taken it.

use std::collections::BTreeMap;

use crate::accounts::{self, Agent, Team};
use crate::base::id::{AgentId, CategoryId, PersonId, SiteId, TeamId};
use crate::base::{Error, Result, Timestamp};
use crate::db::Db;
use crate::tickets::{
    Category, NewTicket, Place, Priority, Ticket, When, categories, category_by_id, checklist, field_of, places_of,
};

/// Fields by name, and what was ticked off.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    fields: BTreeMap<String, String>,
    /// The numbers of the items of the checklist that were ticked.
    pub checks: Vec<usize>,
}

impl Typed {
    /// What a form sent.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match value.parse() {
                Ok(at) if name == "check" => typed.checks.push(at),
                _ => drop(typed.fields.insert(name, value)),
            }
        }
        typed
    }

    /// What a form begins with for a ticket that is there.
    pub fn from_ticket(ticket: &Ticket, zone: &jiff::tz::TimeZone) -> Self {
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let mut typed = Self::default();
        for (name, value) in [
            ("subject", ticket.subject.clone()),
            ("priority", ticket.priority.word().to_owned()),
            ("team", id(ticket.team_id.map(|t| t.0))),
            ("assignee", id(ticket.assignee_id.map(|a| a.0))),
            ("requester", id(ticket.requester_id.map(|p| p.0))),
            ("site", id(ticket.site_id.map(|s| s.0))),
            ("category", id(ticket.category_id.map(|c| c.0))),
            ("when", ticket.wanted_at.map(|_| When::At.word().to_owned()).unwrap_or_default()),
            ("when_at", field_of(ticket.wanted_at, zone)),
        ] {
            typed.set(name, &value);
        }
        typed
    }

    /// A field; empty when it was not there.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: &str) {
        self.fields.insert(name.to_owned(), value.to_owned());
    }

    /// An id in a field.
    pub fn id<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// All of it as a verb wants it; the checklist stands at the head of the note.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the time that was named is none.
    pub fn answers(&self, db: &mut Db, now: Timestamp, zone: &jiff::tz::TimeZone) -> Result<NewTicket> {
        let category: Option<CategoryId> = self.id("category");
        let wanted_at = match When::from_word(self.get("when")) {
            Some(when) => Some(
                when.moment(self.get("when_at"), now, zone).ok_or_else(|| Error::invalid("when_at", "error-moment"))?,
            ),
            None => None,
        };
        let script = match category.filter(|_| !self.checks.is_empty()) {
            Some(id) => category_by_id(db, id).map(|category| category.script).unwrap_or_default(),
            None => String::new(),
        };
        Ok(NewTicket {
            subject: self.get("subject").to_owned(),
            priority: Priority::from_word(self.get("priority")).unwrap_or_default(),
            team: self.id::<TeamId>("team"),
            assignee: self.id::<AgentId>("assignee"),
            requester: self.id::<PersonId>("requester"),
            note: checklist(&script, &self.checks) + self.get("note"),
            site: self.id::<SiteId>("site"),
            category,
            wanted_at,
        })
    }
}

/// What the form of a ticket offers.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// Teams that take work.
    pub teams: Vec<Team>,
    /// Agents who can sign in.
    pub agents: Vec<Agent>,
    /// Who is in which team.
    pub members: Vec<(TeamId, AgentId)>,
    /// Categories that are in use.
    pub categories: Vec<Category>,
    /// Sites of those who ask.
    pub places: Vec<Place>,
}

impl Offers {
    /// What there is for these people, and this site.
    pub fn of(db: &mut Db, persons: &[PersonId], site: Option<SiteId>) -> Result<Self> {
        Ok(Self {
            teams: accounts::active_teams(db)?,
            agents: accounts::agents(db)?.into_iter().filter(|agent| agent.disabled_at.is_none()).collect(),
            members: accounts::members_of(db)?,
            categories: categories(db)?.into_iter().filter(|category| category.archived_at.is_none()).collect(),
            places: places_of(db, persons, site)?,
        })
    }

    /// Puts the team and the priority of the chosen category where nothing else was chosen.
    pub fn preset(&self, typed: &mut Typed) {
        let Some(category) = self.category(typed) else { return };
        let (team, priority) = (category.team, category.priority);
        if let Some(team) = team.filter(|_| typed.get("team").is_empty()) {
            typed.set("team", &team.to_string());
        }
        if let Some(priority) = priority.filter(|_| typed.get("priority") == Priority::default().word()) {
            typed.set("priority", priority.word());
        }
    }

    /// The category that was chosen.
    pub fn category(&self, typed: &Typed) -> Option<&Category> {
        let id: CategoryId = typed.id("category")?;
        self.categories.iter().find(|category| category.id == id)
    }
}
