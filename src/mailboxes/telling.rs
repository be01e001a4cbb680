//! Agents are told by mail of what concerns them: a follower of the log makes letters of what happened.
//!
//! Nobody is told of what he did himself, of what he may not see, of what an import brings, of spam, or of anything older than an
//! hour. The address that a notice is answered to is for its reader alone, so that an agent can answer by mail.
//!
//! Limits are counted by kind, so that what many strangers write never drowns what a colleague asks; and nobody's letters make
//! more than a part of what an agent is told in a day. A sender of a great many letters is told of once.

use std::collections::BTreeSet;

use super::holding::MutedFor;
use super::letter::Post;
use super::listening::{Listener, Listeners};
use super::mailbox::Mailbox;
use super::noticing::NoticeKind;
use super::outbound::{OutboundKind, Recipients};
use super::store::{self, NewOutbound};
use super::taking::is_at;
use crate::accounts::{self, Agent, Right};
use crate::base::id::{AgentId, EntryId, MailboxId, TicketId};
use crate::base::{EmailAddress, Error, Result, Timestamp};
use crate::db::Db;
use crate::events::{Act, Actor, Event, Follower, Record, Start};
use crate::mail::address;
use crate::mail::token::Named;
use crate::settings::Settings;
use crate::tickets::{self, Entry, EntryKind, LetterFacts, Ticket};
use crate::web::Lang;

/// What is older is no news: a desk that starts after a long rest does not tell of everything that happened before.
const NEWS_MS: i64 = 3_600_000;

/// The word of notices of storms, which are no choice of their own: who wants to hear of new tickets hears of them.
const STORM: &str = "storm";

/// Characters of what somebody wrote that a notice repeats.
const EXCERPT_CHARACTERS_MAX: usize = 1_000;

/// Names in a note that are looked at.
const MENTIONS_MAX: usize = 20;

/// Tells agents by mail.
#[derive(Debug, Clone)]
pub struct Notices {
    post: Post,
}

impl Notices {
    /// A teller with the keys under reply addresses.
    pub fn new(post: Post) -> Self {
        Self { post }
    }
}

/// Somebody to be told of something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct News {
    agent: AgentId,
    ticket: TicketId,
    entry: Option<EntryId>,
    kind: &'static str,
    /// The address whose letter it is about.
    about: Option<String>,
}

