//! Texts that are written once and used often: signatures, acknowledgements, templates; by team and language.

use super::letter::Post;
use super::mailbox::Mailbox;
use super::store;
use super::telling::plain;
use crate::accounts;
use crate::base::id::{AgentId, MailTextId, TeamId, TicketId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Message, Problem, Result, Timestamp, words};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::mail::templates::{self, Variable};
use crate::people;
use crate::settings::Settings;
use crate::tickets::{self, Ticket};
use crate::web::{Lang, Locale};

/// Characters of a text.
pub const TEXT_CHARACTERS_MAX: usize = 20_000;

words! {
    /// What a text is for.
    pub enum TextKind {
        /// It stands under every answer.
        Signature = "signature",
        /// It tells that a letter arrived.
        Acknowledgement = "acknowledgement",
        /// It is put into an answer by hand.
        Template = "template",
    }
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct MailText {
    /// Id.
    pub id: MailTextId,
    /// See [`TextKind`].
    pub kind: TextKind,
    /// What it is called.
    pub name: String,
    /// Only for this team.
    pub team: Option<TeamId>,
    /// Only in this language.
    pub language: Option<String>,
    /// The text, in Markdown, with variables.
    pub body: String,
    /// When it was changed.
    pub updated_at: Timestamp,
    /// Since when it is offered no more.
    pub archived_at: Option<Timestamp>,
}

/// What is needed to make or change a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTextCard {
    /// See [`MailText::kind`].
    pub kind: TextKind,
    /// See [`MailText::name`].
    pub name: String,
    /// See [`MailText::team`].
    pub team: Option<TeamId>,
    /// See [`MailText::language`].
    pub language: Option<String>,
    /// See [`MailText::body`].
    pub body: String,
}

