//! Lists stay fast with a million rows: every query of theirs is answered from an index, in the index's order.
//!
//! The queries are not repeated here: the real functions run, diesel tells what it asked the database, and SQLite explains
//! how it would answer. A plan that reads a whole table or sorts what it found is a failure.

use std::sync::{Arc, Mutex};

use deskbell::accounts;
use deskbell::base::id::{AgentId, CallId, LineId, MailboxId, OrganisationId, PersonId, SiteId, TeamId, TicketId};
use deskbell::base::{Cursor, Timestamp};
use deskbell::calls::{self, CallFilter, Lines, LogFilter, Search};
use deskbell::db::{Db, Meters, Store, Target};
use deskbell::events::{self, Subject};
use deskbell::mailboxes::{self, LedgerFilter, Noticed, OutboundState, OutboxFilter, Outcome};
use deskbell::people;
use deskbell::settings::Settings;
use deskbell::tickets::{self, Channel, Filter, Like, Priority, Sees, Status};
use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Somebody to be found: what is asked about people depends on whether there are any.
const ONE_PERSON: &str = "INSERT INTO persons (id, name, note, created_at, updated_at) VALUES (1, 'Ada', '', 0, 0); \
    INSERT INTO person_words VALUES ('ada', 1), ('love', 1), ('pumpen', 1); \
    INSERT INTO person_numbers (id, person_id, raw, number_key, label) VALUES (1, 1, '+4930901820', '+4930901820', ''); \
    INSERT INTO person_addresses VALUES (1, 1, 'ada@example.org'); \
    INSERT INTO organisations (id, name, note, created_at) VALUES (1, 'Haupt', '', 0); \
    INSERT INTO sites VALUES (1, 1, 'Haupthaus', '', '', '', 0, 0); \
    INSERT INTO lines (id, name, makes, country, area_code, created_at) VALUES (1, 'North', 'every', 'DE', '30', 0); \
    INSERT INTO calls (id, key, node, line_id, source, sip_call_id, caller_raw, caller_key, caller_internal, caller_name, \
    withheld, dialled, received_at) VALUES (1, 'a', 'n', 1, '127.0.0.1', 'a', '+4930901820', '+4930901820', 0, '', 0, '', 0), \
    (2, 'b', 'n', 1, '127.0.0.1', 'b', '+4930901820', '+4930901820', 0, '', 0, '', 1); \
    INSERT INTO tickets (subject, status, priority, channel, caller, created_at, updated_at, rev) \
      VALUES ('Hot water', 'new', 'normal', 'desk', '', 0, 0, 1); \
    INSERT INTO ticket_words VALUES ('hot', 1), ('water', 1);";

/// A connection to a migrated file with one person, and what it was asked.
struct Explained {
    db: Db,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Explained {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.db");
        drop(Store::open(&Target::Sqlite(path.clone()), Meters::new().unwrap()).unwrap());
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        // The writer's thread may not have closed the file yet.
        connection.batch_execute("PRAGMA busy_timeout=10000").unwrap();
        connection.batch_execute(ONE_PERSON).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let sql = query.to_string();
                heard.lock().unwrap().push(sql.split(" -- binds").next().unwrap().to_owned());
            }
        });
        Self { db: Db::Sqlite(connection), asked, _folder: folder }
    }

    /// The steps of the plans of all queries that `work` runs.
    fn plans<T>(&mut self, work: impl FnOnce(&mut Db) -> deskbell::base::Result<T>) -> Vec<String> {
        self.asked.lock().unwrap().clear();
        // Hardly anything is there, so some questions have no answer; what was asked counts.
        let _ = work(&mut self.db);
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        assert!(!asked.is_empty(), "nothing was asked");
        let Db::Sqlite(connection) = &mut self.db else { panic!("this is SQLite") };
        let explain = |sql: String| {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(connection).unwrap();
            steps.into_iter().map(|step| step.detail).collect::<Vec<_>>()
        };
        asked.into_iter().flat_map(explain).collect()
    }
}

fn assert_good(what: &str, steps: &[String]) {
    for step in steps {
        let sorts = step.contains("TEMP B-TREE");
        let reads_all = step.starts_with("SCAN ") && !step.contains("USING") && !step.contains("CONSTANT ROW");
        assert!(!sorts && !reads_all, "{what}: {step:?} of {steps:#?}");
    }
}

const AFTER: Option<Cursor> = Some(Cursor { key: 5, id: 7 });

