//! What agents are told by mail, and what not.

use deskbell::accounts::Role;
use deskbell::base::id::AgentId;
use deskbell::base::{Cursor, Error};
use deskbell::mailboxes::{self, NoticeKind, Outbound, OutboundKind, OutboxFilter, choose_notices};
use deskbell::tickets::{self, NewTicket};

use super::post::{came, mailbox, plain, ticket};
use crate::desk::TestDesk;

async fn told(desk: &TestDesk) -> Vec<Outbound> {
    desk.settle().await;
    let none: Option<Cursor> = None;
    let rows = desk.read(move |db| mailboxes::outbox(db, &OutboxFilter::default(), none, 100)).await.rows;
    rows.into_iter().filter(|row| row.kind == OutboundKind::Notice).collect()
}

async fn listens(desk: &TestDesk, agent: AgentId, address: &'static str, quiet: (&'static str, &'static str)) {
    desk.act_as(agent, move |act| choose_notices(act, agent, address, NoticeKind::ALL, quiet)).await.unwrap();
}

async fn written(desk: &TestDesk, agent: AgentId, id: deskbell::base::id::TicketId, text: &'static str) {
    desk.act_as(agent, move |act| tickets::by_id(act.db, id)?.note(act, text)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_hear_of_what_concerns_them_and_never_of_their_own_doing() {
    let desk = TestDesk::start().await;
    let north = desk.team("North").await;
    let ada = desk.agent_in("ada", Role::Agent, &[north]).await;
    let bob = desk.agent("bob", Role::Worker).await;
    let own = mailbox(&desk).await;
    listens(&desk, ada, "ada@staff.example", ("", "")).await;
    listens(&desk, bob, "bob@staff.example", ("", "")).await;
    let new = NewTicket { subject: "Pump [x](http://e)".into(), team: Some(north), ..NewTicket::default() };
    let id = desk.act(move |act| tickets::open(act, &new)).await;
    let first = told(&desk).await;
    assert_eq!(first.len(), 1, "Ada's team");
    assert_eq!(first[0].recipients.to, ["ada@staff.example"]);
    assert!(
        first[0].content.contains("new in your team") && first[0].content.contains("Pump \\[x\\](http://e)"),
        "{}",
        first[0].content
    );

    desk.act_as(ada, move |act| tickets::by_id(act.db, id)?.assign(act, Some(ada))).await.unwrap();
    assert_eq!(told(&desk).await.len(), 1, "nobody is told of what he did himself");
    written(&desk, ada, id, "@bob look, and @ada, @nobody").await;
    assert_eq!(told(&desk).await.len(), 1, "Bob may not see the ticket");
    desk.act_as(ada, move |act| tickets::by_id(act.db, id)?.assign(act, Some(bob))).await.unwrap();
    let assigned = told(&desk).await;
    assert!(assigned.len() == 2 && assigned[0].content.contains("Ada Test gave you ticket"), "{:?}", assigned[0]);
    written(&desk, ada, id, "@bob now you can").await;
    let named = told(&desk).await;
    assert!(named.len() == 3 && named[0].content.contains("> @bob now you can"), "{}", named[0].content);

    came(&desk, &own, 1, &[plain("n1", "erika@x.example", "Meter", "", "It drips")]).await;
    let other = ticket(&desk).await;
    desk.act_as(ada, move |act| tickets::by_id(act.db, other)?.assign(act, Some(bob))).await.unwrap();
    let before = told(&desk).await.len();
    let answers = "In-Reply-To: <n1@x.example>\n";
    let away = plain("n3", "erika@x.example", "Away", &format!("{answers}Auto-Submitted: auto-replied\n"), "Away");
    came(&desk, &own, 2, &[plain("n2", "erika@x.example", "Re: Meter", answers, "Still"), away]).await;
    let reply = told(&desk).await;
    assert_eq!(reply.len(), before + 1, "the absence note is no news");
    assert!(reply[0].content.contains("erika@x") && reply[0].content.contains("> Still"), "{}", reply[0].content);
    assert!(reply[0].entry.is_some() && reply[0].agent == Some(bob));
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_wait_and_limits_hold() {
    let desk = TestDesk::start().await;
    let (ada, bob) = (desk.agent("ada", Role::Agent).await, desk.agent("bob", Role::Agent).await);
    mailbox(&desk).await;
    listens(&desk, bob, "bob@staff.example", ("11:30", "13:00")).await;
    let new = NewTicket { subject: "Pump".into(), ..NewTicket::default() };
    let id = desk.act(move |act| tickets::open(act, &new)).await;
    written(&desk, ada, id, "@bob hello").await;
    let first = told(&desk).await;
    assert_eq!(first[0].due_at, desk.clock.now().plus_ms(3_600_000), "it is noon, and quiet until one");
    listens(&desk, bob, "bob@staff.example", ("", "")).await;
    for _ in 0..60 {
        written(&desk, ada, id, "@bob again").await;
    }
    assert_eq!(told(&desk).await.len(), 50);
    let stopped = desk.number("SELECT count(*) AS number FROM events WHERE kind = 'notices_held_back'").await;
    assert_eq!(stopped, 1, "the log says so, once");
    desk.pass(25 * 3_600_000);
    written(&desk, ada, id, "@bob tomorrow").await;
    assert_eq!(told(&desk).await.len(), 51);
}

/// A desk with a mailbox of the team North, and Ada in it, who administers and listens.
async fn north() -> (TestDesk, mailboxes::Mailbox, AgentId) {
    let desk = TestDesk::start().await;
    let north = desk.team("North").await;
    let ada = desk.agent_in("ada", Role::Admin, &[north]).await;
    let own = mailbox(&desk).await;
    let (id, card) = (own.id, mailboxes::MailboxCard { team: Some(north), ..own.card });
    desk.act(move |act| mailboxes::change_mailbox(act, id, &card)).await;
    listens(&desk, ada, "ada@staff.example", ("", "")).await;
    let own = desk.read(move |db| mailboxes::mailbox_by_id(db, id)).await;
    (desk, own, ada)
}

fn flood(from: i64, count: i64) -> Vec<String> {
    let one = |n| plain(&format!("f{n}"), "robot@x.example", &format!("Alarm {n}"), "", &format!("Disk {n} is full"));
    (from..from + count).map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_ticket_is_told_with_who_wrote_and_what() {
    let (desk, own, _) = north().await;
    let long = format!("It [drips](http://e).\n{}", "word ".repeat(1_000));
    came(&desk, &own, 1, &[plain("n1", "Erika Muster <erika@x.example>", "Meter", "", &long)]).await;
    let told = told(&desk).await;
    let content = &told[0].content;
    assert!(content.contains("new in your team. Erika Muster") && content.contains("erika@x.example"), "{content}");
    assert!(content.contains("> It \\[drips\\](http://e)."), "{content}");
    assert!(content.len() < 2_000, "the beginning of it: {}", content.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn spam_is_a_ticket_that_says_so_and_no_notice() {
    let (desk, own, ada) = north().await;
    let spam = "X-Spam-Flag: YES\n";
    came(&desk, &own, 1, &[plain("s1", "win@x.example", "You won", spam, "Click here")]).await;
    assert!(told(&desk).await.is_empty());
    let id = ticket(&desk).await;
    let mut page = desk.sign_in("ada").await;
    let words = page.get(&super::post::path(id)).await.words();
    assert!(words.contains("Taken for spam on the way"), "{words}");
    let bob = desk.agent("bob", Role::Agent).await;
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.assign(act, Some(ada))).await.unwrap();
    assert_eq!(told(&desk).await.len(), 1, "what a colleague gives her is no spam");
    came(
        &desk,
        &own,
        2,
        &[plain("s2", "win@x.example", "Re: You won", &format!("In-Reply-To: <s1@x.example>\n{spam}"), "?")],
    )
    .await;
    assert_eq!(told(&desk).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_letters_is_one_notice_of_a_storm_and_takes_nobodys_day() {
    let (desk, own, ada) = north().await;
    let bob = desk.agent("bob", Role::Agent).await;
    came(&desk, &own, 1, &flood(1, 25)).await;
    assert_eq!(told(&desk).await.len(), 20, "one writer makes no more in a day");
    came(&desk, &own, 26, &flood(26, 35)).await;
    let all = told(&desk).await;
    assert_eq!(all.len(), 21);
    assert_eq!((all[0].subject.as_str(), all[0].ticket), ("A great many letters from robot@x.example", None));
    assert_eq!(all[0].recipients.to, ["ada@staff.example"]);

    let mut page = desk.sign_in("ada").await;
    let mail = page.get("/admin/mail").await;
    for shown in ["Held back", "robot@x.example", "Hear them again", "Ada Test had so many notices of letters from"] {
        assert!(mail.words().contains(shown), "{shown}: {}", mail.words());
    }
    assert!(page.get("/admin/health").await.words().contains("one sender muted"));

    came(&desk, &own, 61, &[plain("e", "erika@x.example", "Meter", "", "It drips")]).await;
    let id = ticket(&desk).await;
    written(&desk, bob, id, "@ada look").await;
    assert_eq!(told(&desk).await.len(), 23, "others are told of as ever");

    assert_eq!(page.post("/admin/mail/addresses/hear", &[("address", "robot@x.example")]).await.path, "/admin/mail");
    assert!(!page.get("/admin/mail").await.words().contains("Hear them again"));
    assert!(desk.read(|db| mailboxes::address_state(db, "robot@x.example")).await.muted_until_at.is_none());
    desk.pass(25 * 3_600_000);
    came(&desk, &own, 62, &flood(100, 1)).await;
    assert_eq!(told(&desk).await.len(), 24, "who is heard again is told of");
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.assign(act, Some(ada))).await.unwrap();
    assert_eq!(told(&desk).await.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_full_of_letters_leaves_room_for_what_colleagues_ask() {
    let (desk, own, ada) = north().await;
    let bob = desk.agent("bob", Role::Agent).await;
    let many: Vec<String> = (0..60)
        .map(|n| plain(&format!("m{n}"), &format!("p{n}@x.example"), "Help", "", &format!("Please {n}")))
        .collect();
    came(&desk, &own, 1, &many).await;
    assert_eq!(told(&desk).await.len(), 50);
    let id = ticket(&desk).await;
    written(&desk, bob, id, "@ada look").await;
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.assign(act, Some(ada))).await.unwrap();
    let all = told(&desk).await;
    assert!(all.len() == 52 && all[0].content.contains("gave you ticket"), "{}", all[0].content);
    let page = desk.sign_in("ada").await.get("/admin/mail").await;
    assert!(page.words().contains("Ada Test had so many notices of new tickets"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_to_a_ticket_that_nobody_has_is_heard_by_its_team_or_by_who_wrote_last() {
    let (desk, own, ada) = north().await;
    let bob = desk.agent_in("bob", Role::Worker, &[own.card.team.unwrap()]).await;
    listens(&desk, bob, "bob@staff.example", ("", "")).await;
    let whom = |told: &[Outbound]| {
        let mut agents: Vec<AgentId> = told.iter().filter_map(|row| row.agent).collect();
        agents.sort();
        agents
    };
    let answers = "In-Reply-To: <n1@x.example>\n";
    let again = |n: u32| plain(&format!("n{n}"), "erika@x.example", "Re: Meter", answers, &format!("Still {n}"));
    came(&desk, &own, 1, &[plain("n1", "erika@x.example", "Meter", "", "It drips")]).await;
    let new = told(&desk).await;
    assert_eq!(whom(&new), [ada, bob], "the first letter is told of once, as a new ticket");
    let id = ticket(&desk).await;
    came(&desk, &own, 2, &[again(2)]).await;
    let reply = told(&desk).await;
    assert_eq!(whom(&reply[..2]), [ada, bob]);
    assert!(reply.len() == 4 && reply[0].content.contains("which nobody has"), "{}", reply[0].content);

    written(&desk, bob, id, "I call her").await;
    came(&desk, &own, 3, &[again(3)]).await;
    let reply = told(&desk).await;
    assert_eq!((reply.len(), reply[0].agent), (5, Some(bob)), "he is at it");
    desk.act_as(bob, move |act| tickets::by_id(act.db, id)?.assign(act, Some(ada))).await.unwrap();
    came(&desk, &own, 4, &[again(4)]).await;
    let reply = told(&desk).await;
    assert_eq!((reply.len(), reply[0].agent), (7, Some(ada)), "she has it now");
    assert!(reply[0].content.contains("to your ticket"), "{}", reply[0].content);
    let words = desk.sign_in("ada").await.get("/me/notices").await.words();
    assert!(words.contains("those without an agent"), "it is said what is told: {words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_are_kept_and_mistakes_told() {
    let desk = TestDesk::start().await;
    let mut ada = desk.signed_in("ada", Role::Agent).await;
    mailbox(&desk).await;
    let profile = ada.get("/me").await;
    assert!(profile.text.contains("hx-get=\"/me/notices\""));
    let fields = [("address", "ada@staff.example"), ("mention", "on"), ("quiet_from", "22:00"), ("quiet_to", "06:30")];
    assert_eq!(ada.post("/me/notices", &fields).await.path, "/me");
    let part = ada.fragment("/me/notices").await;
    assert_eq!(
        (part.field("address").as_str(), part.field("quiet_from").as_str(), part.field("quiet_to").as_str()),
        ("ada@staff.example", "22:00", "06:30")
    );
    assert_eq!(part.text.matches(" checked").count(), 1);
    for (address, from) in [("nobody", "22:00"), ("help+x@desk.example", "22:00"), ("a@b.example", "22:0")] {
        let page = ada.post("/me/notices", &[("address", address), ("quiet_from", from), ("quiet_to", "06:00")]).await;
        assert_eq!((page.status, page.field("address").as_str()), (422, address), "{}", page.words());
    }
    let agent = desk.read(|db| deskbell::accounts::agent_by_login(db, "ada")).await.id;
    let half = desk.try_act(move |act| choose_notices(act, agent, "", &[], ("22:00", ""))).await;
    assert!(matches!(half, Err(Error::Invalid(_))));
    ada.get("/me").await;
    ada.post("/me/notices", &[("address", "")]).await;
    assert_eq!(desk.read(deskbell::accounts::addresses).await, []);
}
