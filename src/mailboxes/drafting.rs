//! Answers that are being written: what the form holds, kept on the server until the answer goes or is thrown away.

use serde::{Deserialize, Serialize};

use super::letter::Post;
use super::mailbox::Mailbox;
use super::opening::keep_draft;
use super::store;
use super::taking::is_at;
use super::texts::{self, TextKind, Values};
use super::writing::{self, ANSWER_CHARACTERS_MAX, Answer};
use crate::base::id::{AgentId, EntryId, EventId, TicketId};
use crate::base::{Error, Message, Result, Timestamp, sha256_hex};
use crate::db::Db;
use crate::events::{self, Act, Actor, Event, Record, Subject};
use crate::mail::address::clean_name;
use crate::settings::Settings;
use crate::tickets::{self, Attachment, Correspondent, Entry, LetterFacts, NewFile, Status, Ticket};
use crate::web::{Lang, Locale};

/// Characters of what an answer quotes; what is passed on is whole.
const QUOTE_CHARACTERS_MAX: usize = 20_000;

/// Characters of a letter that is passed on, so that there is room for the lines around it.
const PASSED_ON_CHARACTERS_MAX: usize = ANSWER_CHARACTERS_MAX - 1_000;

/// Octets of all files of an answer.
const FILES_BYTES_MAX: i64 = 25 << 20;

/// Files of an answer.
const FILES_MAX: usize = 50;

/// Changes of a ticket that are looked through for news.
const CHANGES_MAX: i64 = 200;

/// Addresses that are read from one field.
const TYPED_MAX: usize = 100;

/// How a letter of ours is written anew.
const AGAIN: &str = "again";

/// Words that promise a file, in the languages of the desk.
const FILE_WORDS: [&str; 13] = [
    "attached",
    "attachment",
    "attachments",
    "attaching",
    "enclosed",
    "anbei",
    "angehängt",
    "angehängte",
    "anhang",
    "anhängend",
    "anlage",
    "beigefügt",
    "beigefügte",
];

/// What the form of an answer holds, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// `reply`, `all` or `forward`; `again` for a letter of ours that is written anew.
    pub how: String,
    /// The id of the entry that it answers, or that is written anew; empty for none.
    pub entry: String,
    /// To whom, parted by commas.
    pub to: String,
    /// Who gets a copy.
    pub cc: String,
    /// Who gets a copy that the others don't know of.
    pub bcc: String,
    /// Its subject.
    pub subject: String,
    /// The text, in Markdown.
    pub body: String,
    /// What it quotes: who wrote when, and from the second line on what.
    pub quote: String,
    /// `on` when the files of the letter go along.
    pub files: String,
}

impl Draft {
    /// The answer that it becomes.
    pub fn answer(&self, then: Option<Status>, hold_ms: i64) -> Answer {
        Answer {
            to: read_people(&self.to),
            cc: read_people(&self.cc),
            bcc: read_people(&self.bcc),
            subject: self.subject.clone(),
            body: self.body.clone(),
            quote: Some(self.quote.clone()).filter(|quote| !quote.trim().is_empty()),
            then,
            hold_ms,
            once: None,
        }
    }

    /// By what an answer is known that comes twice from one form: the form's own `key`, and what it says, so that who goes back
    /// and changes a word writes another. Nothing for a form without a key.
    pub fn once(&self, key: &str) -> Result<Option<String>> {
        if key.is_empty() {
            return Ok(None);
        }
        Ok(Some(sha256_hex(format!("{key}\n{}", self.json()?).as_bytes())))
    }

    /// The entry that it answers.
    pub fn entry(&self) -> Option<EntryId> {
        self.entry.parse().ok().map(EntryId)
    }

    /// Whether its text speaks of a file.
    pub fn promises_file(&self) -> bool {
        let text = self.body.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).any(|word| FILE_WORDS.contains(&word))
    }

    /// Whether somebody has typed anything.
    pub fn is_empty(&self) -> bool {
        [&self.to, &self.cc, &self.bcc, &self.body].into_iter().all(|text| text.trim().is_empty())
    }

    /// As it is kept.
    ///
    /// # Errors
    /// Never; a text that can't be written would be a fault.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|e| Error::internal("a draft", e))
    }

    fn of_letter(entry: EntryId, facts: &LetterFacts, body: &str) -> Self {
        Self {
            how: AGAIN.into(),
            entry: entry.to_string(),
            to: lines(&facts.to),
            cc: lines(&facts.cc),
            bcc: lines(&facts.bcc),
            subject: facts.subject.clone(),
            body: body.to_owned(),
            quote: facts.rest.clone().unwrap_or_default(),
            files: String::new(),
        }
    }
}