#[test]
fn the_list_of_tickets_is_read_from_an_index_under_every_filter() {
    let mut explained = Explained::new();
    let own = Sees::Own { teams: vec![TeamId(1), TeamId(2)], agent: AgentId(3) };
    let filters = [
        ("open", Filter::default()),
        ("all", Filter { closed_too: true, ..Filter::default() }),
        ("waiting", Filter { status: Some(Status::Waiting), ..Filter::default() }),
        ("of a team", Filter { team: Some(TeamId(1)), ..Filter::default() }),
        ("of an agent", Filter { assignee: Some(AgentId(1)), ..Filter::default() }),
        ("of nobody", Filter { unassigned: true, ..Filter::default() }),
        ("urgent", Filter { priority: Some(Priority::Urgent), ..Filter::default() }),
        ("by call", Filter { channel: Some(Channel::Call), ..Filter::default() }),
        ("missed", Filter { missed: true, ..Filter::default() }),
        ("of a person", Filter { requester: Some(PersonId(1)), ..Filter::default() }),
        (
            "of a team, waiting, missed",
            Filter { team: Some(TeamId(1)), status: Some(Status::Waiting), missed: true, ..Filter::default() },
        ),
    ];
    for (name, filter) in filters {
        for closed_too in [filter.closed_too, true] {
            let filter = Filter { closed_too, ..filter.clone() };
            for (whose, sees) in [("all", &Sees::All), ("own", &own)] {
                for after in [None, AFTER] {
                    let plans = explained.plans(|db| tickets::list(db, sees, &filter, after, 50));
                    assert_good(&format!("{name}, closed too {closed_too}, sees {whose}, after {after:?}"), &plans);
                }
            }
        }
    }
}

#[test]
fn calls_are_read_from_an_index() {
    let mut explained = Explained::new();
    for (missed, line, after) in
        [(false, None, None), (true, None, AFTER), (false, Some(LineId(1)), AFTER), (true, Some(LineId(1)), None)]
    {
        let plans = explained.plans(|db| calls::ended(db, &CallFilter { missed, line }, after, 50));
        assert_good(&format!("ended, missed {missed}, line {line:?}"), &plans);
    }
    assert_good("ringing", &explained.plans(|db| calls::ringing(db, 100)));
    assert_good("in a hand", &explained.plans(|db| calls::in_hand_of(db, AgentId(1), 9)));
    assert_good("open callbacks", &explained.plans(|db| calls::open_callbacks(db, 8)));
    assert_good("counted callbacks", &explained.plans(|db| calls::count_callbacks(db, Timestamp(5))));
    assert_good("of a number", &explained.plans(|db| calls::calls_of(db, "+4930901820", 5)));
}

#[test]
fn mails_and_letters_are_read_from_an_index() {
    let mut explained = Explained::new();
    for (mailbox, after) in [(None, None), (None, AFTER), (Some(MailboxId(1)), None), (Some(MailboxId(1)), AFTER)] {
        for outcome in [None, Some(Outcome::Quarantined)] {
            let filter = LedgerFilter { mailbox, outcome, text: String::new() };
            let plans = explained.plans(|db| mailboxes::ledger(db, &filter, after, 50));
            let plans = if mailbox.is_none() && outcome.is_none() { listed(plans) } else { plans };
            assert_good(&format!("ledger {filter:?} after {after:?}"), &plans);
        }
        for (state, to) in
            [(None, None), (Some(OutboundState::Failed), None), (None, Some("ada@example.org".to_owned()))]
        {
            let all = mailbox.is_none() && state.is_none() && to.is_none();
            let filter = OutboxFilter { mailbox, state, recipient: to };
            let plans = explained.plans(|db| mailboxes::outbox(db, &filter, after, 50));
            let plans = if all { listed(plans) } else { plans };
            assert_good(&format!("outbox {filter:?} after {after:?}"), &plans);
        }
    }
    for text in ["ada@example.org", "<1@x>", "pump"] {
        assert_good(text, &listed(explained.plans(|db| mailboxes::find_inbound(db, text, 50))));
        for (mailbox, outcome) in [(Some(MailboxId(1)), None), (None, Some(Outcome::Entry))] {
            let filter = LedgerFilter { mailbox, outcome, text: text.into() };
            assert_good(
                &format!("{filter:?}"),
                &listed(explained.plans(|db| mailboxes::ledger(db, &filter, None, 50))),
            );
        }
    }
    for (which, index) in [
        (Noticed::Kind("new"), "outbound_mails_notice"),
        (Noticed::Agent(AgentId(1), "new"), "outbound_mails_agent"),
        (Noticed::Writer(AgentId(1), "ada@example.org"), "outbound_mails_about"),
    ] {
        let plans = explained.plans(|db| mailboxes::count_notices(db, which, Timestamp(5)));
        assert!(plans.len() == 1 && plans[0].contains(index), "{which:?}: {plans:?}");
    }
    assert_good("set aside", &explained.plans(mailboxes::count_quarantined));
    assert_good("muted", &explained.plans(|db| mailboxes::muted(db, Timestamp(5), 50)));
    assert_good("undeliverable", &explained.plans(|db| mailboxes::undeliverable(db, 50)));
}

