//! Pages made of every piece of the kit, as features would make them: to test what holds for all markup. To look at the
//! kit in use there is `deskbell demo`.

use actix_web::HttpResponse;
use actix_web::web;
use deskbell::base::{Error, Problem};
use deskbell::web::ui::{self, Button, Column, Field, Jump, Kind, NavItem, Row, Shell, Tab, Table, Tone, User, hx};
use deskbell::web::{Locale, Undo, Visit};
use maud::{Markup, html};

use super::{Demo, NOW};

const PAGES: [&str; 9] = ["signin", "calls", "quiet", "tickets", "ticket", "person", "health", "note", "guide"];

pub async fn page(visit: Visit, name: web::Path<String>) -> Result<HttpResponse, Error> {
    let mut shell = Shell::new(&visit, "Gallery");
    shell.path = format!("/gallery/{name}");
    if name.as_str() != "signin" {
        frame(&mut shell);
    }
    let l = shell.locale.clone();
    let content = match name.as_str() {
        "signin" => sign_in(&shell),
        "calls" => calls(&l),
        "quiet" => quiet(),
        "tickets" => tickets(&l),
        "ticket" => ticket(&shell),
        "person" => person(&shell),
        "health" => health(&l),
        "guide" => ui::guide::content(&shell),
        "note" => hx::region(
            "note",
            "/gallery/note",
            &["ticket:7"],
            hx::post(&shell.csrf, "/note", "note", html! { p { "A region" } }),
        ),
        _ => return Err(Error::Missing),
    };
    if name.as_str() == "calls" {
        let undo = Undo { path: "/tickets/1042-7/remove".into(), fields: vec![("rev".into(), "3".into())] };
        shell.live_required = true;
        shell.notice =
            Some(ui::Notice { tone: Tone::Good, text: "Ticket 1042-7 created.".to_owned(), undo: Some(undo) });
    }
    let head = |part: Markup| html! { (ui::page_head("Calls", html! { (Button::link("/calls/log", "Log").icon("history")) })) (part) };
    match name.as_str() {
        "calls" => Ok(shell.answer_part(&visit, content, head)),
        _ => Ok(shell.answer(&visit, content)),
    }
}

fn frame(shell: &mut Shell) {
    shell.user = Some(User {
        name: "Ana Kovács".to_owned(),
        initials: "AK".to_owned(),
        role: "Agent".to_owned(),
        links: vec![("/me", "Profile".to_owned()), ("/me/sessions", "Sessions".to_owned())],
        sign_out: "/logout",
    });
    let item = |href, label_key, icon, badge| NavItem { href, label_key, icon, badge };
    shell.nav = vec![
        item("/gallery/calls", "Calls", "phone", Some(("/gallery/count", "calls"))),
        item("/gallery/tickets", "Tickets", "inbox", None),
        item("/gallery/person", "People", "users", None),
        item("/gallery/health", "Health", "heart-pulse", None),
    ];
    shell.live = Some(41);
    shell.search = Some("/search");
    shell.palette = Some("/palette");
    shell.strip = Some("/strip");
    shell.duty = Some(html! { (Button::link("/duty", "Go on duty")) });
    shell.jumps = vec![Jump { key: "g c", href: "/gallery/calls", label: "Calls".into() }];
    shell.has_letter_keys = shell.path.ends_with("calls");
}

fn sign_in(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let problems = [Problem::new("password", "error-required")];
    let fields = html! {
        (Field::email("email", "E-mail address").autocomplete("username").required().autofocus().value("ana@example.org"))
        (Field::password("password", "Password").autocomplete("current-password").required().problems(l, &problems))
        (Field::checkbox("stay", "Stay signed in on this device", true).hint("Only where nobody else sits."))
        (Button::submit("Sign in"))
    };
    html! { h1 { "Sign in" } div.form { (ui::post(&shell.csrf, "/login", html! { div.stack { (fields) } })) } }
}