/// Makes a text, or changes the one with this id.
///
/// # Errors
/// [`Error::Invalid`] with every problem; a variable that does not exist is one.
pub fn keep_text(act: &mut Act<'_>, id: Option<MailTextId>, card: &MailTextCard) -> Result<MailTextId> {
    let name = clean_line(&card.name, 80);
    let body = clean_text(&card.body, TEXT_CHARACTERS_MAX);
    let mut problems = Vec::new();
    for (field, text) in [("name", &name), ("body", &body)] {
        if text.is_empty() {
            problems.push(Problem::new(field, "error-required"));
        }
    }
    for unknown in templates::check(&body) {
        let message = match unknown.meant {
            Some(meant) => Message::new("error-variable-meant").with("meant", meant.name()),
            None => Message::new("error-variable"),
        };
        problems.push(Problem::new("body", message.with("text", &unknown.name).with("line", unknown.line)));
    }
    if let Some(team) = card.team
        && accounts::team_by_id(act.db, team).is_err()
    {
        problems.push(Problem::new("team", "error-choice"));
    }
    if card.language.as_deref().is_some_and(|word| Lang::from_word(word).is_none()) {
        problems.push(Problem::new("language", "error-choice"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let card = MailTextCard { name: name.clone(), body, ..card.clone() };
    let id = store::put_text(act.db, id, &card, act.now)?;
    act.record(Event::MailTextChanged { text: id, name });
    Ok(id)
}

/// Offers a text no more, or again.
pub fn archive_text(act: &mut Act<'_>, id: MailTextId, archived: bool) -> Result<()> {
    let name = store::text_by_id(act.db, id)?.name;
    store::archive_text(act.db, id, archived.then_some(act.now))?;
    act.record(Event::MailTextChanged { text: id, name });
    Ok(())
}

/// The language in which a mailbox writes.
pub(super) fn language_of(mailbox: &Mailbox, settings: &Settings) -> String {
    mailbox.card.language.as_ref().unwrap_or(&settings.language).clone()
}

/// The text of a kind that fits best: of the team and in the language, of the team, in the language, for all.
pub fn best(db: &mut Db, kind: TextKind, team: Option<TeamId>, language: &str) -> Result<Option<MailText>> {
    let mut fitting: Vec<MailText> = store::texts(db)?
        .into_iter()
        .filter(|text| text.kind == kind && text.archived_at.is_none())
        .filter(|text| text.team.is_none() || text.team == team)
        .filter(|text| text.language.as_deref().is_none_or(|own| own == language))
        .collect();
    fitting.sort_by_key(|text| (text.team.is_none(), text.language.is_none(), text.id));
    Ok(fitting.into_iter().next())
}

/// What stands for the variables of a text.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Variable and value.
    pub pairs: Vec<(Variable, String)>,
}

impl Values {
    /// What is known of a ticket, of who is written to, and of who writes, in the language that the mailbox writes in.
    pub fn of(
        db: &mut Db,
        post: &Post,
        mailbox: &Mailbox,
        ticket: &Ticket,
        agent: Option<AgentId>,
        now: Timestamp,
    ) -> Result<Self> {
        let settings = Settings::read(db)?;
        let language = mailbox.card.language.as_deref().unwrap_or(&settings.language);
        let l = Locale::new(Lang::from_word(language).unwrap_or(Lang::En), settings.zone());
        let person = match ticket.requester_id {
            Some(id) => Some(people::person_by_id(db, id)?),
            None => None,
        };
        let name = person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        let organisation =
            person.as_ref().and_then(|person| person.organisation.as_ref()).map(|firm| firm.name.clone());
        let team = match ticket.team_id {
            Some(id) => accounts::team_by_id(db, id)?.name,
            None => String::new(),
        };
        let (agent_name, agent_email) = match agent {
            Some(id) => {
                let address = accounts::addresses(db)?.into_iter().find(|(own, _)| *own == id);
                (accounts::agents_named(db, &[id])?.pop().map(|(_, name)| name), address.map(|(_, address)| address))
            }
            None => (None, None),
        };
        let url = if post.url.is_empty() { String::new() } else { format!("{}/t/{}", post.url, ticket.number()) };
        let address = person.as_ref().and_then(|p| p.addresses.first()).map(|at| at.as_str().to_owned());
        let pairs = vec![
            (Variable::TicketNumber, ticket.number().to_string()),
            (Variable::TicketSubject, ticket.subject.clone()),
            (Variable::TicketUrl, url),
            (Variable::TicketState, l.t_word("ticket-status", ticket.status.word())),
            (Variable::TicketPriority, l.t_word("ticket-priority", ticket.priority.word())),
            (Variable::PersonFirstName, name.split_whitespace().next().unwrap_or_default().to_owned()),
            (Variable::PersonName, name),
            (Variable::PersonEmail, address.unwrap_or_default()),
            (Variable::OrganisationName, organisation.unwrap_or_default()),
            (Variable::AgentName, agent_name.unwrap_or_default()),
            (Variable::AgentEmail, agent_email.unwrap_or_default()),
            (Variable::TeamName, team),
            (Variable::MailboxAddress, mailbox.card.address.clone()),
            (Variable::DeskName, settings.desk_name),
            (Variable::DeskUrl, post.url.clone()),
            (Variable::Today, l.date(now)),
        ];
        Ok(Self { pairs })
    }

    /// The text, which is Markdown, with its gaps filled. What stands for a variable stays what it is: a subject that a
    /// stranger wrote makes no link.
    pub fn fill(&self, template: &str) -> String {
        templates::fill(template, |wanted| {
            let (_, value) = self.pairs.iter().find(|(variable, _)| *variable == wanted)?;
            // Addresses of our own pages are links, and lead where they say.
            let is_own = matches!(wanted, Variable::TicketUrl | Variable::DeskUrl);
            Some(if is_own { value.clone() } else { plain(value) })
        })
    }
}

/// Subject and text that tell somebody that a letter arrived. Who is not `known` to have written is told neither what the
/// letter said nor what it was about: the desk must not carry other people's words to strangers.
pub(super) fn acknowledgement(
    db: &mut Db,
    mailbox: &Mailbox,
    ticket: TicketId,
    known: bool,
    post: &Post,
    now: Timestamp,
) -> Result<(String, String)> {
    let ticket = tickets::by_id(db, ticket)?;
    let settings = Settings::read(db)?;
    let language = language_of(mailbox, &settings);
    let lang = Lang::from_word(&language).unwrap_or(Lang::En);
    let number = ticket.number().to_string();
    let own = best(db, TextKind::Acknowledgement, mailbox.card.team, &language)?;
    let body = match own {
        Some(text) => {
            let neutral = Ticket { subject: String::new(), requester_id: None, ..ticket.clone() };
            Values::of(db, post, mailbox, if known { &ticket } else { &neutral }, None, now)?.fill(&text.body)
        }
        None => lang.t_with(
            "mail-acknowledgement",
            &[("number", number.clone().into()), ("desk", settings.desk_name.clone().into())],
        ),
    };
    let subject = if known && !ticket.subject.is_empty() {
        format!("Re: {} [#{number}]", ticket.subject)
    } else {
        lang.t_with("mail-acknowledgement-subject", &[("number", number.into()), ("desk", settings.desk_name.into())])
    };
    Ok((subject, body))
}