/// Steps of a plan without a walk along the newest rows by their ids: that is the order of the list, and ends with the page.
fn listed(plans: Vec<String>) -> Vec<String> {
    let newest = ["SCAN inbound_mails", "SCAN outbound_mails"];
    plans.into_iter().filter(|step| !newest.contains(&step.as_str())).collect()
}

#[test]
fn people_are_found_through_an_index() {
    let mut explained = Explained::new();
    for after in [None, AFTER] {
        // The numbers of the fifty that are shown may be sorted.
        let plans = explained.plans(|db| people::recent_people(db, after, 50)).into_iter();
        assert_good("recent", &plans.take_while(|step| !step.contains("person_numbers")).collect::<Vec<_>>());
    }
    for (text, key) in [("ada", None), ("ada love pumpen", None), ("ada@ex", None), ("030", Some("+4930"))] {
        // The few that were found are put in order; the finding itself must not sort or read all.
        let plans = explained.plans(|db| people::find_people(db, text, key, 50));
        let found: Vec<String> = plans.into_iter().filter(|step| !step.contains("ORDER BY")).collect();
        assert_good(text, &found);
    }
    let plans = explained.plans(|db| people::candidates(db, &["+4930901820".into()]));
    assert!(plans.iter().any(|step| step.contains("person_numbers_key")), "{plans:#?}");
    assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
    let plans = explained.plans(|db| people::find_organisations(db, "pum", 50));
    assert!(plans.iter().any(|step| step.contains("organisations_name")), "{plans:#?}");
    let plans = explained.plans(|db| people::people_of(db, OrganisationId(1), 50));
    assert!(plans.iter().any(|step| step.contains("persons_organisation")), "{plans:#?}");
}

#[test]
fn sites_are_found_through_an_index() {
    let mut explained = Explained::new();
    for after in [None, AFTER] {
        let plans = explained.plans(|db| people::recent_sites(db, after, 50));
        assert_good("recent sites", &plans);
    }
    let plans = explained.plans(|db| people::find_sites(db, "haupt", 50));
    for index in ["sites_name", "sites_address", "sites_area", "sites_organisation", "organisations_name"] {
        assert!(plans.iter().any(|step| step.contains(index)), "{index}: {plans:#?}");
    }
    assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
    for plans in [
        explained.plans(|db| people::sites_of(db, OrganisationId(1), 50)),
        explained.plans(|db| people::people_at(db, SiteId(1), 50)),
    ] {
        assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
    }
}

#[test]
fn a_dossier_reads_no_table_whole() {
    let mut explained = Explained::new();
    let (lines, settings) = (Lines(Vec::new()), Settings::default());
    let plans = explained.plans(|db| calls::dossier(db, &lines, &settings, AgentId(1), CallId(2)));
    for index in [
        "person_numbers_key",
        "tickets_requester",
        "tickets_requester_open",
        "tickets_caller",
        "calls_caller",
        "calls_person",
    ] {
        assert!(plans.iter().any(|step| step.contains(index)), "{index}: {plans:#?}");
    }
    assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
    let plans = explained.plans(|db| calls::contacts(db, &settings, AgentId(1), PersonId(1)));
    assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
}

#[test]
fn what_a_page_of_a_ticket_and_a_card_of_a_call_need_is_read_from_an_index() {
    let mut explained = Explained::new();
    let id = deskbell::base::id::TicketId(1);
    assert_good("entries", &explained.plans(|db| tickets::entries_of(db, id)));
    assert_good("history", &explained.plans(|db| events::history_of(db, Subject::Ticket(id), 200)));
    assert_good("log", &explained.plans(|db| events::read_after(db, deskbell::base::id::EventId(1), 500)));
    // The tickets of a caller are few; they may be sorted, but not looked for among all.
    let plans = explained.plans(|db| tickets::open_of(db, &[PersonId(1)], &["+4930901820".into()], 200));
    assert!(!plans.iter().any(|step| step.starts_with("SCAN")), "{plans:#?}");
    assert_good("sessions", &explained.plans(|db| accounts::sessions_of(db, AgentId(1))));
}