fn call(l: &Locale, id: u32, state: &str, name: &str, seconds: i64) -> Markup {
    let (tone, icon, word) = match state {
        "ringing" => (Tone::Info, "phone-incoming", "Ringing"),
        "answered" => (Tone::Good, "phone", "Ana has it"),
        _ => (Tone::Bad, "phone-missed", "Missed"),
    };
    html! {
        article.call id={ "call-" (id) } data-state=(state) data-pop {
            div.call-head {
                (ui::badge(tone, icon, word))
                @if state == "missed" { (ui::ago(l, NOW.plus_ms(-seconds * 1_000), NOW)) }
                @else { (ui::timer(l, NOW.plus_ms(-seconds * 1_000), NOW, if state == "ringing" { 10 } else { 0 }, 0)) }
            }
            div {
                p.call-name { (ui::user_text(name)) }
                p.call-number { bdi { "+36 1 555 01 7" (id) } }
            }
            div.call-meta { span { (ui::icon("building-2")) "Danube Pumps Kft." } span { (ui::icon("phone")) "Support line" } }
            @if state == "ringing" {
                ul.call-list {
                    li { a href="/tickets/1042-7" { (ui::dot(Tone::Warn, "Pump 3 stops after ten minutes")) span { "1042-7" } } }
                    li { a href="/tickets/1039-3" { (ui::dot(Tone::Neutral, "Invoice of October")) span { "1039-3" } } }
                }
            }
            div.actions {
                (Button::link(&format!("/calls/{id}/ticket"), "Ticket").icon("plus").kind(Kind::Primary).key("F2"))
                (Button::link(&format!("/calls/{id}"), "Open"))
            }
        }
    }
}

fn calls(l: &Locale) -> Markup {
    let list = html! {
        div.board {
            div {
                div.calls data-live-list="calls" {
                    (call(l, 1, "ringing", "Erika Mustermann", 8))
                    (call(l, 2, "answered", "Nobody we know", 95))
                    (call(l, 3, "missed", "שלום בית", 700))
                }
            }
            div {
                (ui::card("On duty", html! {}, html! {
                    div.rows {
                        div { span.avatar { "AK" } span { "Ana Kovács" } span.end { (ui::dot(Tone::Good, "Free")) } }
                        div { span.avatar { "BM" } span { "Béla Magyar" } span.end { (ui::dot(Tone::Warn, "In a call")) } }
                    }
                }))
            }
        }
    };
    hx::region("calls", "/gallery/calls", &["lines"], list)
}

fn quiet() -> Markup {
    html! {
        (ui::page_head("Calls", html! {}))
        (ui::panel(ui::empty("phone", "No calls", "Two lines are registered. The last call came at 14:02.",
            Button::link("/admin/phone", "Try a test call").icon("play").kind(Kind::Plain).markup())))
    }
}

fn tickets(l: &Locale) -> Markup {
    let tab =
        |label: &str, count, current| Tab { href: "/tickets".to_owned(), label: label.to_owned(), count, current };
    let columns = vec![
        Column::new("Number"),
        Column::new("Subject").wide(),
        Column::new("Person"),
        Column::new("State"),
        Column::new("Agent"),
        Column::number("Changed"),
    ];
    let subjects = [
        "Pump 3 stops after ten minutes",
        "Invoice of October",
        "A very long subject that goes on and on until nobody \
        wants to read it any more, <b>not bold</b>",
        "Door contact reports open",
    ];
    let rows = (0..50).map(|n: i64| {
        let subject = subjects[usize::try_from(n).unwrap() % subjects.len()];
        let state = if n % 3 == 0 { ui::dot(Tone::Warn, "Waits for us") } else { ui::dot(Tone::Info, "Open") };
        let at = NOW.plus_ms(-n * n * 200_000);
        let cells = vec![
            html! { (1042 + n) "-7" },
            html! { (ui::user_text(subject)) },
            html! { (ui::user_text("Erika Mustermann")) },
            state,
            html! { @if n % 2 == 0 { "Ana Kovács" } },
            ui::ago(l, at, NOW),
        ];
        Row::new(&format!("t{n}"), cells).href(&format!("/tickets/{n}")).loud(n % 3 == 0)
    });
    let states = [("", "All states"), ("open", "Open")].map(|(v, t)| (v.to_owned(), t.to_owned())).to_vec();
    let filters = html! {
        (Field::line("search", "q", "Search").unlabelled().placeholder("Search these tickets"))
        (Field::select("state", "State", states).unlabelled())
        (Button::submit("Filter").kind(Kind::Plain))
    };
    html! {
        (ui::page_head("Tickets", html! { (Button::link("/tickets/new", "New ticket").icon("plus").kind(Kind::Primary).key("c")) }))
        (ui::tabs("Views", l, &[tab("Open", Some(1_204), true), tab("Mine", Some(3), false), tab("Closed", None, false)]))
        (hx::filters("Filter", "/tickets", "list", filters))
        div.stack id="list" {
            (Table::new("Tickets", columns, rows.collect()))
            (ui::pager(l, None, Some("/tickets?after=19c-1")))
        }
    }
}

