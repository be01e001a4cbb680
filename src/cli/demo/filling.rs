//! The demo's desk: the help desk of an invented utility company in Berlin.

use crate::accounts::{self, AgentCard, Duty, Role};
use crate::app::App;
use crate::base::Result;
use crate::base::id::{AgentId, PersonId, TeamId};
use crate::calls::{self, LineCard, Makes};
use crate::events::{Act, Actor};
use crate::people::{self, PersonCard, SiteCard};
use crate::settings::{self, Settings};
use crate::tickets::{self, CategoryCard, NewTicket, Priority};

/// With what somebody signs in.
pub(super) struct SignIn {
    pub login: &'static str,
    pub password: &'static str,
}

/// The same on every demo: it listens on this machine only, and its data is invented.
const SIGN_IN: SignIn = SignIn { login: "demo", password: "sunny-desk-2026" };

const WRAP_UP_CODES: [&str; 6] = ["Fault", "Question", "Appointment", "Complaint", "Passed on", "Wrong number"];

const TEAMS: [&str; 4] = ["Dispatch", "Water", "Power", "Billing"];

/// Login, name, role, places in [`TEAMS`].
const AGENTS: [(&str, &str, Role, &[usize]); 6] = [
    ("demo", "Dana Demo", Role::Admin, &[0]),
    ("ana", "Ana Kovács", Role::Agent, &[0]),
    ("bert", "Bert Lindqvist", Role::Lead, &[1]),
    ("chidi", "Chidi Okafor", Role::Worker, &[1]),
    ("devi", "Devi Ramanathan", Role::Worker, &[2]),
    ("eva", "Eva Grünwald", Role::Viewer, &[3]),
];

/// Name, organisation, numbers, addresses, note. Numbers are of the ranges that are never given out (the regulator's list of
/// numbers for films and series).
const PEOPLE: [(&str, &str, &str, &str, &str); 12] = [
    (
        "Erika Mustermann",
        "Bäckerei Mustermann",
        "030 23125 001 (shop)\n0176 040690 01 (mobile)",
        "erika@baeckerei.example",
        "Opens at 5; ovens need power by 3:30.",
    ),
    ("Max Mustermann", "Bäckerei Mustermann", "030 23125 001 (shop)", "max@baeckerei.example", ""),
    (
        "Jörg Müller",
        "Müller & Söhne GmbH",
        "030 23125 010 (office)",
        "j.mueller@mueller.example",
        "Asks for written quotes.",
    ),
    (
        "Aylin Yıldız",
        "Hausverwaltung Nord",
        "030 23125 020 (office)\n0176 040690 20 (on call)",
        "yildiz@hv-nord.example",
        "Has the keys of all 14 houses.",
    ),
    ("Tomasz Wiśniewski", "Hausverwaltung Nord", "030 23125 020 (office)", "wisniewski@hv-nord.example", ""),
    (
        "Priya Natarajan",
        "Klinik am Park",
        "030 23125 030 (control room)",
        "technik@klinik.example",
        "Dialysis: no water outage without a call first.",
    ),
    ("Oskar Lindholm", "", "0176 040690 31", "oskar@lindholm.example", ""),
    (
        "Frau Dr. Hannelore von und zu Hohenstein-Oberlauterbach",
        "Wohnungsgenossenschaft Freie Scholle eG",
        "030 23125 040",
        "vorstand@scholle.example",
        "",
    ),
    ("Samir Haddad", "Imbiss Haddad", "0176 040690 51", "samir@imbiss.example", "Speaks Arabic and French."),
    ("Chloë Dubois", "", "+33 1 99 00 12 34", "chloe@dubois.example", "Second home, meter in the garage."),
    ("Lukas Brandt", "Grundschule Sonnenallee", "030 23125 060 (caretaker)", "hausmeister@schule.example", ""),
    ("Ines Fontana", "", "0176 040690 71", "ines@fontana.example", ""),
];

/// Organisation, name, address, area, what whoever goes there must know, and who of [`PEOPLE`] is there.
type Place = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [usize]);

const SITES: [Place; 5] = [
    (
        "Bäckerei Mustermann",
        "Shop and bakehouse",
        "Musterstraße 12\n10827 Musterstadt",
        "10827",
        "Meter in the cellar; key at the flat above the shop.",
        &[0, 1],
    ),
    (
        "Hausverwaltung Nord",
        "House 7",
        "Nordufer 7\n13353 Musterstadt",
        "13353",
        "Dog in the yard: ring first. Key at No. 4, Mrs Haas.",
        &[3],
    ),
    ("Hausverwaltung Nord", "House 9", "Nordufer 9\n13353 Musterstadt", "13353", "", &[4]),
    (
        "Klinik am Park",
        "Energy centre",
        "Parkallee 1, gate B\n14059 Musterstadt",
        "14059",
        "Report to the porter; hearing protection in the engine hall.",
        &[5],
    ),
    ("Grundschule Sonnenallee", "School", "Sonnenallee 60\n12045 Musterstadt", "12045", "Closed from 16:00.", &[10]),
];