/// What an agent was writing for a ticket.
pub fn kept_draft(db: &mut Db, agent: AgentId, ticket: TicketId) -> Result<Option<Draft>> {
    let kept = store::draft(db, agent, ticket)?;
    Ok(kept.and_then(|(text, _)| serde_json::from_str(&text).ok()))
}

/// A new answer: to whoever wrote last, to everybody, or passing on what was written.
pub fn begin_draft(
    db: &mut Db,
    mailbox: &Mailbox,
    ticket: &Ticket,
    how: &str,
    wanted: Option<EntryId>,
) -> Result<Draft> {
    let is_shown = |entry: &Entry| {
        entry.letter.as_ref().is_some_and(|facts| facts.delivery.as_ref().is_none_or(|d| d.state != "cancelled"))
    };
    let wanted = match wanted {
        Some(entry) => tickets::entry_of(db, ticket.id, entry)?.filter(is_shown),
        None => None,
    };
    let answered = match wanted {
        Some(entry) => Some(entry),
        None => tickets::entries_of(db, ticket.id)?.into_iter().rfind(is_shown),
    };
    let own: Vec<String> = store::mailboxes(db)?.into_iter().map(|mailbox| mailbox.card.address).collect();
    let is_ours = |who: &Correspondent| own.iter().any(|own| is_at(&who.address, own));
    let usual = writing::to_customer(db, ticket, "")?;
    let facts = answered.as_ref().and_then(|entry| entry.letter.clone()).unwrap_or_default();
    let quote = match &answered {
        Some(entry) => quote(db, mailbox, entry, &facts, how)?,
        None => String::new(),
    };
    let entry = answered.as_ref().map(|entry| entry.id.to_string()).unwrap_or_default();
    let draft = Draft { how: how.to_owned(), entry, subject: usual.subject.clone(), quote, ..Draft::default() };
    if how == "forward" {
        let goes_along = match &answered {
            Some(entry) => !tickets::attachments_of_entry(db, entry.id)?.is_empty(),
            None => false,
        };
        let subject = format!("Fwd: {}", draft.subject.trim_start_matches("Re: "));
        return Ok(Draft { subject, files: if goes_along { "on".into() } else { String::new() }, ..draft });
    }
    // Who came by a token alone is not answered by one press of a key; whoever asked is.
    let known = store::participants(db, ticket.id)?;
    let is_known =
        |who: &Correspondent| known.iter().any(|one| one.address == who.address && one.verified_at.is_some());
    let writer = facts.incoming && facts.class == "human" && is_known(&facts.from);
    let to = if writer {
        vec![facts.from.clone()]
    } else if facts.incoming || facts.to.is_empty() {
        usual.to
    } else {
        facts.to.clone()
    };
    let mut cc: Vec<Correspondent> = Vec::new();
    if how == "all" {
        // Whom somebody named whose word is not proven gets nothing by a press of a key either.
        for who in facts.to.iter().chain(&facts.cc).filter(|who| !facts.incoming || is_known(who)) {
            if !is_ours(who) && !to.iter().chain(&cc).any(|other| other.address == who.address) {
                cc.push(who.clone());
            }
        }
    }
    Ok(Draft { to: lines(&to), cc: lines(&cc), ..draft })
}

/// What a letter said, for the letter that answers it, in the language of the mailbox.
fn quote(db: &mut Db, mailbox: &Mailbox, entry: &Entry, facts: &LetterFacts, how: &str) -> Result<String> {
    let settings = Settings::read(db)?;
    let word = texts::language_of(mailbox, &settings);
    let locale = Locale::new(Lang::from_word(&word).unwrap_or(Lang::En), settings.zone());
    let name = if facts.from.name.is_empty() { &facts.from.address } else { &facts.from.name };
    let when = locale.moment(facts.sent_at.unwrap_or(entry.created_at));
    let wrote = [("when", when.as_str().into()), ("who", name.as_str().into())];
    let text = if how == "forward" {
        let rest = facts.rest.as_deref().map(|rest| format!("\n\n{rest}")).unwrap_or_default();
        passed_on(&format!("{}{rest}", entry.body), &locale.t("letter-cut"))
    } else {
        entry.body.chars().take(QUOTE_CHARACTERS_MAX).collect()
    };
    Ok(format!("{}\n{text}", locale.t_with("letter-wrote", &wrote)))
}