#[test]
fn like_tickets_and_the_links_of_calls_are_read_from_an_index() {
    let mut explained = Explained::new();
    let like = Like {
        text: "no hot water".into(),
        caller_keys: vec!["+4930901820".into()],
        persons: vec![PersonId(1)],
        site: Some(SiteId(1)),
        except: Vec::new(),
    };
    // What is open for a caller or at a site is little; it may be put in order, but not looked for among all.
    for (what, plans) in [
        ("like", explained.plans(|db| tickets::similar(db, &Sees::All, &like))),
        ("of a call", explained.plans(|db| tickets::tickets_of_call(db, CallId(1)))),
        ("siblings", explained.plans(|db| tickets::siblings_of(db, TicketId(1)))),
        ("the call that is meant", explained.plans(|db| calls::current_of(db, AgentId(1)))),
    ] {
        let read_all = plans.iter().find(|step| step.starts_with("SCAN ") && !step.contains("USING"));
        assert!(read_all.is_none(), "{what}: {plans:#?}");
    }
    let plans =
        explained.plans(|db| tickets::similar(db, &Sees::All, &Like { text: "water".into(), ..Like::default() }));
    assert!(plans.iter().any(|step| step.contains("ticket_words") && step.contains("word=?")), "{plans:#?}");
    assert!(plans.iter().any(|step| step.contains("word>? AND word<?")), "{plans:#?}");
    assert_good("parts", &explained.plans(|db| tickets::parts_of(db, TicketId(1), 50)));
    assert_good("calls of a ticket", &explained.plans(|db| tickets::calls_of_ticket(db, TicketId(1))));
}

#[test]
fn the_call_log_is_read_from_an_index_under_every_filter() {
    let mut explained = Explained::new();
    let named = Search::Words { like: "%a%".into(), keys: vec!["+4930".into()], persons: vec![PersonId(1)] };
    let some = |change: fn(&mut LogFilter)| {
        let mut filter = LogFilter { from: Some(Timestamp(1)), to: Some(Timestamp(9)), ..LogFilter::default() };
        change(&mut filter);
        filter
    };
    let filters = [
        ("all", LogFilter::default()),
        ("some days", some(|_| ())),
        ("of a line", some(|f| f.line = Some(LineId(1)))),
        ("of a number", some(|f| f.search = Search::Number("+4930".into()))),
        ("of an agent", some(|f| f.agent = Some(AgentId(1)))),
        ("without ticket", some(|f| f.ticketless = true)),
        ("named", LogFilter { search: named, ..some(|_| ()) }),
    ];
    for (name, filter) in filters {
        for after in [None, AFTER] {
            assert_good(name, &explained.plans(|db| calls::search_log(db, &filter, after, 50)));
        }
    }
}

#[test]
fn reports_read_the_calls_of_their_time_and_no_others() {
    let mut explained = Explained::new();
    let day = jiff::civil::date(2026, 11, 20);
    let period = calls::Period::new(day, day);
    for line in [None, Some(LineId(1))] {
        let plans = explained.plans(|db| calls::report(db, period, &jiff::tz::TimeZone::UTC, line));
        for step in plans.iter().filter(|step| step.contains("calls") && !step.contains("entries")) {
            assert!(step.starts_with("SEARCH") && step.contains("received_at"), "{step}: {plans:#?}");
        }
        assert!(plans.iter().any(|step| step.contains("callbacks_closed")), "{plans:#?}");
    }
    let from = Timestamp(1);
    assert!(explained.plans(accounts::on_duty).iter().any(|step| step.contains("duties_now")));
    let left = explained.plans(|db| accounts::left_duty(db, &[AgentId(1), AgentId(2)], Timestamp(1)));
    assert!(left.iter().any(|step| step.contains("duties_left (agent_id=? AND ended_at>?)")), "{left:?}");
    let plans = explained.plans(|db| accounts::duties_between(db, from, Timestamp(9)));
    assert!(plans.iter().any(|step| step.contains("duties_began")), "{plans:#?}");
    let plans = explained.plans(|db| calls::busy_agents(db, &[AgentId(1)], from));
    assert!(plans.iter().any(|step| step.contains("calls_mine")), "{plans:#?}");
}
