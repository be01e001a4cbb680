//! The list of tickets, and the search box's way to one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::sees;
use crate::accounts::{self, Me};
use crate::base::id::{AgentId, PersonId, SiteId, TeamId};
use crate::base::{Cursor, Result};
use crate::events::Books;
use crate::people;
use crate::tickets::views::{self, Names};
use crate::tickets::{Channel, Filter, Priority, Status, Ticket, TicketNumber, categories, places, store};
use crate::web::{Live, see_other};

/// Rows of a page.
const ROWS: usize = 50;

/// The list's address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// `open` (default), a [`Status`], or `all`.
    pub status: String,
    /// A team's id.
    pub team: String,
    /// An agent's id, `me` or `none`.
    pub assignee: String,
    /// A [`Priority`].
    pub priority: String,
    /// A [`Channel`].
    pub channel: String,
    /// `1` for tickets whose last call was missed.
    pub missed: String,
    /// A person's id.
    pub requester: String,
    /// Where the page starts.
    pub after: String,
}

impl ListQuery {
    /// The filter that the address names; what it does not understand filters nothing.
    fn filter(&self, me: &Me) -> Filter {
        let assignee = match self.assignee.as_str() {
            "me" => Some(me.agent().id),
            other => other.parse().ok().map(AgentId),
        };
        Filter {
            status: Status::from_word(&self.status),
            closed_too: self.status == "all",
            team: self.team.parse().ok().map(TeamId),
            assignee,
            unassigned: self.assignee == "none",
            priority: Priority::from_word(&self.priority),
            channel: Channel::from_word(&self.channel),
            missed: self.missed == "1",
            requester: self.requester.parse().ok().map(PersonId),
        }
    }

    /// The address of this list, from another place in it.
    pub fn href(&self, after: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let after = after.map(Cursor::encode).unwrap_or_default();
        for (name, value) in [
            ("status", &self.status),
            ("team", &self.team),
            ("assignee", &self.assignee),
            ("priority", &self.priority),
            ("channel", &self.channel),
            ("missed", &self.missed),
            ("requester", &self.requester),
            ("after", &after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { "/t".to_owned() } else { format!("/t?{query}") }
    }
}

/// `GET /t`
pub async fn list(books: Data<Books>, live: Data<Live>, me: Me, query: Query<ListQuery>) -> Result<HttpResponse> {
    let shell = me.live_shell(&me.locale().t("tickets-title"), &live);
    let query = query.into_inner();
    let (filter, sees, after) = (query.filter(&me), sees(&me), Cursor::decode(&query.after));
    let (page, names) = books
        .read(move |db| {
            let page = store::list(db, &sees, &filter, after, ROWS)?;
            let names = Names::of(db, &page.rows)?;
            Ok((page, names))
        })
        .await?;
    let rows = views::rows(&me, &query, &page, &names);
    Ok(if me.visit.partial {
        shell.answer(&me.visit, rows)
    } else {
        shell.answer(&me.visit, views::list(&me, &query, &names, rows))
    })
}

/// What was typed into the search box.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
}

/// `GET /search`: a ticket's number leads to the ticket; anything else to the people, for those who may see them.
pub async fn search(books: Data<Books>, me: Me, query: Query<SearchQuery>) -> Result<HttpResponse> {
    let text = query.into_inner().q;
    if let Some(number) = TicketNumber::parse(&text) {
        let sees = sees(&me);
        let found: Result<Ticket> = books.read(move |db| super::seen(db, &sees, number.id())).await;
        if found.is_ok() {
            return Ok(see_other(&format!("/t/{number}")));
        }
    }
    if !me.may(accounts::Right::SeePeople) {
        return Ok(see_other("/t"));
    }
    let words: String = url::form_urlencoded::byte_serialize(text.trim().as_bytes()).collect();
    Ok(see_other(&format!("/people?q={words}")))
}

impl Names {
    /// The names that these tickets need, and the choices of the filters: five queries, however many tickets.
    pub fn of(db: &mut crate::db::Db, tickets: &[Ticket]) -> Result<Self> {
        let persons: Vec<PersonId> = tickets.iter().filter_map(|t| t.requester_id).collect();
        let sites: Vec<SiteId> = tickets.iter().filter_map(|t| t.site_id).collect();
        Ok(Self {
            teams: accounts::teams(db)?,
            agents: accounts::agents(db)?,
            persons: people::person_names(db, &persons)?,
            categories: categories(db)?,
            places: places(db, &sites)?,
        })
    }
}
