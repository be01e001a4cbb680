//! What is pressed, typed into and chosen.

use maud::{Markup, html};

use crate::base::Problem;

use super::super::{
    Button, Choice, Choices, Field, Kind, Menu, Shell, badge, card, chip, dialog, dot, fieldset, key_hint, post,
    problem_summary,
};
use super::{Tone, part};

/// Long enough to go over the edge of anything.
pub(super) const LONG: &str =
    "Wohnungsgenossenschaft Freie Scholle eG, Hausverwaltung Nord, Frau Dr. von und zu Hohenstein-Oberlauterbach";

pub(super) fn parts(shell: &Shell) -> Markup {
    html! {
        (part("buttons", "Buttons", buttons()))
        (part("menus", "Menus", menus(shell)))
        (part("fields", "Fields", fields(shell)))
        (part("states", "States, chips, keys", states()))
    }
}

fn buttons() -> Markup {
    html! {
        div.actions {
            (Button::submit("Primary")) (Button::submit("Plain").kind(Kind::Plain)) (Button::submit("Quiet").kind(Kind::Quiet))
            (Button::submit("Danger").kind(Kind::Danger)) (Button::submit("With a key").kind(Kind::Plain).icon("ticket").key("F2"))
            (Button::submit("A picture alone").kind(Kind::Quiet).icon_only("pencil"))
            (Button::link("#buttons", "A link").icon("arrow-right"))
        }
        div.actions {
            (Button::submit("Primary, not now").disabled(true)) (Button::submit("Plain, not now").kind(Kind::Plain).disabled(true))
            (Button::submit("Danger, not now").kind(Kind::Danger).icon("trash-2").disabled(true))
            (Button::link("#buttons", "A link, not now").disabled(true))
        }
    }
}

fn menus(shell: &Shell) -> Markup {
    let l = &shell.locale;
    html! {
        div.actions {
            (Menu::named("Wrap up").act(&shell.csrf, "#menus", "check", "Solved").act(&shell.csrf, "#menus", "phone-outgoing", "Will call back"))
            (Menu::dots("What to do with ticket 10042").link("#menus", "pencil", "Edit").act(&shell.csrf, "#menus", "copy", "Copy")
                .danger(&shell.csrf, "#menus", "trash-2", "Remove for good"))
            (Button::opens("guide-dialog", "#menus", "A dialog"))
        }
        (dialog(l, "guide-dialog", "Merge two tickets", html! {
            p { "Both histories become one. The numbers stay valid." }
            (Field::text("into", "Number").id("guide-into").autocomplete("off"))
            div.actions { (Button::submit("Merge")) }
        }))
    }
}

fn fields(shell: &Shell) -> Markup {
    let l = &shell.locale;
    let problems = [Problem::new("wrong", "error-required"), Problem::new("role", "error-choice")];
    let priorities = ["low", "normal", "high"].map(|word| (word.to_owned(), word.to_owned())).to_vec();
    let choice = |value: &str, label: &str, hint: &str, chosen| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        chosen,
    };
    let roles =
        vec![choice("agent", "Agent", "Takes calls.", true), choice("viewer", "Viewer", "Changes nothing.", false)];
    let teams = vec![choice("north", "North", "", true), choice("long", LONG, "", false)];
    post(
        &shell.csrf,
        "#fields",
        html! {
            (problem_summary(l, &problems))
            div.columns {
                (Field::text("empty", "Empty").placeholder("What the caller says"))
                (Field::text("filled", "Filled in").value("Pump 3 stops").required().hint("As the caller says it."))
                (Field::text("wrong", "Wrong").problems(l, &problems).required())
                (Field::text("off", "Can't be changed").value("Set in deskbell.toml").disabled())
                (Field::text("long", "Long").value(LONG))
                (Field::text("hebrew", "From right to left").value("אין מים בבית"))
                (Field::tel("phone", "Phone").value("+49 30 23125 001"))
                (Field::line("date", "day", "Day").value("2026-11-21"))
                (Field::select("priority", "Priority", priorities.clone()).value("normal"))
                (Field::select("priority", "Not now", priorities).id("guide-priority").disabled())
            }
            (Field::textarea("note", "Note", 3).value("First line.\nSecond line."))
            (fieldset("Together", html! {
                (Field::checkbox("mail", "Write by e-mail", true).hint("At most once a day."))
                (Field::checkbox("sms", "Write by SMS", false).disabled())
            }))
            (Choices::one("role", "One of several", roles).problems(l, &problems))
            (Choices::any("teams", "Any number", teams).hint("Their tickets become visible."))
            div.actions { (Button::submit("Save").key("Ctrl+Enter")) }
        },
    )
}

fn states() -> Markup {
    let tones = [
        (Tone::Neutral, "circle-stop", "Closed"),
        (Tone::Info, "inbox", "New"),
        (Tone::Good, "check", "Solved"),
        (Tone::Warn, "hourglass", "Waits for us"),
        (Tone::Bad, "circle-alert", "Too late"),
    ];
    html! {
        div.chips { @for (tone, icon_name, word) in tones { (badge(tone, icon_name, word)) } }
        div.actions { @for (tone, _, word) in tones { (dot(tone, word)) } }
        div.chips {
            (chip("North", None)) (chip("team: Water", Some(("#states", "Without")))) (chip(LONG, Some(("#states", "Without"))))
            (chip("אין מים", None))
        }
        (card("Keys", html! {}, html! { p { "Press " (key_hint("F2")) " for a ticket, " (key_hint("?")) " for all keys." } }))
    }
}
