//! Agents and teams, by the admin's pages and by the command line.

use deskbell::accounts::{self, AgentCard, Role};
use deskbell::base::Error;
use deskbell::base::id::AgentId;

use super::is_in;
use crate::cli::{code, err, out};
use crate::desk::{PASSWORD, TestDesk};

fn card(login: &str, role: &str) -> Vec<(String, String)> {
    [("login", login), ("name", "Somebody New"), ("role", role), ("password", PASSWORD)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

fn refs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_changes_disables_and_enables_agents() {
    let desk = TestDesk::start().await;
    let (north, south) = (desk.team("North").await, desk.team("South").await);
    let mut admin = desk.signed_in("ada", Role::Admin).await;
    admin.get("/admin/agents/new").await;
    let mut fields = card("Bob.Builder", "worker");
    fields.extend([north, south].map(|team| ("teams".to_owned(), team.to_string())));
    let page = admin.post("/admin/agents", &refs(&fields)).await;
    assert!(page.path == "/admin/agents" && page.words().contains("Somebody New"), "{}", page.words());
    let bob = desk.read(|db| accounts::agent_by_login(db, "bob.builder")).await;
    assert_eq!(desk.read(move |db| accounts::teams_of(db, bob.id)).await, [north, south]);
    assert!(is_in(&mut desk.sign_in("bob.builder").await).await);

    let place = format!("/admin/agents/{}", bob.id);
    let page = admin.get(&place).await;
    assert_eq!((page.field("login"), page.field("name")), ("bob.builder".to_owned(), "Somebody New".to_owned()));
    let south = south.to_string();
    let changed = [("login", "bob"), ("name", "Bob"), ("role", "agent"), ("teams", south.as_str())];
    assert_eq!(admin.post(&place, &changed).await.status, 200);
    let bob = desk.read(|db| accounts::agent_by_login(db, "bob")).await;
    assert_eq!((bob.name.as_str(), bob.role), ("Bob", Role::Agent));
    assert_eq!(desk.read(move |db| accounts::teams_of(db, bob.id)).await.len(), 1);

    admin.post(&format!("{place}/disable"), &[]).await;
    assert_eq!(desk.browser().sign_in("bob", PASSWORD).await.status, 422);
    admin.post(&format!("{place}/enable"), &[]).await;
    admin.post(&format!("{place}/password"), &[("password", "ganz neues wort")]).await;
    assert_eq!(desk.browser().sign_in("bob", "ganz neues wort").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_in_a_card_is_named_and_what_was_typed_stays() {
    let desk = TestDesk::start().await;
    let mut admin = desk.signed_in("ada", Role::Admin).await;
    admin.get("/admin/agents/new").await;
    let page =
        admin.post("/admin/agents", &[("login", "x y"), ("name", ""), ("role", "agent"), ("password", "short")]).await;
    assert_eq!((page.status, page.field("login")), (422, "x y".to_owned()));
    for field in ["login", "name", "password"] {
        assert!(page.text.contains(&format!("f-{field}-error")), "{field}: {}", page.words());
    }
    let page = admin.post("/admin/agents", &refs(&card("ADA", "agent"))).await;
    assert_eq!(page.status, 422, "the login is taken, whatever its case");
    assert_eq!(desk.number("SELECT count(*) AS number FROM agents").await, 1);
}

fn demoted(login: &str) -> AgentCard {
    AgentCard { login: login.into(), name: login.into(), role: Role::Lead, teams: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_stays_one() {
    let desk = TestDesk::start().await;
    let ada = desk.agent("ada", Role::Admin).await;
    let mut admin = desk.sign_in("ada").await;
    let place = format!("/admin/agents/{ada}");
    admin.get(&place).await;
    let page = admin.post(&place, &[("login", "ada"), ("name", "Ada"), ("role", "agent")]).await;
    assert!(
        page.words().contains("This is the last administrator who can sign in."),
        "{} {}",
        page.status,
        page.words()
    );
    let page = admin.post(&format!("{place}/disable"), &[]).await;
    assert!(page.words().contains("This is the last administrator who can sign in."), "{}", page.words());
    assert!(is_in(&mut admin).await);
    let eve = desk.agent("eve", Role::Admin).await;
    desk.act(move |act| accounts::disable_agent(act, eve)).await;
    let refused = desk.try_act(move |act| accounts::disable_agent(act, ada)).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "an admin who can't sign in does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let desk = TestDesk::start().await;
    for round in 0..5 {
        let logins = [format!("ada{round}"), format!("eve{round}")];
        let ids: Vec<AgentId> =
            [desk.agent(&logins[0], Role::Admin).await, desk.agent(&logins[1], Role::Admin).await].to_vec();
        // The one that was left of the round before goes first.
        let before = desk.read(accounts::agents).await;
        for old in before.into_iter().filter(|a| a.role == Role::Admin && !ids.contains(&a.id)) {
            desk.act(move |act| accounts::change_agent(act, old.id, demoted(&old.login))).await;
        }
        let demote = |by: AgentId, whom: AgentId, login: &str| {
            let card = demoted(login);
            desk.act_as(by, move |act| accounts::change_agent(act, whom, card))
        };
        let (one, other) = tokio::join!(demote(ids[0], ids[1], &logins[1]), demote(ids[1], ids[0], &logins[0]));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let admins = "SELECT count(*) AS number FROM agents WHERE role = 'admin' AND disabled_at IS NULL";
        assert_eq!(desk.number(admins).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_come_change_and_go() {
    let desk = TestDesk::start().await;
    let mut admin = desk.signed_in("ada", Role::Admin).await;
    admin.get("/admin/teams").await;
    assert!(admin.post("/admin/teams", &[("name", " North  Sea ")]).await.words().contains("North Sea"));
    let page = admin.post("/admin/teams", &[("name", "NORTH SEA")]).await;
    assert!(page.status == 422 && page.words().contains("This name is taken."), "{}", page.words());
    let team = desk.read(accounts::teams).await[0].id;
    let page = admin.post(&format!("/admin/teams/{team}"), &[("name", "Baltic")]).await;
    assert!(page.words().contains("Baltic") && !page.words().contains("North Sea"));
    admin.post(&format!("/admin/teams/{team}/archive"), &[]).await;
    assert!(desk.read(accounts::active_teams).await.is_empty());
    assert_eq!(admin.post_once("/admin/teams/999", &[("name", "x")]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_adds_people_and_lets_them_in_again_while_the_desk_runs() {
    let desk = TestDesk::start().await;
    let made = desk.cli(&["user", "add", "ada", "--role", "admin", "--name", "Ada L"], "");
    assert_eq!((code(&made), err(&made).as_str()), (0, ""));
    let password = out(&made).trim().to_owned();
    assert_eq!(password.len(), 23, "made up and printed once");
    let mut ada = desk.browser();
    assert_eq!(ada.sign_in("ada", &password).await.status, 200);

    let made = desk.cli(&["user", "add", "bob", "--password-stdin"], "bobs geheimes wort\n");
    assert_eq!((code(&made), out(&made).as_str()), (0, ""), "a password that was given is not repeated");
    assert_eq!(desk.browser().sign_in("bob", "bobs geheimes wort").await.status, 200);
    let bob = desk.read(|db| accounts::agent_by_login(db, "bob")).await;
    assert_eq!((bob.role, bob.name.as_str()), (Role::Agent, "bob"));

    let reset = desk.cli(&["user", "reset-password", "ADA"], "");
    let fresh = out(&reset).trim().to_owned();
    assert_eq!((code(&reset), fresh.len()), (0, 23));
    desk.settle().await;
    assert!(!is_in(&mut ada).await, "the sessions end");
    assert_eq!(desk.browser().sign_in("ada", &password).await.status, 422);
    assert_eq!(desk.browser().sign_in("ada", &fresh).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_says_what_is_wrong() {
    let desk = TestDesk::start().await;
    desk.agent("ada", Role::Admin).await;
    for (args, input, told) in [
        (&["user", "add", "ada"][..], "", "deskbell: login: Somebody else has this login."),
        (&["user", "add", "x y"], "", "deskbell: login: "),
        (
            &["user", "add", "bob", "--password-stdin"],
            "tiny\n",
            "deskbell: password: This is too short: use at least 12",
        ),
        (&["user", "reset-password", "nobody"], "", "deskbell: nobody here has the login \"nobody\"\n"),
    ] {
        let output = desk.cli(args, input);
        assert_eq!((code(&output), out(&output).as_str()), (1, ""), "{args:?}");
        assert!(err(&output).starts_with(told) && !err(&output).contains("error-"), "{args:?}: {}", err(&output));
        assert!(!err(&output).contains("tiny"), "{args:?} repeats the password");
    }
    assert_eq!(code(&desk.cli(&["user", "add", "bob", "--role", "boss"], "")), 2);
    assert_eq!(desk.number("SELECT count(*) AS number FROM agents").await, 1);
}
