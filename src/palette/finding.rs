//! The rows for a line: what the asker may see and do, and nothing else.

use super::{Command, Row, Verb};
use crate::accounts::{Me, Right, active_teams, agents};
use crate::base::Result;
use crate::db::Db;
use crate::people::pages::number_sought;
use crate::people::{find_organisations, find_people, key_of};
use crate::tickets::{Priority, Sees, Ticket, find_open, seen_by, views};
use crate::web::Locale;

/// Rows of one kind.
const EACH_MAX: usize = 6;

/// Letters from which people and tickets are looked for.
const LETTERS_MIN: usize = 2;

/// The places: picture, address, name, who may.
const PLACES: [(&str, &str, &str, Right); 24] = [
    ("phone", "/calls", "nav-calls", Right::SeeCalls),
    ("phone-outgoing", "/calls/callbacks", "callbacks-title", Right::SeeCalls),
    ("history", "/calls/log", "calls-log", Right::SeeCalls),
    ("activity", "/calls/reports", "reports-title", Right::SeeCalls),
    ("monitor", "/calls/wall", "wall-title", Right::SeeCalls),
    ("ticket", "/t", "nav-tickets", Right::SeeTickets),
    ("ticket", "/t?assignee=me", "palette-mine", Right::SeeTickets),
    ("ticket", "/t?assignee=none", "palette-free", Right::SeeTickets),
    ("users", "/people", "nav-people", Right::SeePeople),
    ("user-plus", "/people/new", "ticket-requester-new", Right::ChangePeople),
    ("building-2", "/orgs", "organisations-title", Right::SeePeople),
    ("map-pin", "/sites", "sites-title", Right::SeePeople),
    ("user", "/me", "nav-profile", Right::Own),
    ("settings", "/admin", "nav-admin", Right::SeeAgents),
    ("users", "/admin/agents", "agents-title", Right::SeeAgents),
    ("users", "/admin/teams", "teams-title", Right::SeeAgents),
    ("clock", "/admin/duty", "duty-title", Right::SeeAgents),
    ("shield", "/admin/roles", "roles-title", Right::SeeAgents),
    ("plug", "/admin/lines", "lines-title", Right::Administer),
    ("tag", "/admin/categories", "categories-title", Right::Administer),
    ("check", "/admin/wrap-up", "wrap-up-codes", Right::Administer),
    ("phone-off", "/admin/blocked", "blocked-title", Right::Administer),
    ("sliders-horizontal", "/admin/settings", "settings-title", Right::Administer),
    ("heart-pulse", "/admin/health", "health-title", Right::Administer),
];

/// The rows for what a line says, the likeliest first.
pub fn rows(db: &mut Db, me: &Me, command: &Command) -> Result<Vec<Row>> {
    match command {
        Command::Nothing => Ok(new_ticket(me, "").into_iter().chain(places(me, "")).collect()),
        Command::Call(number) => Ok(call(me, number).into_iter().collect()),
        Command::Words(words) => found(db, me, words),
        Command::Ticket { number, verbs, rest } => match seen_by(db, &Sees::of(&me.who), number.id()) {
            Ok(ticket) => on_ticket(db, me, &ticket, verbs, rest),
            Err(crate::base::Error::Missing) => found(db, me, &number.to_string()),
            Err(error) => Err(error),
        },
    }
}

/// A word of a text begins so, whatever the case.
fn begins(text: &str, typed: &str) -> bool {
    let (text, typed) = (text.to_lowercase(), typed.to_lowercase());
    text.starts_with(&typed) || text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(&typed))
}

fn places<'a>(me: &'a Me, typed: &'a str) -> impl Iterator<Item = Row> + 'a {
    let l = me.locale();
    let may = PLACES.into_iter().filter(|(.., right)| me.may(*right));
    may.map(|(icon, href, key, _)| Row::place(icon, href, l.t(key), &l.t("palette-go")))
        .filter(move |row| begins(&row.label, typed))
}

fn new_ticket(me: &Me, subject: &str) -> Option<Row> {
    let l = me.locale();
    let query: String = url::form_urlencoded::byte_serialize(subject.as_bytes()).collect();
    let href = if subject.is_empty() { "/t/new".to_owned() } else { format!("/t/new?subject={query}") };
    me.may(Right::WorkTickets).then(|| Row::place("plus", &href, l.t("ticket-new"), subject))
}

fn call(me: &Me, typed: &str) -> Option<Row> {
    let number = me.settings.number_plan()?.read(typed);
    let label = me.locale().t_with("palette-call", &[("number", number.international().into())]);
    Some(Row::place("phone-outgoing", &format!("tel:{}", key_of(&number)?), label, ""))
}