fn entry(l: &Locale, kind: &str, icon: &str, who: &str, text: &str, minutes: i64) -> Markup {
    html! {
        article.entry data-kind=(kind) {
            span.entry-mark { (ui::icon(icon)) }
            @if kind == "change" { p { strong { (who) } " " (text) } }
            @else {
                div.entry-card {
                    div.entry-head { strong { (ui::user_text(who)) } span { (kind) } (ui::ago(l, NOW.plus_ms(-minutes * 60_000), NOW)) }
                    p.entry-text dir="auto" { (text) }
                }
            }
        }
    }
}

fn ticket(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let facts = [
        ("Person".to_owned(), html! { a href="/people/1" { (ui::user_text("Erika Mustermann")) } }),
        ("Organisation".to_owned(), html! { "Danube Pumps Kft." }),
        ("Agent".to_owned(), html! { "Ana Kovács" }),
        ("Team".to_owned(), html! {}),
        ("Opened".to_owned(), ui::time(l, NOW)),
    ];
    let note = html! {
        div.stack {
            (Field::textarea("text", "Note", 3).hint("Only people who work here read it."))
            div.actions { (Button::submit("Add note").key("Ctrl+Enter")) (Button::submit_as("then", "close", "Add and close").icon("check")) }
        }
    };
    html! {
        div.ticket-head {
            (ui::page_head("Pump 3 stops after ten minutes", html! {
                (Button::opens("merge", "/tickets/1042-7/merge", "Merge").icon("link"))
                (Button::submit_as("x", "y", "Delete").kind(Kind::Danger).icon("trash-2"))
            }))
            div.meta { span.mono { "1042-7" } (ui::badge(Tone::Warn, "hourglass", "Waits for us")) span { "High" } (ui::ago(l, NOW, NOW)) }
        }
        div.split {
            div {
                div.thread {
                    (entry(l, "call", "phone-incoming", "Erika Mustermann", "She says the pump runs for ten minutes,\nthen stops with error E-17.", 50))
                    (entry(l, "change", "user", "Ana Kovács", "took the ticket", 49))
                    (entry(l, "note", "sticky-note", "Ana Kovács", "E-17 is the dry-run guard. Ask for the level of the tank.", 40))
                }
                section.card.composer { (ui::post(&shell.csrf, "/tickets/1042-7/notes", note)) }
            }
            div { (ui::card("Details", html! { (Button::link("/e", "Edit").icon_only("pencil").kind(Kind::Quiet)) }, ui::facts(&facts))) }
        }
        (ui::dialog(l, "merge", "Merge", html! { p { "Which ticket does this belong to?" } (Field::text("into", "Number").id("merge-into")) }))
    }
}

fn person(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let problems = [
        Problem::new("email", "error-required"),
        Problem::new("name", deskbell::base::Message::new("error-too-many").with("max", 80)),
    ];
    let fields = html! {
        div.form {
            (ui::problem_summary(l, &problems))
            div.columns {
                (Field::text("name", "Name").value("Erika <i>Mustermann</i>").required().characters_max(80).problems(l, &problems))
                (Field::email("email", "E-mail address").problems(l, &problems))
                (Field::tel("phone", "Phone").hint("With the country: +36 1 555 0171").value("+36 1 555 0171"))
                (Field::line("date", "since", "Customer since").value("2026-11-21"))
            }
            (ui::fieldset("Contact", html! {
                (Field::select("lang", "Language", vec![("en".to_owned(), "English".to_owned()), ("de".to_owned(), "Deutsch".to_owned())]).value("de"))
                (Field::checkbox("mail", "Write by e-mail", false))
            }))
            (Field::textarea("about", "About", 3).value("Calls in the morning.\nLikes short answers.").placeholder("What the next agent should know"))
            div.actions { (Button::submit("Save")) (Button::link("/people", "Cancel").kind(Kind::Quiet)) }
        }
    };
    html! { (ui::page_head("Erika Mustermann", html! {})) (ui::panel(ui::post(&shell.csrf, "/people/1", fields))) }
}