/// Who of [`PEOPLE`] comes first; of an organisation that does, everybody.
const VIPS: [&str; 1] = ["Klinik am Park"];

/// Who of [`PEOPLE`] perhaps uses which other number.
const MAYBE: [(usize, &str); 2] = [(4, "+49 176 04069099"), (8, "+49 30 23125001")];

/// Subject, note, team, priority, person, agent who has it, whether it is closed.
type Invented = (&'static str, &'static str, usize, Priority, usize, Option<usize>, bool);

const TICKETS: [Invented; 9] = [
    (
        "No water in the whole house since 6:40",
        "All 14 flats. Neighbours have water.",
        1,
        Priority::Urgent,
        3,
        Some(2),
        false,
    ),
    ("Meter 4711-0815 shows E-04", "Display flickers, reading 23,881.4.", 2, Priority::High, 2, None, false),
    (
        "Bill of October: two meters swapped",
        "Compare with the photo of 30 September.",
        3,
        Priority::Normal,
        0,
        None,
        false,
    ),
    ("Street lamp dark in front of no. 12", "", 2, Priority::Low, 6, Some(4), false),
    (
        "Planned outage on Thursday: call dialysis first",
        "Agreed with the control room, 22:00 to 2:00.",
        1,
        Priority::High,
        5,
        Some(2),
        false,
    ),
    (
        "Brown water after pipe works",
        "Told to let it run for ten minutes; will call back.",
        1,
        Priority::Normal,
        10,
        Some(3),
        false,
    ),
    ("New connection for a food truck", "Needs 32 A for three days.", 2, Priority::Normal, 8, None, false),
    ("Change of address", "Moved on 1 November.", 3, Priority::Low, 11, None, true),
    (
        "Smell of burning in the meter cupboard",
        "Power off, electrician on site. Solved.",
        2,
        Priority::Urgent,
        7,
        Some(4),
        true,
    ),
];

/// Name, script, team, priority.
const CATEGORIES: [(&str, &str, usize, Priority); 4] = [
    (
        "No or bad water",
        "Is it the whole house, or one flat? Do the neighbours have water?\n- Address and floor\n- Since when\n\
         - Colour or smell\n- Somebody who depends on it: dialysis, infants, a kitchen\n\
         Let the tap run for ten minutes if it is only brown.\n- Number for calling back",
        1,
        Priority::High,
    ),
    (
        "Power cut",
        "Is it dark in the street too? If only in the flat: are the fuses in?\n- Address and meter number\n- Since when\n\
         - Life support or lift with people inside\n- Smell of burning: out of the room, call 112 first\n\
         Nobody touches the meter cupboard.",
        2,
        Priority::High,
    ),
    (
        "Danger: gas, fire, live wire",
        "Stay calm. Is anybody hurt? Then 112 first.\n- Everybody out of the building\n- No switches, no lift, no phone inside\n\
         - Windows open if it is safe\n- Somebody waits at the door\nOur people are on their way. Do not hang up yet.",
        0,
        Priority::Urgent,
    ),
    (
        "Bill or contract",
        "Have you got the bill in front of you?\n- Customer number\n- Meter number and reading\n- What should be different\n\
         You will hear from us within three working days.",
        3,
        Priority::Normal,
    ),
];

/// Fills an empty desk; one that was kept stays as it is.
pub(super) async fn fill(app: &App) -> Result<SignIn> {
    if !app.books.read(accounts::needs_setting_up).await? {
        return Ok(SIGN_IN);
    }
    let hash = tokio::task::spawn_blocking(|| accounts::hash_checked(SIGN_IN.password, SIGN_IN.login))
        .await
        .map_err(|e| crate::base::Error::internal("hashing", e))??;
    let (agents, people) = app.books.write(Actor::Console, move |act| desk(act, &hash)).await?;
    let staff = agents.clone();
    app.books
        .write(Actor::Console, move |act| {
            super::past::fill(act, &staff)?;
            let on = staff.iter().skip(1).zip([Duty::On, Duty::Break]);
            on.into_iter().try_for_each(|(agent, duty)| accounts::go(act, *agent, duty).map(drop))
        })
        .await?;
    // Work of the agents, each in an act of their own, so that the history says who did what.
    for invented in TICKETS {
        let (agent, people) = (agents.first().copied().unwrap_or(AgentId(1)), people.clone());
        let assignee = invented.5.and_then(|at| agents.get(at).copied());
        app.books.write(Actor::Agent(agent), move |act| ticket(act, &invented, &people, assignee)).await?;
    }
    Ok(SIGN_IN)
}