/// A letter as it is passed on; where it is too long for that, its last line says so.
fn passed_on(whole: &str, cut: &str) -> String {
    match whole.char_indices().nth(PASSED_ON_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}\n\n{cut}", whole.get(..end).unwrap_or_default()),
        None => whole.to_owned(),
    }
}

/// Lays a letter of ours before an agent once more, its files too: because it was taken back, or could not be delivered.
/// What he was writing meanwhile stays below it. One that lies there stays as it is.
pub fn draft_again(act: &mut Act<'_>, agent: AgentId, ticket: TicketId, entry: EntryId) -> Result<()> {
    let own = tickets::entry_of(act.db, ticket, entry)?.ok_or(Error::Missing)?;
    let facts = own.letter.ok_or(Error::Missing)?;
    let facts = without_taken(act.db, entry, facts)?;
    let mut draft = Draft::of_letter(entry, &facts, &own.body);
    if let Some(newer) = kept_draft(act.db, agent, ticket)?.filter(|newer| !newer.body.trim().is_empty()) {
        if (&newer.how, &newer.entry) == (&draft.how, &draft.entry) {
            return Ok(());
        }
        draft.body = format!("{}\n\n{}", draft.body, newer.body);
    }
    lay_files_of(act, agent, ticket, entry)?;
    let json = draft.json()?;
    keep_draft(act, agent, ticket, Some(&json))
}

/// A letter for those alone who don't have it; one that nobody is missing, as one that went to all, stays as it is.
fn without_taken(db: &mut Db, entry: EntryId, mut facts: LetterFacts) -> Result<LetterFacts> {
    let Some(row) = store::outbound_of_entry(db, entry)? else { return Ok(facts) };
    if row.recipients.missing().next().is_some() {
        for people in [&mut facts.to, &mut facts.cc, &mut facts.bcc] {
            people.retain(|who| !row.recipients.taken.contains(&who.address));
        }
    }
    Ok(facts)
}

/// Lays the files of an entry ready for another letter, those left out that lie there.
pub fn lay_files_of(act: &mut Act<'_>, agent: AgentId, ticket: TicketId, entry: EntryId) -> Result<()> {
    let laid = tickets::laid_files(act.db, agent, ticket)?;
    let lies_there =
        |file: &Attachment| laid.iter().any(|known| (&known.blob, &known.name) == (&file.blob, &file.name));
    let files = tickets::attachments_of_entry(act.db, entry)?;
    for file in files.into_iter().filter(|file| !lies_there(file)) {
        tickets::lay(act, agent, ticket, &again(file))?;
    }
    Ok(())
}

/// Holds the files that lie ready, and `more_bytes` of one more, to what a letter may have.
///
/// # Errors
/// [`Error::Invalid`] with the limits.
pub fn check_files(db: &mut Db, agent: AgentId, ticket: TicketId, more_bytes: Option<i64>) -> Result<()> {
    let laid = tickets::laid_files(db, agent, ticket)?;
    let all = laid.iter().map(|file| file.size_bytes).chain(more_bytes).fold(0, i64::saturating_add);
    if all > FILES_BYTES_MAX || laid.len() + usize::from(more_bytes.is_some()) > FILES_MAX {
        let told = Message::new("error-files-too-large").with("max", FILES_BYTES_MAX >> 20).with("count", FILES_MAX);
        return Err(Error::invalid("files", told));
    }
    Ok(())
}

fn again(file: Attachment) -> NewFile {
    NewFile {
        name: file.name,
        media_type: file.media_type,
        size_bytes: file.size_bytes,
        blob: file.blob,
        content_id: file.content_id,
        is_inline: file.is_inline,
    }
}

/// Throws away what an agent was writing, and the files that lay ready for it.
pub fn discard_draft(act: &mut Act<'_>, agent: AgentId, ticket: TicketId) -> Result<()> {
    for file in tickets::laid_files(act.db, agent, ticket)? {
        tickets::take_back(act, agent, file.id)?;
    }
    keep_draft(act, agent, ticket, None)
}

/// The last of a ticket that an agent has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenUpTo {
    /// The newest entry.
    pub entry: EntryId,
    /// The newest event of the desk.
    pub event: EventId,
}

