//! Open tickets that are like what somebody is typing: found by shared words, by the same caller, by the same site.
//!
//! Every question is bounded, so that it costs the same with a hundred open tickets and with a hundred thousand: of each
//! word the newest tickets, of those the best are weighed in full.

use std::collections::BTreeMap;

use super::wording::words_of;
use super::{Sees, Ticket, open_of, store};
use crate::base::Result;
use crate::base::id::{PersonId, SiteId, TicketId};
use crate::db::Db;

/// Words that are looked for.
const WORDS_MAX: usize = 8;

/// Tickets that are looked at for each word.
const OF_WORD_MAX: i64 = 200;

/// Open tickets that are looked at of one caller or site.
const OF_CALLER_MAX: i64 = 20;

/// Tickets that are weighed in full.
const WEIGHED_MAX: usize = 100;

/// Tickets that are shown.
const SHOWN_MAX: usize = 5;

/// What is being typed, and of whom it comes.
#[derive(Debug, Clone, Default)]
pub struct Like {
    /// The subject so far.
    pub text: String,
    /// Numbers of the caller.
    pub caller_keys: Vec<String>,
    /// Who it may be.
    pub persons: Vec<PersonId>,
    /// Where it is.
    pub site: Option<SiteId>,
    /// Tickets that are not meant: the call's own.
    pub except: Vec<TicketId>,
}

/// A ticket that is like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The ticket.
    pub ticket: Ticket,
    /// Words that both have.
    pub shared: usize,
    /// Whether the same caller asked.
    pub same_caller: bool,
    /// Whether it is for the same site.
    pub same_site: bool,
    /// Whether it is most likely the same matter once more.
    pub double: bool,
}

impl Similar {
    fn weight(&self) -> usize {
        self.shared * 10 + usize::from(self.same_caller) * 15 + usize::from(self.same_site) * 8
    }
}

/// The open tickets most like it that may be seen, the likest first.
pub fn similar(db: &mut Db, sees: &Sees, like: &Like) -> Result<Vec<Similar>> {
    let mut words = words_of(&like.text);
    words.truncate(WORDS_MAX);
    let mut hits: BTreeMap<TicketId, usize> = BTreeMap::new();
    for (at, word) in words.iter().enumerate() {
        // The last word may be half typed.
        let mut found = store::tickets_with(db, word, at + 1 == words.len(), OF_WORD_MAX)?;
        found.sort_unstable();
        found.dedup();
        found.into_iter().for_each(|id| *hits.entry(id).or_default() += 1);
    }
    let mut best: Vec<(usize, TicketId)> = hits.into_iter().map(|(id, count)| (count, id)).collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    best.truncate(WEIGHED_MAX);
    let ids: Vec<TicketId> = best.into_iter().map(|(_, id)| id).collect();

    let mut tickets = open_of(db, &like.persons, &like.caller_keys, OF_CALLER_MAX)?;
    if let Some(site) = like.site {
        tickets.extend(store::open_at(db, site, OF_CALLER_MAX)?);
    }
    tickets.extend(store::by_ids(db, &ids)?);
    tickets.sort_unstable_by_key(|ticket| ticket.id);
    tickets.dedup_by_key(|ticket| ticket.id);
    tickets.retain(|ticket| sees.includes(ticket) && !like.except.contains(&ticket.id));
    let all: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
    let known = store::words_of_tickets(db, &all)?;

    let mut found: Vec<Similar> = tickets.into_iter().map(|ticket| weigh(like, &words, &known, ticket)).collect();
    found.sort_by_key(|similar| std::cmp::Reverse((similar.double, similar.weight(), similar.ticket.updated_at)));
    found.truncate(SHOWN_MAX);
    Ok(found)
}

fn weigh(like: &Like, words: &[String], known: &[(TicketId, String)], ticket: Ticket) -> Similar {
    let theirs: Vec<&str> = known.iter().filter(|(id, _)| *id == ticket.id).map(|(_, word)| word.as_str()).collect();
    let last = words.len().saturating_sub(1);
    let is_shared = |(at, word): (usize, &String)| {
        theirs.iter().any(|other| *other == word || (at == last && other.starts_with(word.as_str())))
    };
    let shared = words.iter().enumerate().filter(|word| is_shared(*word)).count();
    let same_number = ticket.caller_key.as_ref().is_some_and(|key| like.caller_keys.contains(key));
    let same_caller = same_number || ticket.requester_id.is_some_and(|person| like.persons.contains(&person));
    let same_site = like.site.is_some() && ticket.site_id == like.site;
    let alike = shared > 0 && shared * 2 >= words.len().min(theirs.len());
    Similar { double: (same_caller || same_site) && alike, ticket, shared, same_caller, same_site }
}