fn desk(act: &mut Act<'_>, hash: &str) -> Result<(Vec<AgentId>, Vec<PersonId>)> {
    let settings = Settings {
        desk_name: "Stadtwerke Musterstadt".into(),
        time_zone: "Europe/Berlin".into(),
        area_code: "30".into(),
        help: "Dana Demo, extension 12, room 3.".into(),
        ..Settings::default()
    };
    settings::change(act, &settings)?;
    let teams = TEAMS.iter().map(|name| accounts::create_team(act, name)).collect::<Result<Vec<TeamId>>>()?;
    for (name, script, team, priority) in CATEGORIES {
        let (team, priority) = (teams.get(team).copied(), Some(priority));
        tickets::add_category(act, &CategoryCard { name: name.into(), script: script.into(), team, priority })?;
    }
    let mut agents = Vec::new();
    for (login, name, role, places) in AGENTS {
        let teams = places.iter().filter_map(|at| teams.get(*at).copied()).collect();
        let card = AgentCard { login: login.into(), name: name.into(), role, teams };
        agents.push(accounts::create_agent(act, card, hash)?);
    }
    for (name, team, makes, numbers) in
        [("Fault line", 0, Makes::Every, ""), ("Billing", 3, Makes::Missed, "billing\n030 23125 800")]
    {
        let card = LineCard {
            name: name.into(),
            team: teams.get(team).copied(),
            makes,
            country: "DE".into(),
            area_code: "30".into(),
            sources: "127.0.0.0/8\n::1".into(),
            numbers: numbers.into(),
        };
        calls::add_line(act, &card)?;
    }
    for name in WRAP_UP_CODES {
        calls::add_wrap_up(act, name)?;
    }
    let mut known = Vec::new();
    for (name, organisation, numbers, addresses, note) in PEOPLE {
        let card = PersonCard {
            name: name.into(),
            organisation: organisation.into(),
            note: note.into(),
            numbers: numbers.into(),
            addresses: addresses.into(),
            ..PersonCard::default()
        };
        known.push(people::add_person(act, &card)?);
    }
    places(act, &known)?;
    Ok((agents, known))
}

/// The sites, who comes first, and the numbers that are guesses.
fn places(act: &mut Act<'_>, known: &[PersonId]) -> Result<()> {
    for (organisation, name, address, area, access_note, there) in SITES {
        let card = SiteCard {
            organisation: organisation.into(),
            name: name.into(),
            address: address.into(),
            area: area.into(),
            access_note: access_note.into(),
        };
        let site = people::add_site(act, &card)?;
        for at in there {
            let (Some(id), Some((name, organisation, numbers, addresses, note))) = (known.get(*at), PEOPLE.get(*at))
            else {
                continue;
            };
            let card = PersonCard {
                site: Some(site),
                name: (*name).into(),
                organisation: (*organisation).into(),
                note: (*note).into(),
                numbers: (*numbers).into(),
                addresses: (*addresses).into(),
                ..PersonCard::default()
            };
            people::change_person(act, *id, &card)?;
        }
    }
    for name in VIPS {
        if let Some(id) = people::organisation_named(act.db, name)? {
            people::change_organisation(act, id, name, "", true)?;
        }
    }
    for (at, number) in MAYBE {
        if let Some(id) = known.get(at) {
            people::learn_number(act, *id, number, &number.replace(' ', ""), false)?;
        }
    }
    Ok(())
}

fn ticket(act: &mut Act<'_>, invented: &Invented, people: &[PersonId], assignee: Option<AgentId>) -> Result<()> {
    let (subject, note, team, priority, person, _, closed) = *invented;
    let team =
        accounts::active_teams(act.db)?.into_iter().find(|t| Some(&t.name.as_str()) == TEAMS.get(team)).map(|t| t.id);
    let new = NewTicket {
        subject: subject.into(),
        priority,
        team,
        assignee,
        requester: people.get(person).copied(),
        note: note.into(),
        ..NewTicket::default()
    };
    let id = tickets::open(act, &new)?;
    if closed { tickets::by_id(act.db, id)?.close(act) } else { Ok(()) }
}