fn found(db: &mut Db, me: &Me, words: &str) -> Result<Vec<Row>> {
    let l = me.locale();
    let mut rows: Vec<Row> = places(me, words).take(EACH_MAX).collect();
    let is_number = words.chars().all(|c| c.is_ascii_digit() || " +-/().".contains(c));
    if words.chars().count() >= LETTERS_MIN {
        let tickets = find_open(db, &Sees::of(&me.who), words, EACH_MAX)?;
        rows.extend(tickets.iter().map(|ticket| open(l, ticket)));
        if me.may(Right::SeePeople) {
            let key = number_sought(words, &me.settings);
            let limit = i64::try_from(EACH_MAX).unwrap_or(6);
            for person in find_people(db, words, key.as_deref(), limit)? {
                let hint = person.organisation.map(|o| o.name).unwrap_or_default();
                rows.push(Row::place("user", &format!("/people/{}", person.id), person.name, &hint));
            }
            for organisation in find_organisations(db, words, limit)? {
                let hint = l.t("palette-organisation");
                rows.push(Row::place("building-2", &format!("/orgs/{}", organisation.id), organisation.name, &hint));
            }
        }
    }
    if is_number {
        rows.extend(call(me, words));
    }
    let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    rows.push(Row::place("search", &format!("/search?q={query}"), l.t("palette-search"), words));
    if !is_number {
        rows.extend(new_ticket(me, words));
    }
    Ok(rows)
}

fn open(l: &Locale, ticket: &Ticket) -> Row {
    let number = ticket.number().to_string();
    Row::place("ticket", &format!("/t/{number}"), views::title(l, ticket), &number)
}

fn on_ticket(db: &mut Db, me: &Me, ticket: &Ticket, verbs: &[Verb], rest: &str) -> Result<Vec<Row>> {
    let l = me.locale();
    let number = ticket.number().to_string();
    let (is_open, may) = (ticket.closed_at.is_none(), me.may(Right::WorkTickets));
    let label = |key: &str| l.t_with(key, &[("number", number.as_str().into())]);
    let form = |icon, verb: &str, key| Row::form(icon, format!("/t/{number}/{verb}"), Vec::new(), label(key));
    let mut rows = Vec::new();
    for verb in verbs {
        match verb {
            Verb::Open => rows.push(open(l, ticket)),
            Verb::Take if may && is_open && ticket.assignee_id.is_none() => {
                rows.push(form("user-plus", "take", "palette-take"));
            }
            Verb::Close if may && is_open => rows.push(form("check", "close", "palette-close")),
            Verb::Reopen if may && !is_open => rows.push(form("undo-2", "reopen", "palette-reopen")),
            Verb::Assign if may && is_open && (verbs.len() == 1 || !rest.is_empty()) => {
                rows.extend(assignments(db, me, ticket, rest)?);
            }
            Verb::Priority if may && verbs.len() == 1 => rows.extend(priorities(l, ticket, rest)),
            _ => {}
        }
    }
    // Closing what is closed shows it; giving it to a name that nobody has does not.
    if rows.is_empty() && rest.is_empty() {
        rows.push(open(l, ticket));
    }
    Ok(rows)
}

/// Teams and agents whose names begin so.
fn assignments(db: &mut Db, me: &Me, ticket: &Ticket, typed: &str) -> Result<Vec<Row>> {
    let l = me.locale();
    let number = ticket.number().to_string();
    let row = |icon, name: &str, field, id: String| {
        let label = l.t_with("palette-assign", &[("number", number.as_str().into()), ("name", name.into())]);
        Row::form(icon, format!("/t/{number}"), vec![(field, id)], label)
    };
    let teams = active_teams(db)?.into_iter().filter(|team| begins(&team.name, typed));
    let mut rows: Vec<Row> = teams.take(EACH_MAX).map(|t| row("users", &t.name, "team", t.id.to_string())).collect();
    let who = agents(db)?.into_iter().filter(|agent| agent.disabled_at.is_none());
    let who = who.filter(|agent| begins(&agent.name, typed) || begins(&agent.login, typed));
    rows.extend(who.take(EACH_MAX).map(|a| row("user", &a.name, "assignee", a.id.to_string())));
    Ok(rows)
}

fn priorities(l: &Locale, ticket: &Ticket, typed: &str) -> Vec<Row> {
    let number = ticket.number().to_string();
    let named = Priority::ALL.iter().map(|priority| (priority.word(), l.t_word("ticket-priority", priority.word())));
    let wanted = named.filter(|(word, name)| begins(name, typed) || word.starts_with(typed));
    let row = |(word, name): (&str, String)| {
        let label = l.t_with("palette-priority", &[("number", number.as_str().into()), ("name", name.as_str().into())]);
        Row::form("flag", format!("/t/{number}"), vec![("priority", word.to_owned())], label)
    };
    wanted.map(row).collect()
}