fn health(l: &Locale) -> Markup {
    html! {
        (ui::page_head("Health", html! { (Button::link("/admin/health", "Check again").icon("refresh-cw")) }))
        section.card {
            div.health { (ui::badge(Tone::Good, "check", "Good")) strong { "Database" } span.dim { "12 MB, written 3 s ago" } }
            div.health { (ui::badge(Tone::Warn, "triangle-alert", "Soon")) strong { "Backup" } span.dim { "Last one " (ui::ago(l, NOW.plus_ms(-90_000_000), NOW)) }
                p { "Backups older than a day are reported. Check that the timer runs: " code { "systemctl list-timers" } } }
            div.health { (ui::badge(Tone::Bad, "circle-alert", "Down")) strong { "Line north" } span.dim { "Refused: 403 Forbidden" } }
            div.health { (ui::badge(Tone::Neutral, "circle-question-mark", "Unknown")) strong { "Clock" } span.dim { "Not measured yet" } }
        }
    }
}

/// The tags of a page, each as it stands between `<` and `>`.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

#[tokio::test]
async fn no_page_has_anything_inline() {
    let demo = Demo::start().await;
    let paths = PAGES.map(|page| format!("/gallery/{page}"));
    for path in paths.iter().map(String::as_str).chain(["/fail/internal", "/nowhere", "/note"]) {
        let page = demo.page(path).await;
        for tag in tags(&page) {
            let names = tag.split_whitespace().skip(1).filter_map(|a| a.split('=').next());
            for name in names.filter(|name| !name.contains('"')) {
                assert!(!(name.starts_with("on") || name == "style" || name.starts_with("hx-on")), "{path}: <{tag}>");
            }
            assert!(!tag.starts_with("style") && !tag.contains("javascript:"), "{path}: <{tag}>");
            assert!(!tag.starts_with("script") || tag.contains(" src=\"/a/"), "{path}: <{tag}>");
        }
        assert!(!page.contains("<b>not bold") && !page.contains("<i>Mustermann"), "{path}: text became markup");
    }
    demo.stop().await;
}

#[tokio::test]
async fn every_page_can_be_used_by_everybody() {
    let demo = Demo::start().await;
    for name in PAGES {
        let page = demo.page(&format!("/gallery/{name}")).await;
        assert!(page.contains("<html lang=\"en\"") && page.contains("<main") && page.contains("id=\"main\""), "{name}");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{name}: the id {id} is there twice");
        }
        for tag in tags(&page) {
            let is_field = ["input ", "select ", "textarea "].iter().any(|start| tag.starts_with(start))
                && !tag.contains("type=\"hidden\"");
            if is_field {
                let id = tag
                    .split(" id=\"")
                    .nth(1)
                    .and_then(|rest| rest.split('"').next())
                    .or_else(|| tag.strip_prefix("input id=\"").and_then(|r| r.split('"').next()));
                let id = id.unwrap_or_else(|| panic!("{name}: <{tag}> has no id"));
                assert!(page.contains(&format!("for=\"{id}\"")), "{name}: <{tag}> has no label");
            }
            if tag.starts_with("form") {
                assert!(
                    tag.contains("action=\"") || tag.contains("method=\"dialog\""),
                    "{name}: <{tag}> needs a script"
                );
            }
            if tag.contains("hx-get=") && tag.starts_with('a') {
                assert!(tag.contains("href="), "{name}: <{tag}> needs a script");
            }
        }
        // A form that posts carries its token.
        let posts = page.matches("method=\"post\"").count();
        assert_eq!(page.matches("name=\"csrf\" value=").count(), posts, "{name}");
    }
    demo.stop().await;
}

#[tokio::test]
async fn a_list_of_fifty_stays_small() {
    let demo = Demo::start().await;
    let page = demo.page("/gallery/tickets").await;
    assert!(page.len() < 60_000, "{} bytes", page.len());
    assert!(tags(&page).count() < 3_000);
    demo.stop().await;
}