impl Follower for Notices {
    fn name(&self) -> &'static str {
        "notices"
    }

    fn start(&self) -> Start {
        Start::Cursor
    }

    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<()> {
        let (mut told, now) = (BTreeSet::new(), act.now);
        let is_news = |record: &&Record| now.since_ms(record.at) <= NEWS_MS && record.actor != Some(Actor::Import);
        let news: Vec<&Record> = events.iter().filter(|record| concerns(&record.event)).filter(is_news).collect();
        if news.is_empty() {
            return Ok(());
        }
        let mut listeners = Listeners::read(act.db)?;
        if listeners.is_empty() {
            return Ok(());
        }
        for record in news {
            if let Event::MailStormSeen { mailbox, sender } = &record.event {
                self.tell_of_storm(act, &mut listeners, record, *mailbox, sender)?;
            }
            for news in news_of(act, &mut listeners, record)? {
                if record.actor != Some(Actor::Agent(news.agent)) && told.insert(news.clone()) {
                    self.tell(act, &mut listeners, record, &news)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether an event may concern an agent.
fn concerns(event: &Event) -> bool {
    match event {
        Event::TicketCreated { team, .. } | Event::TicketTeamChanged { team, .. } => team.is_some(),
        Event::TicketAssigned { agent, .. } => agent.is_some(),
        Event::EntryAdded { entry_kind, .. } => {
            [EntryKind::Letter, EntryKind::Note].iter().any(|kind| kind.word() == entry_kind)
        }
        Event::MailStormSeen { .. } => true,
        _ => false,
    }
}

/// Whom an event concerns.
fn news_of(act: &mut Act<'_>, listeners: &mut Listeners, record: &Record) -> Result<Vec<News>> {
    let news = |agent, ticket, entry, kind: NoticeKind| News { agent, ticket, entry, kind: kind.word(), about: None };
    match &record.event {
        Event::TicketCreated { ticket, team: Some(team), .. }
        | Event::TicketTeamChanged { ticket, team: Some(team) } => {
            let members = listeners.of_team(*team);
            if members.is_empty() || listeners.is_over(act, NoticeKind::New.word())? {
                return Ok(Vec::new());
            }
            let first = first_letter(act.db, *ticket)?;
            // What somebody gave to a team by hand is that person's word.
            let by_letter = matches!(record.event, Event::TicketCreated { .. });
            let began = first.as_ref().filter(|_| by_letter).map(|(_, letter)| letter);
            if let Some(letter) = began
                && (letter.is_spam || is_muted(act.db, &letter.from.address, record.at)?)
            {
                return Ok(Vec::new());
            }
            let about = began.map(|letter| letter.from.address.clone());
            let entry = first.map(|(entry, _)| entry);
            let one = |agent| News { about: about.clone(), ..news(agent, *ticket, entry, NoticeKind::New) };
            Ok(members.into_iter().map(one).collect())
        }
        Event::TicketAssigned { ticket, agent: Some(agent) } => {
            Ok(vec![news(*agent, *ticket, None, NoticeKind::Assigned)])
        }
        Event::EntryAdded { ticket, entry, .. } => {
            let Some((of, _)) = listeners.ticket(act.db, *ticket)? else { return Ok(Vec::new()) };
            let Some(added) = listeners.entry(act.db, *ticket, *entry)? else { return Ok(Vec::new()) };
            let one = |agent, kind| news(agent, *ticket, Some(*entry), kind);
            match added.kind {
                EntryKind::Letter => {
                    let Some(letter) = added.letter.as_ref().filter(|letter| is_told_of(letter)) else {
                        return Ok(Vec::new());
                    };
                    let writer = &letter.from.address;
                    let agents = concerned(act, listeners, &of, *entry, writer)?.into_iter();
                    let one = |agent| News { about: Some(writer.clone()), ..one(agent, NoticeKind::Reply) };
                    Ok(agents.map(one).collect())
                }
                EntryKind::Note => {
                    let named = mentioned(act.db, &added.body)?.into_iter();
                    Ok(named.map(|agent| one(agent, NoticeKind::Mention)).collect())
                }
                _ => Ok(Vec::new()),
            }
        }
        _ => Ok(Vec::new()),
    }
}

/// Whom a letter to a ticket concerns: the agent who has it; of one that nobody has, the agent who wrote to it last, or else
/// its team. The letter that began it is told of as a new ticket.
fn concerned(
    act: &mut Act<'_>,
    listeners: &mut Listeners,
    ticket: &Ticket,
    entry: EntryId,
    writer: &str,
) -> Result<Vec<AgentId>> {
    if let Some(agent) = ticket.assignee_id {
        return Ok(vec![agent]);
    }
    if listeners.is_over(act, NoticeKind::Reply.word())? || is_muted(act.db, writer, act.now)? {
        return Ok(Vec::new());
    }
    if tickets::first_entry(act.db, ticket.id)?.is_some_and(|first| first.id == entry) {
        return Ok(Vec::new());
    }
    let last = tickets::last_author(act.db, ticket.id)?;
    if let Some(agent) = last.filter(|agent| listeners.of(*agent).is_some_and(|own| own.may_see(ticket))) {
        return Ok(vec![agent]);
    }
    Ok(ticket.team_id.map(|team| listeners.of_team(team)).unwrap_or_default())
}

/// The letter that began a ticket.
fn first_letter(db: &mut Db, ticket: TicketId) -> Result<Option<(EntryId, LetterFacts)>> {
    let first = tickets::first_entry(db, ticket)?;
    Ok(first.and_then(|entry| Some((entry.id, entry.letter?))).filter(|(_, letter)| letter.incoming))
}

/// Whether a letter that came in is worth a word to whoever has its ticket.
fn is_told_of(letter: &LetterFacts) -> bool {
    letter.incoming && letter.class != "auto_reply" && !letter.is_spam
}

/// Whether somebody has sent so many letters that nobody is told of each. Who is muted because he seems to answer by himself
/// writes no more than others.
fn is_muted(db: &mut Db, address: &str, now: Timestamp) -> Result<bool> {
    let state = store::address_state(db, address)?;
    Ok(state.muted_for == Some(MutedFor::Storm) && state.muted_until_at.is_some_and(|until| until > now))
}

/// The agents whom a note names with `@login`.
fn mentioned(db: &mut Db, body: &str) -> Result<Vec<AgentId>> {
    let mut agents = Vec::new();
    for login in logins(body) {
        match accounts::agent_by_login(db, &login) {
            Ok(agent) => agents.push(agent.id),
            Err(Error::Missing) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(agents)
}

fn logins(body: &str) -> BTreeSet<String> {
    let named = body.split_whitespace().filter_map(|word| {
        let word = word.trim_start_matches(['(', '"', '\'', '„', '“']).strip_prefix('@')?;
        let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || ".-_@+".contains(c))).unwrap_or(word.len());
        let login = word.get(..end)?.trim_end_matches(['.', '-', '_']).to_lowercase();
        (!login.is_empty()).then_some(login)
    });
    named.take(MENTIONS_MAX).collect()
}

impl Notices {
    /// Writes one notice, unless its reader does not want it, may not know, or has had enough for a day.
    fn tell(&self, act: &mut Act<'_>, listeners: &mut Listeners, record: &Record, news: &News) -> Result<()> {
        let Some(listener) = listeners.of(news.agent).cloned() else { return Ok(()) };
        let Some(kind) = NoticeKind::from_word(news.kind).filter(|kind| listener.choices.kinds.contains(kind)) else {
            return Ok(());
        };
        let Some((ticket, Some(mailbox))) = listeners.ticket(act.db, news.ticket)? else { return Ok(()) };
        let Some(own) = mailbox.address().filter(|_| listener.may_see(&ticket)) else { return Ok(()) };
        if !listeners.count(act, news.agent, kind.word(), news.about.as_deref())? {
            return Ok(());
        }
        let said = match news.entry {
            Some(entry) => listeners.entry(act.db, ticket.id, entry)?,
            None => None,
        };
        let entry = match news.entry {
            Some(entry) => Some(entry),
            None => tickets::newest_entry(act.db, ticket.id).ok(),
        };
        // Where no server vouches for senders, an answer could be anybody's: none is asked for.
        let takes_answers = !mailbox.card.authserv_id.is_empty();
        let about = (&ticket, said.as_ref());
        let (subject, content) =
            self.words(act.db, record, kind, about, &listener.agent, &listeners.settings, takes_answers)?;
        let named = Named { ticket: ticket.id.0, entry: entry.map_or(0, |entry| entry.0), letter: None };
        let new = NewOutbound {
            ticket: Some(ticket.id),
            entry,
            notice: Some((kind.word(), news.about.clone())),
            ..self.letter(act, listeners, record, &listener, (&mailbox, &own), named)
        };
        queue(act, &NewOutbound { subject, content, ..new })
    }

    /// A notice without its words.
    fn letter(
        &self,
        act: &Act<'_>,
        listeners: &Listeners,
        record: &Record,
        listener: &Listener,
        (mailbox, own): (&Mailbox, &EmailAddress),
        named: Named,
    ) -> NewOutbound {
        // The place of the event and the agent make it unique; one is for acknowledgements.
        let letter = record.id.0.saturating_mul(10_000).saturating_add(listener.agent.id.0);
        let message_id = self.post.keys.message_id(Named { letter: Some(letter), ..named }, address::domain(own));
        let quiet = listener.choices.quiet;
        NewOutbound {
            mailbox: mailbox.id,
            kind: OutboundKind::Notice,
            ticket: None,
            entry: None,
            agent: Some(listener.agent.id),
            message_id,
            recipients: Recipients::one(listener.address.as_str()),
            notice: None,
            subject: String::new(),
            content: String::new(),
            due_at: quiet.map_or(act.now, |quiet| quiet.over_at(act.now, &listeners.settings.zone())),
        }
    }

    /// Tells a mailbox's team, once, that somebody sends a great many letters; without a team, those who administer the desk.
    fn tell_of_storm(
        &self,
        act: &mut Act<'_>,
        listeners: &mut Listeners,
        record: &Record,
        mailbox: MailboxId,
        sender: &str,
    ) -> Result<()> {
        let Some(mailbox) = listeners.mailbox(mailbox).cloned() else { return Ok(()) };
        let Some(own) = mailbox.address().filter(|_| !mailbox.card.smtp.host.is_empty()) else { return Ok(()) };
        let of_team = mailbox.card.team.map(|team| listeners.of_team(team));
        let is_told = |agent: &Agent| match &of_team {
            Some(members) => members.contains(&agent.id),
            None => agent.role.may(Right::Administer),
        };
        let told: Vec<Listener> = listeners.all().filter(|listener| is_told(&listener.agent)).cloned().collect();
        for listener in told.iter().filter(|listener| listener.choices.kinds.contains(&NoticeKind::New)) {
            if !listeners.count(act, listener.agent.id, STORM, None)? {
                continue;
            }
            let named = Named { ticket: 0, entry: 0, letter: None };
            let (subject, content) = self.words_of_storm(&listener.agent, &mailbox, sender, &listeners.settings);
            let new = self.letter(act, listeners, record, listener, (&mailbox, &own), named);
            queue(act, &NewOutbound { notice: Some((STORM, Some(sender.to_owned()))), subject, content, ..new })?;
        }
        Ok(())
    }

    fn words_of_storm(&self, agent: &Agent, mailbox: &Mailbox, sender: &str, settings: &Settings) -> (String, String) {
        let lang = lang_of(agent, settings);
        let (who, name) = (plain(sender), plain(&mailbox.card.name));
        let args = [("who", who.as_str().into()), ("mailbox", name.as_str().into())];
        let mut content = lang.t_with("notice-storm-text", &args);
        if !self.post.url.is_empty() {
            content.push_str(&format!("\n\n{}/t?channel=mail", self.post.url));
        }
        (lang.t_with("notice-storm-subject", &[("who", sender.into())]), content)
    }

    #[expect(clippy::too_many_arguments, reason = "all that the words of a notice are made of")]
    fn words(
        &self,
        db: &mut Db,
        record: &Record,
        kind: NoticeKind,
        (ticket, said): (&Ticket, Option<&Entry>),
        agent: &Agent,
        settings: &Settings,
        takes_answers: bool,
    ) -> Result<(String, String)> {
        let lang = lang_of(agent, settings);
        let number = ticket.number().to_string();
        let by = match record.actor {
            Some(Actor::Agent(id)) => accounts::agents_named(db, &[id])?.pop().map(|(_, name)| name),
            _ => None,
        };
        let from = said.and_then(|entry| entry.letter.as_ref()).map(|letter| letter.from.line());
        let has_letter = from.is_some();
        // Of what is new, the one who asks is worth more than the colleague who passed it on.
        let who = if kind == NoticeKind::New { from.or(by) } else { by.or(from) };
        let who = who.unwrap_or_else(|| settings.desk_name.clone());
        let args = [("number", number.as_str().into()), ("who", who.as_str().into())];
        let first = match kind {
            NoticeKind::New if has_letter => lang.t_with("notice-new-letter-text", &args),
            NoticeKind::New => lang.t_with("notice-new-text", &args),
            NoticeKind::Assigned => lang.t_with("notice-assigned-text", &args),
            NoticeKind::Reply if ticket.assignee_id.is_none() => lang.t_with("notice-reply-open-text", &args),
            NoticeKind::Reply => lang.t_with("notice-reply-text", &args),
            NoticeKind::Mention => lang.t_with("notice-mention-text", &args),
        };
        let mut content = plain(&first);
        if !ticket.subject.is_empty() {
            content.push_str(&format!("\n\n{}", plain(&ticket.subject)));
        }
        if let Some(entry) = said {
            let excerpt: String = entry.body.chars().take(EXCERPT_CHARACTERS_MAX).collect();
            for line in excerpt.lines() {
                content.push_str(&format!("\n> {}", plain(line)));
            }
        }
        if !self.post.url.is_empty() {
            content.push_str(&format!("\n\n{}/t/{number}", self.post.url));
        }
        if takes_answers {
            content.push_str(&format!("\n\n{}", lang.t("notice-answer")));
        }
        let subject = if ticket.subject.is_empty() { ticket.caller.clone() } else { ticket.subject.clone() };
        Ok((format!("[#{number}] {subject}").trim().to_owned(), content))
    }
}

/// Words of strangers within Markdown: they stay what they are and make neither pictures nor links that say another thing
/// than where they lead. The address of a page stays whole, so that it is one that can be followed.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let at = [word.find("http://"), word.find("https://")].into_iter().flatten().min();
        let (before, address) = word.split_at(at.unwrap_or(word.len()));
        for (part, marks) in [(before, "\\`*_{}[]<>#!|~&"), (address, "\\`{}[]<>|")] {
            for c in part.chars() {
                if marks.contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    out
}

/// Whether an address is one of the desk's mailboxes, or mail does not reach it.
pub(super) fn is_of_desk(db: &mut Db, to: &EmailAddress) -> Result<bool> {
    let own = store::own_addresses(db)?.iter().any(|own| is_at(to.as_str(), own));
    Ok(own || store::address_state(db, to.as_str())?.undeliverable_at.is_some())
}

fn queue(act: &mut Act<'_>, new: &NewOutbound) -> Result<()> {
    let mail = store::insert_outbound(act.db, new, act.now)?;
    act.record(Event::LetterQueued { mail, mailbox: new.mailbox, mail_kind: new.kind.word().into() });
    Ok(())
}

fn lang_of(agent: &Agent, settings: &Settings) -> Lang {
    Lang::from_word(agent.language.as_deref().unwrap_or(&settings.language)).unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_note_are_found_and_addresses_are_none() {
        let found = |text: &str| logins(text).into_iter().collect::<Vec<_>>();
        assert_eq!(found("@Ada, look; (@bert) and @chidi.x."), ["ada", "bert", "chidi.x"]);
        assert_eq!(found("mail a@b.example, @ @. @@"), ["@"]);
    }

    #[test]
    fn words_of_strangers_make_no_markup() {
        assert_eq!(plain("[x](http://e) <b> ![y]"), "\\[x\\](http://e) \\<b\\> \\!\\[y\\]");
        assert_eq!(plain("a_b (see https://e.example/a_b?c=1&d)"), "a\\_b (see https://e.example/a_b?c=1&d)");
        assert_eq!(plain("http://[x](http://e)"), "http://\\[x\\](http://e)");
    }
}