/// What others did to a ticket since an agent looked.
#[derive(Debug, Clone, Default)]
pub struct TicketNews {
    /// What they wrote, the oldest first.
    pub entries: Vec<Entry>,
    /// What they changed of it, the oldest first: at most the last 200.
    pub changes: Vec<Record>,
}

impl TicketNews {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.changes.is_empty()
    }
}

/// What came to a ticket since an agent looked, from others.
pub fn news_since(db: &mut Db, ticket: TicketId, seen: SeenUpTo, agent: AgentId) -> Result<TicketNews> {
    let mut entries = tickets::entries_of(db, ticket)?;
    entries.retain(|entry| entry.id.0 > seen.entry.0 && entry.author != Some(agent));
    let mut changes = events::history_of(db, Subject::Ticket(ticket), CHANGES_MAX)?;
    changes.retain(|record| {
        record.id.0 > seen.event.0 && record.actor != Some(Actor::Agent(agent)) && is_change(&record.event)
    });
    Ok(TicketNews { entries, changes })
}

/// Whether an event changes what an answer may rest on.
fn is_change(event: &Event) -> bool {
    matches!(
        event,
        Event::TicketSubjectChanged { .. }
            | Event::TicketStatusChanged { .. }
            | Event::TicketPriorityChanged { .. }
            | Event::TicketTeamChanged { .. }
            | Event::TicketAssigned { .. }
            | Event::TicketRequesterChanged { .. }
            | Event::TicketClosed { .. }
            | Event::TicketReopened { .. }
            | Event::TicketSiteChanged { .. }
            | Event::TicketCategoryChanged { .. }
            | Event::TicketParentChanged { .. }
            | Event::TicketWantedChanged { .. }
    )
}

/// The signature that stands under a letter of an agent.
pub fn signature_for(
    db: &mut Db,
    post: &Post,
    mailbox: &Mailbox,
    ticket: &Ticket,
    agent: Option<AgentId>,
    now: Timestamp,
) -> Result<String> {
    let language = texts::language_of(mailbox, &Settings::read(db)?);
    let team = ticket.team_id.or(mailbox.card.team);
    let Some(text) = texts::best(db, TextKind::Signature, team, &language)? else { return Ok(String::new()) };
    Ok(Values::of(db, post, mailbox, ticket, agent, now)?.fill(&text.body))
}

/// People as they are typed into a field.
fn lines(people: &[Correspondent]) -> String {
    let line = |who: &Correspondent| {
        let plain = !who.name.contains([',', ';', '"', '<', '>']);
        if plain { who.line() } else { format!("\"{}\" <{}>", who.name.replace('"', "'"), who.address) }
    };
    people.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// People as they were typed into a field: addresses with or without names, parted by commas, semicolons or lines. Whether
/// an address is one is asked by [`writing::answer`].
pub fn read_people(typed: &str) -> Vec<Correspondent> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for c in typed.chars() {
        if c == '"' {
            is_quoted = !is_quoted;
        }
        match parts.last_mut() {
            Some(part) if is_quoted || !matches!(c, ',' | ';' | '\n') => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let mut people: Vec<Correspondent> = Vec::new();
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).take(TYPED_MAX) {
        let (name, address) = part.rsplit_once('<').unwrap_or(("", part));
        let address = address.trim_end_matches('>').trim().to_lowercase();
        if !people.iter().any(|known| known.address == address) {
            people.push(Correspondent { name: clean_name(name.trim().trim_matches('"')), address });
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_as_they_are_typed() {
        let read = |text: &str| {
            read_people(text).into_iter().map(|who| format!("{}|{}", who.name, who.address)).collect::<Vec<_>>()
        };
        assert_eq!(
            read("Erika <Erika@Example.org>, \"Muster, Max\" <max@example.org>;\n a@b.example ,, A@B.example"),
            ["Erika|erika@example.org", "Muster, Max|max@example.org", "|a@b.example"]
        );
        assert_eq!(read(" , ;"), Vec::<String>::new());
        assert_eq!(read("\"never closed, x@example.org").len(), 1);
        let people = read_people("\"Muster, Max\" <max@example.org>, Erika <erika@example.org>");
        assert_eq!(read_people(&lines(&people)), people);
    }

    #[test]
    fn a_text_that_promises_a_file_is_known() {
        let says = |body: &str| Draft { body: body.into(), ..Draft::default() }.promises_file();
        assert!(says("See the attached plan") && says("Anbei der Plan.") && says("Der Plan ist angehängt."));
        assert!(!says("Detached houses") && !says("Bitte anrufen"));
    }
}
